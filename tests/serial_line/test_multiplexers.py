"""Other references: tmux and GNU screen, terminals in wide use, show what pyte shows: random screens, and our pages."""

import asyncio
import os
import select
import shutil
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.serial_line.fuzz import Fuzz
from tests.serial_line.line import LONGEST
from tests.serial_line.pages import pages, until, wizard_on
from tests.serial_line.reference import Reference
from tests.serial_line.states import shown
from textual_serial.cells import Row
from textual_serial.colours import Palette
from textual_serial.glyphs import Glyphs
from textual_serial.terminal import Terminal

SIZE = (80, 24)
ENVIRON = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"LANG": "C.UTF-8"}
PLAYER = 'stty raw -echo; cat "$1"; exec sleep 1000'


class Taken(NamedTuple):
    """What went over the line until a screen stood, in a file, and that screen."""

    name: str
    file: Path
    rows: list[Row]


def random_screens(folder: Path) -> Iterator[Taken]:
    """The last of 60 random screens, for some seeds."""
    for seed in range(6):
        fuzz = Fuzz(seed, "ascii", 0, *SIZE)
        for _ in range(60):
            fuzz.update()
        yield taken(folder, f"random-{seed}", bytes(fuzz.reference.received), fuzz.rows)


def wizards_pages(folder: Path) -> list[Taken]:
    """Every page of the wizard, with all that came before it."""

    async def go() -> list[Taken]:
        found = []
        async with shown(wizard_on("trixie-uefi-networkd-native", folder)) as screen:
            async for name, _ in pages(screen):
                found.append(taken(folder, name, bytes(screen.reference.received), screen.reference.rows()))
            await screen.step("f1")
            await until(screen, "Esc closes this")
            found.append(taken(folder, "help", bytes(screen.reference.received), screen.reference.rows()))
        return found

    return asyncio.run(go())


def taken(folder: Path, name: str, sent: bytes, rows: list[Row]) -> Taken:
    """Keep it."""
    file = folder / f"line-{name}"
    file.write_bytes(sent)
    return Taken(name, file, [row[:] for row in rows])


@pytest.fixture(params=[random_screens, wizards_pages])
def screens(request: pytest.FixtureRequest, tmp_path: Path) -> list[Taken]:
    """Screens to be shown."""
    return list(request.param(tmp_path))


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
def test_tmux_shows_what_is_wanted(tmux: tuple[str, ...], screens: list[Taken]) -> None:
    width, height = map(str, SIZE)
    size = ("set", "-g", "default-size", f"{width}x{height}")
    order(*tmux, "new-session", "-d", "-x", width, "-y", height, "sleep 1000", ";", *size)
    for taken in screens:
        order(*tmux, "new-window", "sh", "-c", PLAYER, "sh", str(taken.file))

        def shows(wanted: list[Row] = taken.rows) -> bool:
            return rows_of(order(*tmux, "capture-pane", "-epN")) == wanted

        wait_for(shows)


@contextmanager
def attached(name: str, folder: Path, *command: str) -> Iterator[int]:
    """GNU screen on a terminal of ours, which is a VT100; the terminal's other end."""
    sockets, settings = folder / "sockets", folder / "screenrc"
    sockets.mkdir(mode=0o700, exist_ok=True)
    settings.write_text("startup_message off\nvbell off\n")
    environ = ENVIRON | {"SCREENDIR": str(sockets), "TERM": "vt100"}
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (SIZE[1], SIZE[0]))
    words = ("screen", "-c", str(settings), "-S", name)
    process = subprocess.Popen(
        [*words, *command], stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True
    )
    os.close(slave)
    try:
        yield master
    finally:
        subprocess.run([*words, "-X", "quit"], env=environ, check=True, capture_output=True, timeout=LONGEST)
        process.wait(LONGEST)
        os.close(master)


@pytest.mark.skipif(not shutil.which("screen"), reason="GNU screen is not installed")
def test_screen_shows_what_is_wanted(screens: list[Taken], tmp_path: Path) -> None:
    for taken in screens:
        seen = Reference(*SIZE, Glyphs("ascii"), 0)
        with attached(taken.name, tmp_path, "sh", "-c", PLAYER, "sh", str(taken.file)) as far:
            while seen.rows() != taken.rows:
                assert select.select([far], [], [], LONGEST)[0], f"{taken.name}: something else stands there"
                seen.feed(os.read(far, 65536))
