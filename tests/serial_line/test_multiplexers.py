"""Other references: tmux and GNU screen, terminals in wide use, show what pyte shows."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.serial_line.fuzz import Fuzz
from tests.serial_line.line import LONGEST
from textual_serial.cells import Row
from textual_serial.colours import Palette
from textual_serial.glyphs import Glyphs
from textual_serial.terminal import Terminal

SIZE = (80, 24)
ENVIRON = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"LANG": "C.UTF-8"}
PLAYER = 'stty raw -echo; cat "$1"; exec sleep 1000'


def recorded(folder: Path, seed: int) -> tuple[Path, Fuzz]:
    """What goes over the line for 60 random screens, in a file, and what then stands."""
    fuzz = Fuzz(seed, "ascii", 0, *SIZE)
    for _ in range(60):
        fuzz.update()
    file = folder / f"line-{seed}"
    file.write_bytes(bytes(fuzz.reference.received))
    return file, fuzz


def wait_for(holds: Callable[[], bool]) -> None:
    """Waits until another program has got there."""
    end = time.monotonic() + LONGEST
    while not holds():
        assert time.monotonic() < end


def order(*argv: str, check: bool = True) -> str:
    """One order to tmux or screen, and what it says."""
    told = subprocess.run(argv, env=ENVIRON, check=check, capture_output=True, text=True, timeout=LONGEST)
    return told.stdout


def rows_of(text: str) -> list[Row]:
    """Lines with SGR in them as cells."""
    terminal = Terminal(*SIZE, Palette(0), Glyphs("ascii"))
    terminal.feed("\r\n".join(text.rstrip("\n").split("\n")))
    return terminal.rows


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """A tmux of our own, as the first words of an order to it."""
    words = ("tmux", "-u", "-f", "/dev/null", "-S", str(tmp_path / "socket"))
    yield words
    order(*words, "kill-server")


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_tmux_shows_what_is_wanted(tmux: tuple[str, ...], tmp_path: Path) -> None:
    width, height = map(str, SIZE)
    size = ("set", "-g", "default-size", f"{width}x{height}")
    order(*tmux, "new-session", "-d", "-x", width, "-y", height, "sleep 1000", ";", *size)
    for seed in range(8):
        file, fuzz = recorded(tmp_path, seed)
        order(*tmux, "new-window", "sh", "-c", PLAYER, "sh", str(file))

        def shows(wanted: list[Row] = fuzz.rows) -> bool:
            return rows_of(order(*tmux, "capture-pane", "-epN")) == wanted

        wait_for(shows)


def listens(sockets: Path, name: str) -> bool:
    """Whether a screen of that name has its socket."""
    return any(sockets.glob(f"*.{name}"))


@pytest.mark.skipif(not shutil.which("screen"), reason="GNU screen is not installed")
def test_screen_shows_what_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sockets, copy = tmp_path / "sockets", tmp_path / "copy"
    sockets.mkdir(mode=0o700)
    monkeypatch.setitem(ENVIRON, "SCREENDIR", str(sockets))
    for seed in range(4):
        file, fuzz = recorded(tmp_path, seed)
        wanted = ["".join(character for character, _ in row).rstrip() for row in fuzz.rows]
        name = f"line-{seed}"
        order("screen", "-d", "-m", "-T", "vt100", "-c", "/dev/null", "-S", name, "sh", "-c", PLAYER, "sh", str(file))
        wait_for(partial(listens, sockets, name))

        def shows(name: str = name, wanted: list[str] = wanted) -> bool:
            # Refused until the new screen listens.
            order("screen", "-S", name, "-p", "0", "-X", "hardcopy", str(copy), check=False)
            return copy.exists() and [line.rstrip() for line in copy.read_text("ascii").splitlines()] == wanted

        wait_for(shows)
        order("screen", "-S", name, "-X", "quit")
