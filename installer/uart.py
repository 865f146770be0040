"""The PC's serial ports by I/O address, and which of them a line of Xen's, or our drop-in, gives to Xen."""

import re
from typing import NamedTuple

LEGACY = {0x3F8: ("ttyS0", 4), 0x2F8: ("ttyS1", 3), 0x3E8: ("ttyS2", 4), 0x2E8: ("ttyS3", 3)}
"""Linux's name and the usual interrupt; GRUB numbers them in this order."""

COMS = {"com1": 0x3F8, "com2": 0x2F8}
"""Where Xen looks for its two ports unless it is told."""

SERIAL_DROP_IN = "/etc/default/grub.d/50-xenstrap-serial.cfg"
COM = re.compile(r"\b(com[12])=(\d+)[^,\s\"]*(?:,[^,\s\"]*(?:,(0x[0-9a-fA-F]+|\d+|pci|amt)?(?:,(\d+))?)?)?")
MARK = re.compile(r"at I/O port (0x[0-9a-f]+) \((ttyS\d+), interrupt (\d+)(?:, PCI ([0-9a-f:.]+))?\)")  # in our drop-in


class Taken(NamedTuple):
    """The port that Xen has: its name in Linux ("" if that is not known), I/O port (None: on a PCI card that Xen
    finds by itself), interrupt, speed in baud, PCI function if any, and Xen's own name for it.
    """

    name: str
    io: int | None
    irq: int
    speed: int
    pci: str | None = None
    com: str = "com1"


def find_taken(ours: str, xen_line: str) -> Taken | None:
    """Xen's port by the com1= or com2= of our drop-in, which also says what Linux called it, or of Xen's own line."""
    text = ours or xen_line
    found = COM.findall(text)
    if not found:
        return None
    consoles = re.findall(r"\bconsole=([^\s\"]*com[12][^\s\"]*)", text)
    found = [port for port in found if consoles and port[0] in consoles[-1]] or found
    com, speed, place, irq = found[-1]
    if mark := MARK.search(ours):
        return Taken(mark[2], int(mark[1], 16), int(mark[3]), int(speed), mark[4], com)
    if place in ("pci", "amt"):
        return Taken("", None, int(irq or 0), int(speed), None, com)
    io = int(place, 0) if place else COMS[com]
    name, usual = LEGACY.get(io, ("", 0))
    return Taken(name, io, int(irq) if irq else usual, int(speed), None, com)
