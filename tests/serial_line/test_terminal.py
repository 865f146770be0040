"""The model of the screen reads what Textual writes as a terminal would."""

import random

import pyte
import pytest

from tests.serial_line.reference import reduced
from textual_serial.cells import BLANK, BOLD, UNDERLINE
from textual_serial.colours import Palette
from textual_serial.early import page_of
from textual_serial.emitter import Emitter
from textual_serial.glyphs import Glyphs
from textual_serial.kinds import Depth, Repertoire
from textual_serial.terminal import Terminal

WORDS = ["Memory ", "yes", "─│┌", "é", "  ", "x" * 30, "[x]", "▔▔▁", "…"]
LOOKS = [
    "",
    "0",
    "1",
    "4",
    "7",
    "1;31",
    "38;2;224;224;224;48;2;18;18;18",
    "48;5;4",
    "38;5;208",
    "97;100",
    "22",
    "39;49",
]
LOOKS += ["27", "24", "38;2;1;120;212", "48;2;255;255;255;38;2;250;250;250"]


def random_text(chance: random.Random) -> str:
    """Something that a program may write."""
    kind = chance.randrange(8)
    if kind < 3:
        return f"\x1b[{chance.choice(LOOKS)}m{chance.choice(WORDS)}\x1b[0m"
    if kind < 5:
        return f"\x1b[{chance.randint(1, 10)};{chance.randint(1, 20)}H"
    if kind == 5:
        return chance.choice(["\r", "\n", "\b", "\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[J", "\x1b[1J", "\x1b[2J"])
    letter, number = chance.choice("ABCDGd"), chance.choice(["", "2", "5"])
    return f"\x1b[{number}{letter}" if kind == 6 else chance.choice(WORDS[:2])


@pytest.mark.parametrize(("depth", "repertoire"), [(0, "ascii"), (8, "vt100"), (8, "linux"), (16, "utf8")])
def test_random_texts_are_read_as_the_reference_reads_them(depth: Depth, repertoire: Repertoire) -> None:
    chance = random.Random(5)
    palette, glyphs = Palette(depth), Glyphs(repertoire)
    for _ in range(150):
        terminal, screen = Terminal(60, 10, palette, glyphs), pyte.Screen(60, 10)
        stream = pyte.Stream(screen)
        stream.feed("\x1b[?7l")
        written = ""
        for _ in range(12):
            text = random_text(chance)
            # At the edge pyte writes over the last column, where a program never is.
            if screen.cursor.x + 31 > 60 or (text in ("\n", "\x1b[5B") and screen.cursor.y > 4):
                text = f"\x1b[{chance.randint(1, 6)};{chance.randint(1, 9)}H"
            written += text
            stream.feed(text)
        for at in range(0, len(written), 7):
            terminal.feed(written[at : at + 7])
        assert terminal.rows == reduced(screen, palette, glyphs), repr(written)


def terminal(width: int = 10, height: int = 2) -> Terminal:
    """A small one without colours."""
    return Terminal(width, height, Palette(0), Glyphs("ascii"))


def test_what_is_no_text_leaves_no_trace() -> None:
    screen = terminal()
    screen.feed(
        "\x1b]22;default\a\x1b]8;id=1;http://x\x1b\\a\x1b]8;;\x1b\\\x1b[?2026$p\x1b[>25u\x1b[?25l\x1b(Bb\x1b7\x1b=c"
    )
    assert "".join(character for character, _ in screen.rows[0]).rstrip() == "abc"
    assert screen.rows[1] == [BLANK] * 10


def test_an_unfinished_sequence_waits_and_broken_ones_do_not_stop_anything() -> None:
    screen = terminal()
    screen.feed("\x1b[1")
    screen.feed("ma\x1b[0m")
    assert screen.rows[0][0] == ("a", BOLD)
    screen.feed("\x1b[4m" + "b" * 20)
    assert screen.rows[0][9] == ("b", UNDERLINE)
    assert screen.rows[1] == [BLANK] * 10


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("漢字", ["漢", "", "字", "", " "]),
        ("漢字\x1b[1;2Hx", [" ", "x", "字", "", " "]),
        ("漢字\x1b[1;3Hx", ["漢", "", "x", " ", " "]),
        ("a漢字\x1b[1;3H\x1b[K", ["a", " ", " ", " ", " "]),
        ("abc漢字", ["a", "b", "c", "漢", ""]),
        ("e\u0301x", ["e\u0301", "x", " ", " ", " "]),
        ("a\u202eb\u200bc", ["a", "b", "c", " ", " "]),
    ],
)
def test_wide_and_combined_characters(written: str, shown: list[str]) -> None:
    screen = Terminal(5, 1, Palette(0), Glyphs("utf8"))
    screen.feed(written)
    assert [character for character, _ in screen.rows[0]] == shown


def test_a_bell_is_counted() -> None:
    screen = terminal()
    screen.feed("\a\a")
    assert screen.bells == 2


def test_text_in_the_colour_of_its_ground_is_left_out() -> None:
    screen = terminal()
    screen.feed("\x1b[38;2;30;30;30;48;2;30;30;30m──\x1b[38;2;224;224;224mab")
    assert "".join(character for character, _ in screen.rows[0]) == "  ab      "


def test_a_terminal_with_more_lines_than_anybody_told_us_scrolls_as_we_mean_it() -> None:
    emitter, screen = Emitter(80, 24, Glyphs("vt100")), pyte.Screen(80, 25)
    stream = pyte.ByteStream(screen)
    lines = [f"line {number} has words of its own, number {number}" for number in range(40)]
    for first in (0, 1, 5, 3):
        wanted = lines[first : first + 24]
        piece = emitter.next_piece(page_of(wanted, (), 80, 24, Glyphs("vt100")), None)
        stream.feed(piece)
        assert [line.rstrip() for line in screen.display] == [*wanted, ""]
        assert first == 0 or len(piece) < 400, "it did not scroll"
