"""Who speaks on which serial port before anything is changed, as far as settings tell."""

import re
from typing import NamedTuple

from installer.facts import Facts
from installer.uart import LEGACY, Taken, find_taken

GRUB_SPEED = 9600  # what GRUB takes without --speed
FROM_FIRMWARE = ("trixie", "forky")  # since GRUB 2.12 a bare "serial" is the firmware's port


class Grub(NamedTuple):
    """GRUB's own line: I/O port (None: one that has no I/O address), speed in baud, and what says so."""

    io: int | None
    speed: int
    source: str

    @property
    def place(self) -> str:
        """The port as people read it."""
        return f"{self.io:#x}" if self.io else "another port"


def grub_now(facts: Facts) -> Grub | None:
    """GRUB's line by GRUB_TERMINAL and GRUB_SERIAL_COMMAND without us; None where its menu is on the screen alone."""
    boot, spcr = facts.boot, facts.serial.spcr
    if "serial" not in f"{boot.terminal} {boot.terminal_output}".split():
        return None
    options = dict(re.findall(r"--(unit|port|speed)[= ]([0-9a-fA-FxX]+)", boot.serial_command))
    speed = int(options["speed"]) if options.get("speed", "").isdigit() else 0
    if "port" in options:
        io: int | None = int(options["port"], 16)
    elif "unit" in options:
        io = dict(enumerate(LEGACY)).get(int(options["unit"], 16))
    elif re.search(r"\b(mmio|pci),", boot.serial_command):
        io = None
    elif spcr and spcr.io and facts.release.codename in FROM_FIRMWARE:
        return Grub(spcr.io, speed or spcr.speed or GRUB_SPEED, "GRUB takes the firmware's")
    else:
        io = next(iter(LEGACY))
    return Grub(
        io, speed or GRUB_SPEED, "GRUB_SERIAL_COMMAND" if boot.serial_command else "GRUB_TERMINAL, its defaults"
    )


def xen_now(facts: Facts) -> tuple[Taken | None, str]:
    """The port of the Xen that runs, else of the settings without us, and what says so."""
    if facts.xen:
        return find_taken("", facts.xen.command_line), "its command line"
    return find_taken("", f"{facts.boot.xen} {facts.boot.xen_default}"), "GRUB_CMDLINE_XEN"


def linux_now(facts: Facts) -> tuple[str, int | None]:
    """The serial console of the Linux that runs ("" for none), and its speed."""
    name = next((name for name in reversed(facts.running.consoles) if name.startswith(("ttyS", "hvc"))), "")
    words = re.findall(rf"(?<!\S)console={name},(\d+)", facts.running.command_line) if name else []
    return name, facts.running.speeds.get(name) or (int(words[0]) if words else None)
