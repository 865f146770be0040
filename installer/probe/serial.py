"""Serial ports, the firmware's console port, and the serial console as it is without us."""

import re
from collections.abc import Iterator

from installer.facts import Boot, Serial, SerialPort, Xen
from installer.host import Host
from installer.probe.attributes import attribute, pci_function, seen
from installer.probe.spcr import SPCR, parse_spcr
from installer.probe.uarts import probe_bmc
from installer.uart import SERIAL_DROP_IN, Taken, find_taken

CON_OUT = "/sys/firmware/efi/efivars/ConOut-8be4df61-93ca-11d2-aa0d-00e098032b8c"
UART_NODE, END_NODE = (3, 14), (0x7F, 0xFF)  # device path nodes (UEFI specification, 10.3)
BY_PORTS = ("0", "1")  # UPIO_PORT and UPIO_HUB6 in io_type; the others are memory-mapped
UNKNOWN = ("", "0")  # PORT_UNKNOWN in type: no UART answered


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
        bmc=probe_bmc(host),
    )


def probe_ports(host: Host, taken: Taken | None) -> Iterator[SerialPort]:
    """The UARTs that answered Linux (/sys/class/tty/ttyS*), and the one that Xen has `taken`."""
    names = [name for name in host.names("/sys/class/tty") if re.fullmatch(r"ttyS\d+", name)]
    found = False
    for name in sorted(names, key=lambda name: int(name[4:])):
        where = f"/sys/class/tty/{name}"
        address = int(attribute(host, f"{where}/port") or "0", 16)
        io = address if address and attribute(host, f"{where}/io_type") in BY_PORTS else None
        memory = None if io else int(attribute(host, f"{where}/iomem_base") or "0", 16) or None
        irq, pci = int(attribute(host, f"{where}/irq") or "0"), pci_function(host.link(where))
        mine = taken is not None and io is not None and io == taken.io
        if attribute(host, f"{where}/type") not in UNKNOWN:
            yield SerialPort(name=name, io=io, irq=irq, pci=pci, memory=memory)
        elif mine and taken:
            yield SerialPort(name=name, io=io, irq=taken.irq, pci=pci)
        found = found or mine
    if taken and taken.name and not found:
        yield SerialPort(name=taken.name, io=taken.io, irq=taken.irq, pci=taken.pci)


def probe_console(
    host: Host, boot: Boot, taken: Taken | None, ports: tuple[SerialPort, ...], tty: str
) -> tuple[str | None, int | None]:
    """The serial console and its speed: by GRUB's settings without us, by Xen's words, else by what runs now."""
    if found := console_word(f"{boot.linux} {boot.linux_default}"):
        return found
    if taken:
        return next((port.name for port in ports if port.io and port.io == taken.io), None), taken.speed
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
