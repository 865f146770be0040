"""One table of the serial ports: who speaks on which, at which speed, as it is and as it will be."""

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Literal

from installer.answers import Answers
from installer.facts import Facts
from installer.model import Model
from installer.steps.serial_now import grub_now, linux_now, xen_now
from installer.steps.serial_port import Line, port_at, port_named

SCREEN = "the screen"
COLUMNS = (12, 31, 8)
BESIDE = 24
"""Columns that the last one needs at least."""
HEADS = {"now": "Now", "then": "With Xen"}


class Speaker(Model):
    """Who, on which port, with which interrupt (0: polled) and speed in baud, and from where that is known.

    `differs` says that this does not go together with the line as it will be.
    """

    who: str
    when: Literal["now", "then"]
    port: str
    irq: int | None = None
    speed: int | None = None
    source: str = ""
    differs: bool = False


class Now:
    """Makes the rows of what is now, beside the line as it will be."""

    def __init__(self, line: Line | None) -> None:
        self.line = line

    def __call__(
        self, who: str, port: str, io: int | None = None, speed: int | None = None, source: str = "",
        irq: int | None = None,
    ) -> Speaker:  # fmt: skip
        """One of them."""
        line = self.line
        differs = line is not None and ((io is not None and io != line.io) or (speed or line.speed) != line.speed)
        return Speaker(who=who, when="now", port=port, irq=irq, speed=speed, source=source, differs=differs)


def speakers(line: Line | None, answers: Answers, facts: Facts) -> list[Speaker]:
    """Everybody, before and after."""
    return [*before(line, facts), *after(line, answers, facts)]


def before(line: Line | None, facts: Facts) -> Iterator[Speaker]:
    """As it is now."""
    spcr, bmc, grub = facts.serial.spcr, facts.serial.bmc, grub_now(facts)
    taken, xen_source = xen_now(facts)
    speaker = Now(line)
    if spcr:
        at = named(spcr.io, facts) if spcr.io else "memory-mapped"
        yield speaker("Firmware", at, spcr.io, spcr.speed, "ACPI table SPCR", spcr.irq or None)
    else:
        yield speaker("Firmware", "does not say", source="no ACPI table SPCR")
    if bmc:
        port = "does not say" if bmc.silent else "a port of its own choice" if bmc.sol else "switched off"
        yield speaker("BMC (SOL)", port, None, bmc.speed, bmc.silent or "ipmitool sol info")
    if grub:
        at = named(grub.io, facts) if grub.io else grub.place
        yield speaker("GRUB", at, grub.io, grub.speed, grub.source)
    else:
        copied = "; UEFI repeats it" if facts.serial.mirrored else ""
        yield speaker("GRUB", f"{SCREEN}{copied}", source="GRUB_TERMINAL")
    if taken:
        at = named(taken.io, facts, taken.com) if taken.io else f"{taken.com}, on a PCI card"
        yield speaker("Xen", at, taken.io, taken.speed, xen_source, taken.irq)
    yield from users(facts, speaker)


def users(facts: Facts, speaker: Now) -> Iterator[Speaker]:
    """Linux, its logins, and ourselves, as they are now."""
    tty, speed = linux_now(facts)
    port = port_named(facts, tty)
    yield speaker(
        "Linux",
        named(port.io, facts) if port and port.io else tty or SCREEN,
        port.io if port else None,
        speed,
        "console= of the running kernel" if tty else "",
        port.irq if port else None,
    )
    for name in facts.running.gettys:
        if name.startswith(("ttyS", "hvc")):
            yield speaker("Login", name, io_of(name, facts), facts.running.speeds.get(name), "systemd")
    if facts.running.tty.startswith(("ttyS", "hvc")):
        name = facts.running.tty
        yield speaker("You", name, io_of(name, facts), facts.running.speeds.get(name), "this terminal")


def after(line: Line | None, answers: Answers, facts: Facts) -> Iterator[Speaker]:
    """As it will be."""
    if line is None:
        yield Speaker(who="GRUB, Xen", when="then", port=SCREEN)
        name, speed = facts.serial.console, facts.serial.speed
        yield Speaker(who="Linux", when="then", port=name or SCREEN, speed=speed)
        return
    at, because = f"{line.io:#x}", f"serial.port: {line.because}"
    grub = f"{at}, by the firmware" if facts.serial.mirrored else at
    yield Speaker(who="GRUB", when="then", port=grub, speed=line.speed, source=because)
    xen = f"{at} (Xen's {line.com})"
    yield Speaker(who="Xen", when="then", port=xen, irq=line.irq, speed=line.speed, source=line.xen[0])
    yield Speaker(who="dom0", when="then", port="hvc0, through Xen", source="console=hvc0")
    yield Speaker(
        who="Linux alone", when="then", port=line.tty, irq=line.linux_irq, speed=line.speed, source=line.linux
    )
    login = "hvc0; without Xen " + line.tty if answers.serial.login else "none"
    yield Speaker(who="Login", when="then", port=login, source="serial.login")


def named(io: int, facts: Facts, *names: str) -> str:
    """An I/O port, and what it is called."""
    port = port_at(facts, io)
    known = ", ".join([*names, *([port.name] if port else [])])
    return f"{io:#x} ({known})" if known else f"{io:#x}"


def io_of(name: str, facts: Facts) -> int | None:
    """The I/O port of one of Linux's names."""
    port = port_named(facts, name)
    return port.io if port else None


def table(rows: Iterable[Speaker], width: int = 100) -> Iterator[str]:
    """The table as text; "!" marks who does not go together with the line.

    Where there is no room for them, the last two columns stand below each row.
    """
    who, port, speed = COLUMNS
    wide = width >= 2 + sum(COLUMNS) + BESIDE
    last = ""
    for row in rows:
        if row.when != last:
            last = row.when
            yield f"  {HEADS[row.when]:<{who}}{'Port':<{port}}{'Baud':<{speed}}From" if wide else f"  {HEADS[row.when]}"
        irq = "" if row.irq is None else ", polled" if not row.irq else f", irq {row.irq}"
        start = f"{'!' if row.differs else ' '} {row.who:<{who}}"
        place = f"{row.port}{irq}"
        if wide:
            start += f"{place:<{port}}{row.speed or '':<{speed}}"
            first, *more = wrap(row.source, width - len(start)) or [""]
        else:
            rate = f"{row.speed} baud" if row.speed else ""
            below = wrap(", ".join(filter(None, [rate, row.source])), width - len(start))
            first, *more = [place, *below]
        yield f"{start}{first}".rstrip()
        yield from (" " * len(start) + each for each in more)
