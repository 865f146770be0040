"""ACPI's table WDAT as firmware makes it, here for the watchdog of an ICH9, which QEMU's q35 has too."""

import struct
from collections.abc import Iterable

TCO = 0x660
"""Where its I/O ports are on a q35."""
Entry = tuple[int, int, int, int, int]
"""Action, instruction, port, value and mask; all registers have 16 bits."""
ICH9: tuple[Entry, ...] = (
    (0x01, 2, TCO, 1, 0x3FF),  # RESET: any write reloads the timer
    (0x05, 1, TCO + 0x12, 0, 0x3FF),  # GET_COUNTDOWN
    (0x06, 0x83, TCO + 0x12, 0, 0x3FF),  # SET_COUNTDOWN
    (0x08, 0, TCO + 0x08, 0, 0x800),  # GET_RUNNING_STATE: not halted
    (0x09, 0x82, TCO + 0x08, 0, 0x800),  # SET_RUNNING_STATE
    (0x0A, 0, TCO + 0x08, 0x800, 0x800),  # GET_STOPPED_STATE
    (0x0B, 0x82, TCO + 0x08, 0x800, 0x800),  # SET_STOPPED_STATE
    (0x20, 0, TCO + 0x06, 2, 2),  # GET_STATUS: it fired a second time
    (0x21, 2, TCO + 0x06, 2, 2),  # SET_STATUS: forget that
)


def table(
    entries: Iterable[Entry] = ICH9,
    *,
    period: int = 600,
    most: int = 0x3FF,
    flags: int = 1,
    space: int = 1,
    pci: int = 0xFF,
) -> bytes:
    """The whole table."""
    listed = [
        struct.pack("<BB2xBBBBQII", action, how, space, 16, 0, 2, port, value, mask)
        for action, how, port, value, mask in entries
    ]
    body = struct.pack("<IHBBB3xIIIB3xI", 32, pci, 0xFF, 0xFF, 0xFF, period, most, 4, flags, len(listed))
    body += b"".join(listed)
    head = struct.pack("<4sIBB6s8sI4sI", b"WDAT", 36 + len(body), 1, 0, b"VENDOR", b"WATCHDOG", 1, b"TEST", 1)
    whole = bytearray(head + body)
    whole[9] = -sum(whole) % 256
    return bytes(whole)
