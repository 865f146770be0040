"""One model of the serial line, and its words for GRUB, Xen and Linux."""

import re
from typing import Literal

from installer.answers import Answers
from installer.facts import Facts, SerialPort
from installer.model import Model
from installer.uart import LEGACY

COMS = {"com1": 0x3F8, "com2": 0x2F8}
SPEED = 115200
LAST_ISA_IRQ = 15
XEN_LINUX = ("console=tty0", "console=hvc0")


class Line(Model):
    """A serial line: I/O port, interrupt for Xen (0: polled) and in Linux, speed in baud, RTS/CTS flow control."""

    tty: str
    io: int
    irq: int
    linux_irq: int
    speed: int
    flow: bool
    because: str

    @property
    def com(self) -> str:
        """The port by the name under which Xen has it; Xen knows two, wherever they are."""
        return "com2" if self.io == COMS["com2"] else "com1"

    @property
    def xen(self) -> tuple[str, ...]:
        """The hypervisor's words (xen-command-line(7): com1, console)."""
        return f"{self.com}={self.speed},8n1,{self.io:#x},{self.irq}", f"console={self.com},vga"

    @property
    def linux(self) -> str:
        """The word for Linux without Xen (serial-console.rst: speed, parity, bits, flow)."""
        return f"console={self.tty},{self.speed}n8{'r' if self.flow else ''}"

    @property
    def grub(self) -> str:
        """The command that gives GRUB the port: by its number where it has one, else by its address."""
        units = list(LEGACY)
        place = f"--unit={units.index(self.io)}" if self.io in units else f"--port={self.io:#x}"
        flow = " --rtscts=on" if self.flow else ""
        return f"serial {place} --speed={self.speed} --word=8 --parity=no --stop=1{flow}"


def find_line(answers: Answers, facts: Facts) -> Line | None:
    """The line that is asked for, or that "auto" comes to: the firmware's, else the console in use; None for off."""
    given, serial = answers.serial, facts.serial
    if given.port == "off":
        return None
    if given.port != "auto":
        io = COMS[given.port] if given.port in COMS else int(given.port, 16)
        return make_line(answers, facts, io, "asked for")
    if serial.spcr and serial.spcr.io and (not serial.ports or port_at(facts, serial.spcr.io)):
        return make_line(answers, facts, serial.spcr.io, "the firmware has its console there (ACPI table SPCR)")
    in_use = console_io(facts)
    if in_use:
        return make_line(answers, facts, in_use, f"{serial.console} is Linux's console")
    return None


def make_line(answers: Answers, facts: Facts, io: int, because: str) -> Line:
    """A line on an I/O port; what the answers leave open comes from the firmware, else from Linux."""
    spcr = facts.serial.spcr if facts.serial.spcr and facts.serial.spcr.io == io else None
    port = port_at(facts, io)
    name, usual_irq = LEGACY.get(io, ("ttyS0", 0))
    tty = port.name if port else name
    irq = find_irq(port, spcr.irq if spcr else usual_irq)
    known = facts.serial.speed if facts.serial.console == tty else None
    speed = (spcr and spcr.speed) or known or SPEED
    return Line(
        tty=tty,
        io=io,
        irq=irq if answers.serial.irq is None else answers.serial.irq,
        linux_irq=port.irq if port else irq,
        speed=speed if answers.serial.speed == "auto" else answers.serial.speed,
        flow=answers.serial.flow,
        because=because,
    )


def find_irq(port: SerialPort | None, otherwise: int) -> int:
    """The interrupt that Xen can use so early: an ISA one; a PCI card's is shared, so that it is polled."""
    if port and port.pci:
        return 0
    irq = port.irq if port and port.irq else otherwise
    return irq if irq <= LAST_ISA_IRQ else 0


def port_at(facts: Facts, io: int) -> SerialPort | None:
    """The port that Linux knows at an I/O address."""
    return next((port for port in facts.serial.ports if port.io == io), None)


def console_io(facts: Facts) -> int | None:
    """I/O address of Linux's serial console, None without one or where it is memory-mapped."""
    for port in facts.serial.ports:
        if port.name == facts.serial.console:
            return port.io
    return next((io for io, (name, _) in LEGACY.items() if name == facts.serial.console), None)


def console_words(facts: Facts) -> list[str]:
    """The serial consoles on plain Linux's line as it is without us."""
    return re.findall(r"(?<!\S)console=ttyS\S+", f"{facts.boot.linux} {facts.boot.linux_default}")


def plain_linux(line: Line, facts: Facts) -> Literal["keep", "append", "rewrite"]:
    """What plain Linux's own line needs: nothing, our console, or other settings for the one that it has."""
    there = [word for word in console_words(facts) if word.partition(",")[0] == f"console={line.tty}"]
    if not there:
        return "append"
    fits = re.compile(rf"console={line.tty},{line.speed}(n8?)?{'r' if line.flow else ''}")
    return "keep" if all(fits.fullmatch(word) for word in there) else "rewrite"


def plain_words(line: Line, facts: Facts) -> tuple[str, ...]:
    """The words that plain Linux's line gets from us."""
    return {"keep": (), "append": ("console=tty0", line.linux), "rewrite": (line.linux,)}[plain_linux(line, facts)]
