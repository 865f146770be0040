"""Lines in and out: what may leave, how wide, and what is understood of what comes."""

import re

import pytest

from plain.teletype import EndOfInput, Teletype


def machine(typed: bytes = b"", columns: int = 40, *, utf8: bool = False) -> tuple[Teletype, bytearray]:
    """A terminal on which this was typed, in pieces, and what it was sent."""
    sent = bytearray()
    pieces = iter([typed[:3], typed[3:]])
    return Teletype(columns, utf8=utf8, write=sent.extend, read=lambda: next(pieces, b"")), sent


EVERYTHING = "".join(map(chr, range(0x250))) + "\u2028\u202e\u200b\ufeff\x9b31m \ud800 \U0001f600 ✓›•→…“”"


def test_every_character_leaves_as_one_that_can_be_printed() -> None:
    teletype, sent = machine()
    teletype.say(EVERYTHING)
    teletype.put(teletype.printable(EVERYTHING))
    assert re.fullmatch(rb"[ -~\n]*", bytes(sent))


def test_in_utf8_what_can_be_printed_stays() -> None:
    teletype, sent = machine(utf8=True)
    teletype.say(EVERYTHING)
    text = sent.decode()
    assert all(character == "\n" or character.isprintable() for character in text)
    assert "ü" in text
    assert "✓" in text
    teletype, sent = machine()
    teletype.say("Größe ✓ · “x”")
    assert sent == b'Gro?e x . "x"\n'


@pytest.mark.parametrize("columns", [20, 40, 80, 132])
def test_no_line_is_as_wide_as_the_terminal(columns: int) -> None:
    teletype, sent = machine(columns=columns)
    teletype.say("word " * 60, "x" * 300, "    an indent " * 20)
    assert max(map(len, sent.split(b"\n"))) < max(columns, 21)


def test_a_line_comes_in_pieces_and_is_edited_by_keys_that_the_driver_does_not_know() -> None:
    teletype, sent = machine(b" 4x\x08G\x7f\x7f16G \nsecond\n")
    assert teletype.ask("Memory [auto]:") == "16G"
    assert teletype.ask("Next:") == "second"
    assert sent == b"Memory [auto]: Next: "
    with pytest.raises(EndOfInput):
        teletype.ask("Last:")


def test_half_a_line_is_no_answer() -> None:
    teletype, _ = machine(b"yes")
    with pytest.raises(EndOfInput):
        teletype.ask("Apply?")
