"""Serial ports, the firmware's console port, and the serial console as it is without us."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from installer.facts import Boot, Serial, SerialPort, Xen
from installer.host import Host
from installer.probe.attributes import attribute, pci_function, seen
from installer.probe.spcr import SPCR, parse_spcr
from installer.uart import LEGACY, SERIAL_DROP_IN

CON_OUT = "/sys/firmware/efi/efivars/ConOut-8be4df61-93ca-11d2-aa0d-00e098032b8c"
UART_NODE, END_NODE = (3, 14), (0x7F, 0xFF)  # device path nodes (UEFI specification, 10.3)
BY_PORTS = ("0", "1")  # UPIO_PORT and UPIO_HUB6 in io_type; the others are memory-mapped
UNKNOWN = ("", "0")  # PORT_UNKNOWN in type: no UART answered
COM = re.compile(r"\bcom([12])=(\d+)[^,\s\"]*(?:,[^,\s\"]*(?:,(0x[0-9a-fA-F]+|\d+)(?:,(\d+))?)?)?")
MARK = re.compile(r"\((ttyS\d+), interrupt (\d+)\)")  # in our drop-in


class Taken(NamedTuple):
    """The port that Xen has: what Linux called it ("" if that is not known), I/O port, interrupt, speed in baud."""

    name: str
    io: int
    irq: int
    speed: int


def probe_serial(host: Host, boot: Boot, xen: Xen | None = None, tty: str = "") -> Serial:
    """The serial ports and what stands on them; `tty` is the terminal that we are on ("ttyS0").

    Under Xen, which takes its port away from Linux, that port is told from Xen's own command line.
    """
    ours = host.read(SERIAL_DROP_IN) or ""
    taken = find_taken(ours, xen.command_line if xen else "")
    ports = tuple(probe_ports(host, taken))
    console, speed = probe_console(host, boot, taken, ports, tty)
    return Serial(
        ports=ports,
        spcr=parse_spcr(seen(host, SPCR)),
        console=console,
        speed=speed,
        mirrored=mirrors(host, ours),
    )


def find_taken(ours: str, xen_line: str) -> Taken | None:
    """Xen's port by the com1= or com2= of our drop-in, which also says what Linux called it, or of Xen's own line."""
    found = COM.search(ours or xen_line)
    if not found:
        return None
    io = int(found[3], 0) if found[3] else 0x3F8 if found[1] == "1" else 0x2F8
    name, usual = LEGACY.get(io, ("", 0))
    irq = int(found[4]) if found[4] else usual
    if mark := MARK.search(ours):
        name, irq = mark[1], int(mark[2])
    return Taken(name, io, irq, int(found[2]))


def probe_ports(host: Host, taken: Taken | None) -> Iterator[SerialPort]:
    """The UARTs that answered Linux (/sys/class/tty/ttyS*), and the one that Xen has `taken`."""
    names = [name for name in host.names("/sys/class/tty") if re.fullmatch(r"ttyS\d+", name)]
    found = False
    for name in sorted(names, key=lambda name: int(name[4:])):
        where = f"/sys/class/tty/{name}"
        address = int(attribute(host, f"{where}/port") or "0", 16)
        io = address if address and attribute(host, f"{where}/io_type") in BY_PORTS else None
        irq, pci = int(attribute(host, f"{where}/irq") or "0"), pci_function(host.link(where))
        mine = taken is not None and io == taken.io
        if attribute(host, f"{where}/type") not in UNKNOWN:
            yield SerialPort(name=name, io=io, irq=irq, pci=pci)
        elif mine and taken:
            yield SerialPort(name=name, io=io, irq=taken.irq, pci=pci)
        found = found or mine
    if taken and taken.name and not found:
        yield SerialPort(name=taken.name, io=taken.io, irq=taken.irq)


def probe_console(
    host: Host, boot: Boot, taken: Taken | None, ports: tuple[SerialPort, ...], tty: str
) -> tuple[str | None, int | None]:
    """The serial console and its speed: by GRUB's settings without us, by Xen's words, else by what runs now."""
    if found := console_word(f"{boot.linux} {boot.linux_default}"):
        return found
    if taken:
        return next((port.name for port in ports if port.io == taken.io), None), taken.speed
    if found := console_word(host.read("/proc/cmdline") or ""):
        return found
    active = [*reversed((host.read("/sys/class/tty/console/active") or "").split()), tty]
    return next((name for name in active if re.fullmatch(r"ttyS\d+", name)), None), None


def console_word(line: str) -> tuple[str, int | None] | None:
    """Name and speed of the last console=ttyS… on a kernel's command line."""
    words = re.findall(r"(?:^|\s)console=(ttyS\d+)(?:,(\d+)\S*)?(?=\s|$)", line)
    return (words[-1][0], int(words[-1][1]) if words[-1][1] else None) if words else None


def mirrors(host: Host, ours: str) -> bool:
    """Whether UEFI's console output goes to a UART too; where Xen hides the variable, as we once decided by it."""
    variable = host.read_bytes(CON_OUT)
    if variable is None:
        return 'GRUB_TERMINAL="console"\n' in ours
    path = variable[4:]
    while len(path) >= 4:
        node, size = (path[0], path[1]), int.from_bytes(path[2:4], "little")
        if node == UART_NODE:
            return True
        if node == END_NODE or size < 4:
            return False
        path = path[size:]
    return False
