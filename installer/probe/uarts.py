"""The serial ports at this moment, and the BMC that copies one of them into the network."""

import re
from collections.abc import Iterable, Iterator

from installer.errors import HostError
from installer.facts import Bmc, Uart
from installer.host import Host
from installer.probe.attributes import seen

DRIVER = "/proc/tty/driver/serial"
UART = re.compile(r"^(\d+): uart:(\S+) (port|mmio):(?:0x)?([0-9A-Fa-f]+) irq:(\d+)(.*)$", re.MULTILINE)
IPMI = ("/dev/ipmi0", "/dev/ipmi/0", "/dev/ipmidev/0")
PATIENCE = 10.0
"""Seconds that a port or a BMC may take to answer."""


def probe_uarts(host: Host) -> Iterator[Uart]:
    """The UARTs that Linux drives; none where only root may read that."""
    text = (seen(host, DRIVER) or b"").decode("ascii", "replace")
    for number, kind, space, address, irq, rest in UART.findall(text):
        if kind != "unknown":
            yield Uart(
                name=f"ttyS{number}",
                kind=kind,
                io=int(address, 16) if space == "port" else None,
                memory=int(address, 16) if space == "mmio" else None,
                irq=int(irq),
                signals=tuple(word for word in rest.rpartition(" ")[2].split("|") if word.isalpha()),
            )


def probe_speeds(host: Host, names: Iterable[str]) -> dict[str, int]:
    """The speeds of serial ports that somebody has open; one that nobody has open is left alone."""
    found = {}
    for name in dict.fromkeys(names):
        if re.fullmatch(r"ttyS\d+", name):
            said = host.query("stty", "-F", f"/dev/{name}", "speed", timeout=PATIENCE).stdout.strip()
            if said.isdigit():
                found[name] = int(said)
    return found


def probe_bmc(host: Host) -> Bmc | None:
    """What the BMC says of Serial over LAN; None where Linux has no way to one."""
    if not any(host.exists(name) for name in IPMI):
        return None
    try:
        said = host.query("ipmitool", "sol", "info", timeout=PATIENCE)
    except HostError as error:
        return Bmc(silent=error.fact)
    if said.status == 127:
        return Bmc(silent="ipmitool is not installed")
    on = re.search(r"^Enabled\s*:\s*(true|false)\b", said.stdout, re.MULTILINE)
    if said.status or not on:
        return Bmc(silent="ipmitool sol info failed" if said.status else "ipmitool sol info does not say")
    return Bmc(
        sol=on[1] == "true", speed=bit_rate(said.stdout, "Volatile"), stored=bit_rate(said.stdout, "Non-Volatile")
    )


def bit_rate(text: str, which: str) -> int | None:
    """A bit rate of `ipmitool sol info` in baud; None for "IPMI-Over-Serial-Setting", the port's own."""
    found = re.search(rf"^{which} Bit Rate \(kbps\)\s*:\s*(\d+(?:\.\d+)?)\s*$", text, re.MULTILINE)
    return round(float(found[1]) * 1000) if found else None
