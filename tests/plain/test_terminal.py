"""The program itself on a terminal that only knows lines, where there is no Textual."""

import os
import re
import signal
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from installer.__main__ import main
from installer.journal import Journal
from screens.draft import read_draft
from screens.start import first_page
from tests.serial_line.line import FarEnd, program

DUMB = {"TERM": "dumb", "LANG": "C"}
LINES = re.compile(rb"(?:[ -~]|\r\n)*")
PROMPTS = (b"]: ", b"next: ")
MANY = 60
FACTS = Path(__file__).parents[1] / "captured/trixie-uefi-networkd-native.json"


@contextmanager
def plain(folder: Path, *words: str, environ: Mapping[str, str] = DUMB, columns: int = 80) -> Iterator[FarEnd]:
    """The program on a terminal of its own."""
    arguments = ("-m", "tests.plain.process", str(folder), "--plain", *words)
    with program(*arguments, size=(columns, 24), stock=True, environ=environ) as far:
        yield far


def to(far: FarEnd, text: str, typed: str | None = None) -> None:
    """Type something if there is something to type, then Enter at every question until a text came."""
    far.until(lambda: far.received.endswith(PROMPTS) or typed is None)
    asked = [0]
    if typed is not None:
        asked.append(len(far.received))
        far.type(typed.encode() + b"\n")
    for _ in range(MANY):
        far.until(lambda: len(far.received) > asked[-1] and far.received.endswith(PROMPTS))
        if text.encode() in far.received[asked[-1] :]:
            return
        asked.append(len(far.received))
        far.type(b"\n")
    raise AssertionError(f"{text} never came:\n{far.received.decode()}")


def test_the_whole_way_on_a_dumb_terminal_without_textual(tmp_path: Path) -> None:
    with plain(tmp_path) as far:
        to(far, "Save answers")
        assert b"h?st: Debian" not in far.received
        assert b"host: Debian" in far.received
        to(far, "[1 Not yet]", "applx\x7fy")
        assert b"applx\\x/y" in far.received
        to(far, "[1 Restart now]", "2")
        to(far, "Leave? yes or no [no]:", "q")
        far.type(b"y\n")
        assert far.ended() == 0
        assert LINES.fullmatch(bytes(far.received)), far.received
        assert all(len(line) <= 80 for line in far.received.split(b"\r\n"))
        assert far.modes() == far.modes_before
    end = Journal(tmp_path / "state").last_end()
    assert end is not None
    assert end.status == "done"


def test_a_terminal_that_was_left_raw_and_one_in_utf8(tmp_path: Path) -> None:
    with plain(tmp_path, "--size", "50x20", environ={"TERM": "dumb", "LANG": "C.UTF-8"}) as far:
        modes = far.modes()
        modes[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)
        termios.tcsetattr(far.master, termios.TCSANOW, modes)
        to(far, "[1 Start]")
        assert "höst: Debian".encode() in far.received
        assert all(len(line.decode()) <= 50 for line in far.received.split(b"\r\n"))
        far.type(b"\x04")
        assert far.ended() == 0


@pytest.mark.parametrize("way", ["hang-up", "terminate", "close", "interrupt"])
def test_what_was_typed_is_there_again_however_it_ended(tmp_path: Path, way: str) -> None:
    with plain(tmp_path) as far:
        to(far, "Memory [")
        to(far, "CPUs [", "3G")
        if way == "close":
            far.cut()
        elif way == "interrupt":
            far.type(b"\x03")
            far.until(lambda: far.received.endswith(b"Leave? yes or no [no]: "))
            far.type(b"\x03")
        else:
            os.kill(far.program.pid, signal.SIGHUP if way == "hang-up" else signal.SIGTERM)
        assert far.program.wait(60) == 0
    draft = read_draft((tmp_path / "state/draft.json").read_text())
    assert draft is not None
    assert (draft.at, draft.typed) == ("memory", {"memory.dom0": "3G"})


def test_plain_is_neither_serial_nor_rich_and_wants_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--plain", "--serial"]) == 2
    assert "--plain excludes --serial and --rich" in capsys.readouterr().err
    assert main(["wizard", "--plain"]) == 3
    assert "the wizard needs a terminal, and this is none" in capsys.readouterr().err


def test_a_wrong_size_is_said_in_words(tmp_path: Path) -> None:
    with plain(tmp_path, "--size", "8x2") as far:
        assert far.ended() == 2
        assert 'the size "8x2" is not COLUMNSxLINES' in far.text()


def test_facts_of_another_machine_are_asked_about_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    words = ("-m", "installer", "--plain", "wizard", "--facts", str(FACTS))
    with program(*words, stock=True, environ={**DUMB, "XDG_CACHE_HOME": str(tmp_path)}) as far:
        to(far, "Save answers")
        far.type(b"\x04")
        assert far.ended() == 0
        assert LINES.fullmatch(bytes(far.received)), far.received


def test_a_terminal_that_may_only_know_lines_is_told_before_anything_else() -> None:
    for term in ("dumb", ""):
        assert " xenstrap --plain asks in lines alone." in first_page(term, 80, 24)
        assert first_page(term, 80, 24)[2:] == first_page("vt100", 80, 24)[2:]
    assert not any("--plain" in line for line in first_page("vt100", 80, 24))
