"""Colours and characters on terminals that have few of them, and what is known of a terminal."""

import errno
import os
import re
import termios
from collections.abc import Iterator

import pytest

from textual_serial.cells import BG_SHIFT, BOLD, FG_SHIFT, HIDDEN, REVERSE
from textual_serial.colours import Look, Palette
from textual_serial.glyphs import Glyphs
from textual_serial.kinds import Depth, Repertoire
from textual_serial.modes import raw
from textual_serial.settings import charset, settings_of
from textual_serial.ttys import Behind

SURFACE, PRIMARY, TEXT = (30, 30, 30), (1, 120, 212), (224, 224, 224)


@pytest.mark.parametrize(
    ("look", "attributes"),
    [
        (Look(), 0),
        (Look(TEXT, SURFACE), 0),
        (Look(TEXT, PRIMARY), REVERSE),
        (Look(TEXT, PRIMARY, reverse=True), 0),
        (Look(reverse=True), REVERSE),
        (Look(bold=True), BOLD),
        (Look(SURFACE, SURFACE), HIDDEN),
    ],
)
def test_without_colours_a_marked_ground_is_reversed(look: Look, attributes: int) -> None:
    assert Palette(0).reduce(look) == attributes


def test_a_light_theme_is_turned_over() -> None:
    light = Look((20, 20, 20), (240, 240, 240))
    assert Palette(0, dark=False).reduce(light) == 0
    assert Palette(8, dark=False).reduce(light) == 0
    palette = Palette(0)
    assert palette.reduce(light) == REVERSE
    palette.dark = False
    assert palette.reduce(light) == 0


@pytest.mark.parametrize(
    ("depth", "look", "fg", "bg"),
    [
        (8, Look(TEXT, SURFACE), 0, 0),
        (8, Look((200, 10, 10), SURFACE), 2, 0),
        (16, Look((255, 90, 90), SURFACE), 10, 0),
        (8, Look(2, 4), 3, 5),
        (16, Look(12, None), 13, 0),
        (8, Look((20, 20, 180), (0, 0, 100)), 8, 5),
    ],
)
def test_colours_become_the_nearest_and_text_stays_readable(depth: Depth, look: Look, fg: int, bg: int) -> None:
    assert Palette(depth).reduce(look) == fg << FG_SHIFT | bg << BG_SHIFT


@pytest.mark.parametrize(
    ("repertoire", "encoding", "shown"),
    [
        ("ascii", "ascii", '+-+|x>*.e?"o'),
        ("vt100", "ascii", '┌─┐│x>*.e?"o'),
        ("ascii", "iso8859-1", '+-+|x>*.é?"o'),
        ("linux", "utf-8", '┌─┐│x>•.é?"o'),
        ("utf8", "utf-8", "╭━╮┃✔▶•…é漢“○"),
    ],
)
def test_characters_become_what_the_terminal_has(repertoire: Repertoire, encoding: str, shown: str) -> None:
    glyphs = Glyphs(repertoire, encoding)
    assert "".join(map(glyphs.shown, "╭━╮┃✔▶•…é漢“○")) == shown


def test_no_letter_is_a_control_of_eight_bits_or_turns_the_line_around() -> None:
    every = [chr(code) for code in range(0xA0, 0x2100) if chr(code).isprintable()]
    for encoding in ("cp1251", "koi8_r", "cp437", "iso8859-1", "ascii"):
        glyphs = Glyphs("ascii", encoding)
        sent = b"".join(glyphs.encode(glyphs.shown(character))[1] for character in every)
        assert not re.search(rb"[^ -~\xa0-\xff]", sent)
    assert Glyphs("ascii", "koi8_r").encode("Ж") == (False, b"\xf6")
    assert "".join(map(Glyphs("utf8").shown, "a\u202eb\u200fc")) == "a?b?c"


def test_letters_of_the_locale_take_one_byte() -> None:
    assert Glyphs("ascii", "iso8859-15").encode("€") == (False, b"\xa4")
    assert Glyphs("vt100", "ascii").encode("─") == (True, b"q")


