"""Keys from a line that tears sequences apart and swallows some."""

import pytest

from tests.serial_line.line import program
from textual_serial.keys import PATIENCE, Keys


def typed(*pieces: tuple[float, bytes], encoding: str = "utf-8") -> list[str]:
    """The keys of pieces that arrive at given times, and of what is left when the patience ends."""
    keys, found, now = Keys(encoding), list[str](), 0.0
    for now, piece in pieces:
        deadline = keys.deadline()
        if deadline is not None and deadline <= now:
            found += keys.feed(b"", deadline)
        found += keys.feed(piece, now)
    return found + keys.feed(b"", now + PATIENCE)


@pytest.mark.parametrize("sequence", [b"\x1b[A", b"\x1bOB", b"\x1b[21~", b"\x1b[[A", b"\x1b[1;5C", b"\x1b[Z"])
def test_a_sequence_in_pieces_450_ms_apart_is_one_key(sequence: bytes) -> None:
    pieces = [(0.45 * at, bytes([byte])) for at, byte in enumerate(sequence)]
    assert typed(*pieces) == [sequence.decode()]


def test_escape_alone_is_escape_when_nothing_followed() -> None:
    keys = Keys()
    assert keys.feed(b"\x1b", 1.0) == []
    assert keys.deadline() == 1.0 + PATIENCE
    assert keys.feed(b"", 1.49) == []
    assert keys.feed(b"", 1.5) == ["\x1b"]
    assert keys.deadline() is None


def test_two_escapes_and_an_arrow() -> None:
    assert typed((0, b"\x1b\x1b[A")) == ["\x1b", "\x1b[A"]


def test_what_never_becomes_whole_is_typed() -> None:
    assert typed((0, b"\x1b["), (2, b"x")) == ["\x1b", "[", "x"]


@pytest.mark.parametrize("prefix", [b"\x1b", b"\x0f"])
def test_digits_stand_for_function_keys(prefix: bytes) -> None:
    expected = ["\x1bOP", "\x1bOS", "\x1b[15~", "\x1b[21~"]
    assert typed(*((at, prefix + digit) for at, digit in enumerate([b"1", b"4", b"5", b"0"]))) == expected


def test_keys_that_flow_control_swallows_have_twins() -> None:
    assert typed((0, b"\x0fq\x0fs\x0fe\x0fl\x0f\x0f\x1bq")) == ["\x11", "\x13", "\x1b", "\x0c", "\x0f", "\x11"]


def test_a_twin_that_is_none_is_both_keys() -> None:
    assert typed((0, b"\x0fx\x0f\x1b[A")) == ["\x0f", "x", "\x0f", "\x1b[A"]


def test_return_is_one_key_however_the_line_ends_its_lines() -> None:
    assert typed((0, b"\r\n"), (1, b"\r\0"), (2, b"\n"), (3, b"\r"), (4, b"\r")) == ["\r"] * 5


def test_late_answers_are_not_typed() -> None:
    assert typed((0, b"\x1b[?1;2c"), (1, b"a\x1b[?62;9;cb"), (2, b"\x1b[0n")) == ["a", "b"]


def test_letters_of_the_locale() -> None:
    assert typed((0, b"\xc3"), (0.2, b"\xa9")) == ["é"]
    assert typed((0, b"\xe9"), encoding="iso8859-1") == ["é"]


def test_letters_of_a_locale_go_both_ways_as_one_byte() -> None:
    with program("-m", "tests.serial_line.sample", environ={"LANG": "de_DE.ISO-8859-1"}) as far:
        far.until_text("Leave", "< Help >")
        far.type(b"\t\r")
        far.until_text("2560M")
        far.type(b"\xe9")
        far.until_text("2560Mé")
        assert far.received.endswith(b"\xe9")


def test_eight_bit_controls_of_a_vt220() -> None:
    assert typed((0, b"\x9bA\x8fP"), encoding="ascii") == ["\x1b[A", "\x1bOP"]
