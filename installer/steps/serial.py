"""The serial line, from GRUB's menu over Xen's messages to a login."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, proved, unfit
from installer.resources.base import Resource
from installer.resources.boot import BootMenu
from installer.resources.files import File, Link
from installer.steps.base import Step
from installer.steps.serial_check import check_line, check_off, check_scan
from installer.steps.serial_port import SCANS, XEN_LINUX, Line, find_line, plain_linux, plain_words
from installer.steps.serial_table import speakers, table
from installer.templates import render
from installer.uart import SERIAL_DROP_IN


class SerialStep(Step):
    """One serial line for GRUB, Xen and dom0's Linux."""

    name = "serial"
    title = "Serial console"

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        line = find_line(answers, facts)
        if line:
            yield from check_line(line, answers, facts)
        elif answers.serial.port in SCANS:
            yield from check_scan(answers, facts)
        else:
            yield from check_off(answers, facts)

    def picture(self, answers: Answers, facts: Facts) -> Iterator[str]:
        line = find_line(answers, facts)
        if line or facts.serial.console or facts.serial.spcr or facts.serial.bmc:
            yield from table(speakers(line, answers, facts))

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        line = find_line(answers, facts)
        if line is None:
            because = (
                "asked for" if answers.serial.port == "off" else "neither the firmware nor Linux has its console on one"
            )
            yield Choice(key="serial.port", value="off", because=because)
            return
        yield Choice(key="serial.port", value=line.answer, because=f"{line.tty}: {line.because}")
        yield Choice(key="serial.speed", value=str(line.speed), because=because_of_speed(line, answers, facts))
        yield Choice(key="serial.irq", value=str(line.irq), because=because_of_irq(line, answers))

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        line = find_line(answers, facts)
        if line is None:
            return
        plain, words = plain_linux(line, facts), plain_words(line, facts)
        text = render(
            "grub/serial.cfg",
            **line.model_dump() | {"io": f"{line.io:#x}", "grub": line.grub, "xen": line.xen},
            xen_linux=XEN_LINUX,
            mirrored=facts.serial.mirrored,
            plain=plain,
            linux=words,
        )
        yield File(name=SERIAL_DROP_IN, text=text, because=line.because)
        yield BootMenu(name="serial", xen=line.xen, xen_linux=XEN_LINUX, linux=words, terminal=terminal(line, facts))
        if not answers.serial.login:
            for tty in ("hvc0", line.tty):
                unit = f"/etc/systemd/system/serial-getty@{tty}.service"
                yield Link(
                    name=unit, target="/dev/null", because="serial.login = false: systemd starts it by itself else"
                )

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        line = find_line(answers, facts)
        if line and facts.xen:
            yield from verify_line(line, answers.serial.login, facts)


def terminal(line: Line, facts: Facts) -> tuple[str, ...]:
    """The lines of grub.cfg that put its menu on the line."""
    if facts.serial.mirrored:
        return "terminal_input console", "terminal_output console"
    return line.grub, "terminal_input console serial", "terminal_output console serial"


def because_of_speed(line: Line, answers: Answers, facts: Facts) -> str:
    """Where the speed comes from."""
    if answers.serial.speed != "auto":
        return "asked for"
    if facts.serial.spcr and facts.serial.spcr.io == line.io and facts.serial.spcr.speed:
        return "the firmware's (ACPI table SPCR)"
    if facts.serial.console != line.tty:
        return "usual"
    return "Linux's console has it" if facts.serial.speed else f"console={line.tty} without a speed comes to it"


def because_of_irq(line: Line, answers: Answers) -> str:
    """Where the interrupt comes from."""
    if answers.serial.irq is not None:
        return "asked for"
    return f"{line.tty} has it" if line.irq else "no interrupt that Xen could use is known, so that the port is polled"


def verify_line(line: Line, login: bool, facts: Facts) -> Iterator[Finding]:
    """Whether Xen has the line, dom0's console is on it, and a login is there if it should be."""
    running = facts.xen.command_line.split() if facts.xen else []
    if missing := [word for word in line.xen if word not in running]:
        yield unfit(f"Xen runs without {' '.join(missing)}", "xl info | grep xen_commandline; see the boot menu")
    elif "hvc0" not in facts.running.consoles:
        yield unfit("dom0's console is not on the serial line (hvc0)", "cat /proc/cmdline; see the boot menu")
    else:
        yield proved(f"Xen and dom0 (hvc0) have their console on the serial line at {line.io:#x}, {line.speed} baud")
    if leaked := [word for word in facts.running.command_line.split() if word.startswith("console=ttyS")]:
        yield unfit(
            f"dom0 was started with {leaked[0]}, a port that Xen has",
            "a file in /etc/default/grub.d that sorts after ours adds it",
        )
    there = "hvc0" in facts.running.gettys
    if login and not there:
        yield unfit("there is no login on the serial line", "systemctl status serial-getty@hvc0; is it masked?")
    elif not login and there:
        yield unfit("there is a login on the serial line", "systemctl status serial-getty@hvc0")
    else:
        yield proved(
            "there is a login on the serial line" if login else "there is no login on the serial line, as asked"
        )