@pytest.mark.parametrize(
    ("environ", "encoding"),
    [
        ({}, "ascii"),
        ({"LANG": "C"}, "ascii"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "ascii"),
        ({"LANG": "C.UTF-8"}, "utf-8"),
        ({"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "C.UTF-8"}, "iso8859-1"),
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, "utf-8"),
        ({"LANG": "de_DE"}, "iso8859-1"),
        ({"LANG": "de_DE@euro"}, "iso8859-15"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.ISO-8859-1"}, "iso8859-1"),
        ({"LANG": "xx.nonsense"}, "ascii"),
    ],
)
def test_the_encoding_of_the_locale(environ: dict[str, str], encoding: str) -> None:
    assert charset(environ) == encoding


@pytest.fixture
def tty() -> Iterator[int]:
    """A pty of 100 columns and 30 lines."""
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (30, 100))
    yield slave
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize(
    ("term", "lang", "depth", "repertoire"),
    [
        ("vt100", "C.UTF-8", 0, "vt100"),
        ("vt220", "C", 0, "vt100"),
        ("linux", "C.UTF-8", 8, "linux"),
        ("linux", "C", 8, "ascii"),
        ("ansi", "C", 8, "ascii"),
        ("dumb", "C.UTF-8", 0, "ascii"),
        ("", "C", 0, "ascii"),
        ("xterm-256color", "C.UTF-8", 16, "utf8"),
        ("screen", "C", 16, "vt100"),
    ],
)
def test_what_a_terminal_can_by_its_name(tty: int, term: str, lang: str, depth: int, repertoire: str) -> None:
    settings = settings_of(tty, {"TERM": term, "LANG": lang})
    assert (settings.depth, settings.repertoire) == (depth, repertoire)
    assert (settings.size, settings.rate, settings.flow_control) == ((100, 30), None, False)


def test_xoff_holds_a_line_that_comes_to_us_as_it_is(tty: int, monkeypatch: pytest.MonkeyPatch) -> None:
    modes = termios.tcgetattr(tty)
    modes[0] |= termios.IXON
    termios.tcsetattr(tty, termios.TCSANOW, modes)
    for direct in (True, False):
        found = Behind("/dev/ttyS7", direct)
        monkeypatch.setattr("textual_serial.settings.line_behind", lambda _, found=found: found)
        assert settings_of(tty, {"TERM": "vt100"}).flow_control is direct


def test_a_terminal_without_a_name(tty: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless(handle: int) -> str:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    monkeypatch.setattr("os.ttyname", nameless)
    settings = settings_of(tty, {"TERM": "vt100"})
    assert (settings.line, settings.size, settings.repertoire) == ("", (100, 30), "vt100")


def test_a_break_on_the_line_is_no_interrupt(tty: int) -> None:
    modes = termios.tcgetattr(tty)
    modes[0] |= termios.BRKINT
    assert raw(modes, flow_control=True)[0] & termios.IGNBRK


def test_the_rate_of_the_line(tty: int) -> None:
    modes = termios.tcgetattr(tty)
    modes[4] = modes[5] = termios.B9600
    termios.tcsetattr(tty, termios.TCSANOW, modes)
    settings = settings_of(tty, {"TERM": "vt100", "LANG": "C", "NO_COLOR": "1"})
    assert (settings.rate, settings.encoding, settings.depth) == (9600, "ascii", 0)


@pytest.mark.parametrize("lang", ["C.UTF-8", "de_DE.ISO-8859-1"])
def test_a_line_of_seven_bits_gets_no_eighth(tty: int, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    modes = termios.tcgetattr(tty)
    modes[2] = modes[2] & ~termios.CSIZE | termios.CS7
    # A pty cannot be set to seven bits.
    monkeypatch.setattr(termios, "tcgetattr", lambda handle: modes)
    settings = settings_of(tty, {"TERM": "xterm", "LANG": lang})
    assert (settings.encoding, settings.repertoire) == ("ascii", "vt100")
    glyphs = Glyphs(settings.repertoire, settings.encoding)
    assert glyphs.encode(glyphs.shown("é")) == (False, b"e")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("COLOURS", "7", "TEXTUAL_SERIAL_COLOURS is '7', not 0, 8 or 16"),
        ("GLYPHS", "x", "TEXTUAL_SERIAL_GLYPHS is 'x', not one of ascii, vt100, linux, utf8"),
        ("SIZE", "9", 'the size "9" is not COLUMNSxLINES, as 80x24, from 20x5 to 500x200'),
        ("RATE", "fast", "TEXTUAL_SERIAL_RATE is 'fast', not bits a second"),
    ],
)
def test_a_wrong_word_in_the_environment(tty: int, name: str, value: str, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        settings_of(tty, {f"TEXTUAL_SERIAL_{name}": value})
