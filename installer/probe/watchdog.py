"""The watchdog in ACPI's table WDAT (Hardware Watchdog Timers Design Specification), where GRUB could start it."""

import struct
from typing import Literal

from installer.facts_watchdog import PortWrite, Wdat
from installer.host import Host

TABLE = "/sys/firmware/acpi/tables/WDAT"
CLASS = "/sys/class/watchdog"
MODULES = ("/boot/grub/i386-pc/iorw.mod", "/boot/grub/x86_64-efi/iorw.mod")
HEAD = struct.Struct("<4sI28xIHBBB3xIIIB3xI")
ENTRY = struct.Struct("<BB2xBBBBQII")
ENABLED = 1
NO_PCI = 0xFF
REBOOT, COUNTDOWN, RUNNING, RESET = 0x11, 0x06, 0x09, 0x01
WRITE_VALUE, WRITE_COUNTDOWN, PRESERVE = 2, 3, 0x80
PORT = 1
WIDTHS: dict[int, Literal[8, 16, 32]] = {1: 8, 2: 16, 3: 32}


def probe_wdat(host: Host) -> Wdat | None:
    """The watchdog, None where the firmware describes none, or in a way that no GRUB could follow."""
    raw = host.read_at(TABLE, 0, 1 << 16)
    if raw is None:
        return None
    drivers = [(host.read(f"{CLASS}/{name}/identity") or "").strip() for name in host.names(CLASS)]
    return read_wdat(raw, driven="wdat_wdt" in drivers, grub=any(map(host.exists, MODULES)))


def read_wdat(raw: bytes, *, driven: bool, grub: bool = True) -> Wdat | None:
    """What a table says, None where it is damaged, switched off, or not of I/O ports alone."""
    if len(raw) < HEAD.size or raw[:4] != b"WDAT" or sum(raw) % 256:
        return None
    _, length, _, segment, *pci, period, most, least, flags, count = HEAD.unpack_from(raw)
    whole = length == len(raw) >= HEAD.size + count * ENTRY.size
    if not whole or not flags & ENABLED or {segment & 0xFF, *pci} != {NO_PCI} or not period or not least <= most:
        return None
    entries = [ENTRY.unpack_from(raw, HEAD.size + number * ENTRY.size) for number in range(count)]
    wanted = [entry for action in (REBOOT, COUNTDOWN, RUNNING, RESET) for entry in entries if entry[0] == action]
    writes = [write for entry in wanted if (write := as_write(most, *entry[1:]))]
    if len(writes) < len(wanted) or not {COUNTDOWN, RUNNING, RESET} <= {entry[0] for entry in entries}:
        return None
    return Wdat(period_ms=period, most=most, driven=driven, grub=grub, starts=tuple(writes))


def as_write(
    most: int, how: int, space: int, _: int, shift: int, width: int, port: int, value: int, mask: int
) -> PortWrite | None:
    """An entry of the table as a write to a port, None where it is none."""
    what, counts = how & ~PRESERVE, how & ~PRESERVE == WRITE_COUNTDOWN
    if space != PORT or width not in WIDTHS or port > 0xFFFF or what not in (WRITE_VALUE, WRITE_COUNTDOWN):
        return None
    if counts and most > mask:
        return None
    every = (1 << WIDTHS[width]) - 1
    return PortWrite(
        port=port,
        bits=WIDTHS[width],
        value=0 if counts else (value & mask) << shift & every,
        mask=mask << shift & every if how & PRESERVE else every,
        counts=counts,
        shift=shift,
    )
