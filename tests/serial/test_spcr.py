"""ACPI's SPCR table, byte for byte, whole and damaged."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.facts import Spcr
from installer.probe.spcr import parse_spcr


def spcr(
    kind: int = 0, space: int = 1, address: int = 0x3F8, interrupt: tuple[int, int, int] = (3, 4, 4), speed: int = 7,
    flow: int = 0, revision: int = 2,
) -> bytes:  # fmt: skip
    """An SPCR table as firmware writes it: ACPI header, then the fields of Microsoft's specification."""
    header = struct.pack("<4sIBB6s8sI4sI", b"SPCR", 80, revision, 0, b"VENDOR", b"BOARD   ", 1, b"ACPI", 1)
    body = struct.pack("<B3xBBBBQ", kind, space, 8, 0, 1, address)
    body += struct.pack("<BBI", *interrupt) + struct.pack("<BBBBBB", speed, 0, 1, flow, 3, 0)
    body += struct.pack("<HHBBBIBI", 0xFFFF, 0xFFFF, 0, 0, 0, 0, 0, 0)
    return signed(header + body)


def signed(table: bytes) -> bytes:
    """The table with the checksum that makes all its bytes add up to nought."""
    bare = table[:9] + b"\0" + table[10:]
    return bare[:9] + bytes([-sum(bare) & 0xFF]) + bare[10:]


def test_the_table_is_as_long_as_it_says() -> None:
    assert len(spcr()) == 80
    assert sum(spcr()) & 0xFF == 0


@pytest.mark.parametrize(
    ("table", "found"),
    [
        (spcr(), Spcr(io=0x3F8, irq=4, speed=115200)),
        (spcr(address=0x2F8, interrupt=(1, 3, 0), speed=6), Spcr(io=0x2F8, irq=3, speed=57600)),
        (spcr(kind=0x12, address=0x3E8, interrupt=(2, 0, 5), speed=3), Spcr(io=0x3E8, irq=5, speed=9600)),
        (spcr(interrupt=(0, 4, 4), speed=0), Spcr(io=0x3F8, irq=0, speed=None)),
        (spcr(flow=2), Spcr(io=0x3F8, irq=4, speed=115200, flow=True)),
        (spcr(flow=4), Spcr(io=0x3F8, irq=4, speed=115200, flow=False)),
        (spcr(space=0, address=0xFE030000), Spcr(io=None, irq=4, speed=115200)),
        (spcr() + b"padding", Spcr(io=0x3F8, irq=4, speed=115200)),
    ],
)
def test_a_whole_table(table: bytes, found: Spcr) -> None:
    assert parse_spcr(table) == found


@pytest.mark.parametrize(
    "table",
    [
        None,
        b"",
        b"SPCR",
        spcr()[:60],
        spcr()[:79],
        spcr()[:9] + bytes([spcr()[9] ^ 1]) + spcr()[10:],
        signed(b"DBG2" + spcr()[4:]),
        signed(spcr()[:4] + struct.pack("<I", 40) + spcr()[8:]),
        signed(spcr()[:4] + struct.pack("<I", 4096) + spcr()[8:]),
        spcr(address=0),
        spcr(kind=3),
    ],
    ids=["none", "empty", "signature", "cut", "last byte", "checksum", "other table", "too short", "too long",
         "disabled", "ARM PL011"],
)  # fmt: skip
def test_a_damaged_or_empty_table_is_no_table(table: bytes | None) -> None:
    assert parse_spcr(table) is None


@given(st.binary(max_size=120))
def test_no_bytes_make_it_fail(noise: bytes) -> None:
    assert parse_spcr(noise) is None or sum(noise) & 0xFF == 0
    parse_spcr(b"SPCR" + noise)


@given(st.integers(1, 255), st.integers(0, 79))
def test_one_wrong_byte_is_seen(change: int, place: int) -> None:
    table = bytearray(spcr())
    table[place] = (table[place] + change) & 0xFF
    assert parse_spcr(bytes(table)) is None
