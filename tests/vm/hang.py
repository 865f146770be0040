"""A hypervisor that hangs: all that it does is to say so on the serial line, and to halt with interrupts off."""

import struct

SAID = "this hypervisor hangs"
LOAD, CODE = 0x200000, 0x80
"""Where it lies in memory, and its first instruction in it."""
PROGRAM = bytes.fromhex(
    "be a0002000"  # mov esi, what is said
    "ba f8030000"  # mov edx, COM1
    "ac 84c0 7403 ee ebf8"  # the next letter; none: halt; out; again
    "fa f4 ebfd"  # cli; hlt; hlt again, whatever woke it
)


def image() -> bytes:
    """As GRUB starts it by multiboot2 (Multiboot2 Specification, 3.1)."""
    address = struct.pack("<HHIIIII", 2, 0, 24, LOAD, LOAD, 0, 0)
    entry = struct.pack("<HHII4x", 3, 0, 12, LOAD + CODE)
    tags = address + entry + struct.pack("<HHI", 0, 0, 8)
    magic, length = 0xE85250D6, 16 + len(tags)
    head = struct.pack("<IIII", magic, 0, length, -(magic + length) & 0xFFFFFFFF)
    text = f"\r\n{SAID}\r\n".encode() + b"\0"
    return (head + tags).ljust(CODE, b"\0") + PROGRAM.ljust(0x20, b"\0") + text
