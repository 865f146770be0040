"""Where those who shall share the line differ from it now."""

from collections.abc import Iterator

from installer.facts import Facts
from installer.finding import Finding, note, unfit, warn
from installer.steps.serial_now import grub_now
from installer.steps.serial_port import Line, console_speed
from installer.uart import find_taken

USUAL = {"com1": "ttyS0", "com2": "ttyS1"}
SETTINGS = "/etc/default/grub"


def names_differ(line: Line) -> Iterator[Finding]:
    """The same port under other names in Linux and in Xen."""
    if line.tty != USUAL[line.com]:
        yield note(
            f"Linux calls this port {line.tty}, Xen {line.com}.",
            f"in GRUB's words it is {line.grub_place}; under Xen its login is on hvc0",
        )


def bmc_differs(line: Line, facts: Facts) -> Iterator[Finding]:
    """Serial over LAN at another speed, or switched off."""
    bmc = facts.serial.bmc
    if bmc is None:
        return
    rate = f"{line.speed / 1000:g}"
    if bmc.sol is False:
        yield note("The BMC has Serial over LAN switched off.", "ipmitool sol set enabled true")
    if bmc.speed and bmc.speed != line.speed:
        yield warn(
            f"The BMC's Serial over LAN is at {bmc.speed} baud, the line at {line.speed}.",
            f"ipmitool sol set volatile-bit-rate {rate}, and the same for non-volatile-bit-rate; or set serial.speed",
            "serial.speed",
        )
    elif bmc.stored and bmc.stored != line.speed:
        yield warn(
            f"After its own restart the BMC's Serial over LAN is at {bmc.stored} baud, the line at {line.speed}.",
            f"ipmitool sol set non-volatile-bit-rate {rate}",
            "serial.speed",
        )


def grub_differs(line: Line, facts: Facts) -> Iterator[Finding]:
    """GRUB on another port, or at another speed, before it comes to the line."""
    grub = grub_now(facts)
    if grub and (grub.io, grub.speed) != (line.io, line.speed):
        yield note(
            f"GRUB is at {grub.place}, {grub.speed} baud now; it comes to the line at {line.io:#x}, {line.speed} baud.",
            f"GRUB_SERIAL_COMMAND in {SETTINGS} counts no longer then; serial.port and serial.speed say where to",
            "serial.port",
        )


def xen_differs(line: Line, facts: Facts) -> Iterator[Finding]:
    """Words of somebody else's for the same port of Xen's: of two, the later one counts."""
    port, console = line.xen
    for key, words in (("GRUB_CMDLINE_XEN", facts.boot.xen), ("GRUB_CMDLINE_XEN_DEFAULT", facts.boot.xen_default)):
        for word in words.split():
            ours = console if word.startswith("console=") else port if word.startswith(f"{line.com}=") else word
            if agree(word, ours):
                continue
            if key == "GRUB_CMDLINE_XEN":
                yield note(f"{key} in {SETTINGS} has {word}; Xen follows {ours} instead, which comes after it.")
            else:
                yield unfit(
                    f"{key} has {word}, which Xen would follow instead of {ours}.",
                    f"take {word} out of {key} in {SETTINGS}, or wherever in /etc/default/grub.d it is set",
                    "serial.port",
                )


def agree(word: str, ours: str) -> bool:
    """Whether two words come to the same for Xen."""
    if word.startswith("console="):
        return set(word[8:].split(",")) == set(ours[8:].split(","))
    return word == ours or (find_taken("", word) or word) == find_taken("", ours)


def linux_differs(line: Line, facts: Facts) -> Iterator[Finding]:
    """Linux, or we ourselves, on the port at another speed."""
    running, known = facts.running, console_speed(facts, line.tty)
    here = running.speeds.get(line.tty) if running.tty == line.tty else None
    if here and here != line.speed:
        yield warn(
            f"You are on {line.tty} at {here} baud; after the restart it is at {line.speed}.",
            f"set your terminal to {line.speed} then, or serial.speed to {here}",
            "serial.speed",
        )
    elif known and known != line.speed:
        yield warn(
            f"Linux has its console on {line.tty} at {known} baud, and the line is at {line.speed}.",
            f"console={line.tty} in GRUB_CMDLINE_LINUX ({SETTINGS}) gives way to the line's speed; "
            f"serial.speed = {known} keeps it",
            "serial.speed",
        )
