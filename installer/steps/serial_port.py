"""One model of the serial line, and its words for GRUB, Xen and Linux."""

import re
from typing import Literal

from installer.answers import Answers
from installer.facts import Facts, SerialPort, Spcr
from installer.model import Model
from installer.uart import COMS, LEGACY

SPEED, BARE = 115200, 9600
LAST_ISA_IRQ = 15
XEN_LINUX = ("console=tty0", "console=hvc0")
SCANS = ("pci", "amt")
UART_KINDS = ("0700", "0702")  # PCI classes: serial, multiport serial; of others a port that Linux has counts


class Line(Model):
    """A serial line: I/O port, interrupt for Xen (0: polled) and in Linux, speed in baud, RTS/CTS flow control.

    `pci` is the function that it sits on; with `scan` ("pci" or "amt") Xen finds that by itself.
    """

    tty: str
    io: int
    irq: int
    linux_irq: int
    speed: int
    flow: bool
    because: str
    pci: str | None = None
    scan: str = ""

    @property
    def com(self) -> str:
        """The port by the name under which Xen has it; Xen knows two, wherever they are."""
        return "com2" if self.io == COMS["com2"] and not self.scan else "com1"

    @property
    def answer(self) -> str:
        """What serial.port says for it."""
        return self.scan or (self.com if self.io in COMS.values() else f"{self.io:#x}")

    @property
    def xen(self) -> tuple[str, ...]:
        """The hypervisor's words (xen-command-line(7): com1, console)."""
        return f"{self.com}={self.speed},8n1,{self.scan or f'{self.io:#x}'},{self.irq}", f"console={self.com},vga"

    @property
    def linux(self) -> str:
        """The word for Linux without Xen (serial-console.rst: speed, parity, bits, flow)."""
        return f"console={self.tty},{self.speed}n8{'r' if self.flow else ''}"

    @property
    def grub(self) -> str:
        """The command that gives GRUB the port."""
        flow = " --rtscts=on" if self.flow else ""
        return f"serial {self.grub_place} --speed={self.speed} --word=8 --parity=no --stop=1{flow}"

    @property
    def grub_place(self) -> str:
        """The port in GRUB's words: the first by its number; others by address, since a BIOS leaves out what is off."""
        return "--unit=0" if self.io == COMS["com1"] else f"--port={self.io:#x}"


def find_line(answers: Answers, facts: Facts) -> Line | None:
    """The line that is asked for, or that "auto" comes to: the firmware's, else the console in use; None for off."""
    given, serial = answers.serial, facts.serial
    if given.port == "off":
        return None
    if given.port in SCANS:
        port = scanned(facts, given.port)[1]
        return make_line(answers, facts, port.io, "asked for", given.port) if port and port.io else None
    if given.port != "auto":
        io = COMS[given.port] if given.port in COMS else int(given.port, 16)
        return make_line(answers, facts, io, "asked for")
    if serial.spcr and serial.spcr.io and (not serial.ports or port_at(facts, serial.spcr.io)):
        return make_line(answers, facts, serial.spcr.io, "the firmware has its console there (ACPI table SPCR)")
    in_use = console_io(facts)
    if in_use:
        return make_line(answers, facts, in_use, "it is Linux's console")
    return None


def make_line(answers: Answers, facts: Facts, io: int, because: str, scan: str = "") -> Line:
    """A line on an I/O port; what the answers leave open comes from the firmware, else from Linux."""
    spcr = facts.serial.spcr if facts.serial.spcr and facts.serial.spcr.io == io else None
    port = port_at(facts, io)
    name, usual_irq = LEGACY.get(io, ("ttyS0", 0))
    tty = port.name if port else name
    irq = find_irq(port, spcr.irq if spcr else usual_irq)
    return Line(
        tty=tty,
        io=io,
        irq=irq if answers.serial.irq is None else answers.serial.irq,
        linux_irq=port.irq if port else irq,
        speed=usual_speed(answers, facts, tty, spcr),
        flow=answers.serial.flow,
        because=because,
        pci=port.pci if port else None,
        scan=scan,
    )


def usual_speed(answers: Answers, facts: Facts, tty: str, spcr: Spcr | None = None) -> int:
    """The speed of a port: what is asked for, else the firmware's on it, else that of Linux's console."""
    if answers.serial.speed != "auto":
        return answers.serial.speed
    return (spcr and spcr.speed) or console_speed(facts, tty) or SPEED


def console_speed(facts: Facts, tty: str) -> int | None:
    """The speed of Linux's console on a port: by its word, else the port's, else the kernel's (serial-console.rst)."""
    if facts.serial.console != tty:
        return None
    return facts.serial.speed or facts.running.speeds.get(tty) or BARE


def find_irq(port: SerialPort | None, otherwise: int) -> int:
    """The interrupt that Xen can use so early: an ISA one; a PCI card's is shared, so that it is polled."""
    if port and port.pci:
        return 0
    irq = port.irq if port and port.irq else otherwise
    return irq if irq <= LAST_ISA_IRQ else 0


def scanned(facts: Facts, scan: str) -> tuple[str, SerialPort | None]:
    """The PCI function on which Xen's own search ends ("" for none), and Linux's port there.

    Xen goes through the buses in order; "pci" leaves out bus 0, where a card cannot be and Intel AMT is.
    """
    known = {device.address for device in facts.pci if device.kind.startswith(UART_KINDS)}
    known |= {port.pci for port in facts.serial.ports if port.pci}
    found = sorted(address for address in known if scan == "amt" or address.split(":")[1] != "00")
    if not found:
        return "", None
    return found[0], next((port for port in facts.serial.ports if port.pci == found[0]), None)


def port_at(facts: Facts, io: int) -> SerialPort | None:
    """The port that Linux knows at an I/O address."""
    return next((port for port in facts.serial.ports if port.io == io), None)


def port_named(facts: Facts, name: str | None) -> SerialPort | None:
    """The port that Linux has under a name."""
    return next((port for port in facts.serial.ports if port.name == name), None)


def console_io(facts: Facts) -> int | None:
    """I/O address of Linux's serial console, None without one or where it is memory-mapped."""
    if port := port_named(facts, facts.serial.console):
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
