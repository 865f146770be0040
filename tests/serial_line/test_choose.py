"""When the serial driver is chosen."""

from importlib import import_module

import pytest

from textual_serial import choose
from textual_serial.choose import parsed_size
from textual_serial.ttys import Behind

RICH = {"TERM": "xterm-256color"}


@pytest.fixture(autouse=True)
def behind(monkeypatch: pytest.MonkeyPatch) -> list[Behind]:
    """The line that shows the terminal of these tests, none at first, wherever they are run."""
    found: list[Behind] = []
    monkeypatch.setattr(import_module("textual_serial.choose"), "line_behind", lambda _: next(iter(found), None))
    return found


@pytest.mark.parametrize(
    "tty", ["/dev/ttyS0", "ttyAMA0", "/dev/hvc0", "/dev/ttyUSB1", "/dev/ttyACM0", "/dev/ttyMV0", "ttyS15"]
)
def test_a_serial_line_by_its_name(tty: str) -> None:
    choice = choose(tty=tty, environ=RICH)
    assert choice.serial
    assert choice.because == f"{tty} is a serial line"


@pytest.mark.parametrize("tty", ["/dev/pts/3", "/dev/tty1", "/dev/ttyS", "", "/dev/hvc"])
def test_other_names_are_none(tty: str) -> None:
    assert not choose(tty=tty, environ=RICH).serial


@pytest.mark.parametrize("term", ["vt100", "vt220", "linux", "ansi", "dumb", "", "vt100-am", "vt102"])
def test_a_plain_terminal_by_its_term(term: str) -> None:
    assert choose(tty="/dev/pts/0", environ={"TERM": term}).serial
    assert choose(tty="/dev/pts/0", environ={}).because == "TERM is not set"


@pytest.mark.parametrize("term", ["xterm", "screen-256color", "tmux-256color", "foot", "vte-256color"])
def test_a_rich_terminal_by_its_term(term: str) -> None:
    assert not choose(tty="/dev/pts/0", environ={"TERM": term}).serial


def test_the_word_of_the_user_comes_first() -> None:
    assert choose(serial=True, tty="/dev/pts/0", environ=RICH).serial
    assert not choose(rich=True, tty="/dev/ttyS0", environ={"TERM": "vt100"}).serial
    with pytest.raises(ValueError, match="--serial and --rich exclude each other"):
        choose(serial=True, rich=True)


def test_a_terminal_that_is_shown_on_a_serial_line(behind: list[Behind]) -> None:
    behind.append(Behind("/dev/ttyS0", direct=True))
    choice = choose(tty="/dev/pts/0", environ=RICH)
    assert (choice.serial, choice.because) == (True, "the terminal is shown on /dev/ttyS0, a serial line")
    assert not choose(rich=True, tty="/dev/pts/0", environ=RICH).serial


def test_the_choice_reaches_textual_by_its_environment() -> None:
    environ: dict[str, str] = {}
    choose(tty="/dev/ttyS0", environ=RICH, size="132x43").apply(environ)
    assert environ == {"TEXTUAL_DRIVER": "textual_serial:SerialDriver", "TEXTUAL_SERIAL_SIZE": "132x43"}
    choose(tty="/dev/pts/0", environ=RICH).apply(environ := {})
    assert environ == {}


def test_a_size_reaches_textuals_own_driver_too() -> None:
    environ: dict[str, str] = {}
    choose(rich=True, size="132x50", tty="/dev/ttyS0", environ=RICH).apply(environ)
    assert (environ["COLUMNS"], environ["LINES"]) == ("132", "50")
    assert "TEXTUAL_DRIVER" not in environ


@pytest.mark.parametrize("size", ["80", "80x", "0x0", "10x24", "80x1000", "axb", "80x24x1"])
def test_a_wrong_size(size: str) -> None:
    with pytest.raises(ValueError, match=f'the size "{size}" is not COLUMNSxLINES, as 80x24, from 20x5 to 500x200'):
        parsed_size(size)
