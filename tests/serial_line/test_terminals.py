"""What the driver sends looks the same everywhere: on pyte, in tmux and GNU screen, on Linux's own console."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from screens.looks import Look
from screens.pages import asked_pages
from tests.serial_line.fuzz import Fuzz
from tests.serial_line.terminals import SIZE, Shows, console, has, has_console, screen, tmux
from tests.serial_line.tour import Taken, go
from textual_serial.glyphs import Glyphs
from textual_serial.kinds import Depth, Repertoire

Terminal = Callable[[Path, Glyphs, Depth], AbstractContextManager[Shows]]
TERMINALS: dict[str, Terminal] = {"tmux": tmux, "screen": screen, "console": console}
THERE = {"tmux": has("tmux"), "screen": has("screen"), "console": has_console()}
KINDS: list[tuple[str, Repertoire, Depth]] = [
    ("tmux", "ascii", 0),
    ("tmux", "vt100", 8),
    ("tmux", "utf8", 16),
    ("screen", "ascii", 0),
    ("screen", "vt100", 0),
    ("screen", "utf8", 16),
    ("console", "ascii", 0),
    ("console", "linux", 8),
]


@pytest.mark.parametrize(("name", "repertoire", "depth"), KINDS)
def test_random_screens_look_the_same(tmp_path: Path, name: str, repertoire: Repertoire, depth: Depth) -> None:
    if not THERE[name]:
        pytest.skip(f"there is no {name}")
    with TERMINALS[name](tmp_path, Glyphs(repertoire), depth) as terminal:
        for seed in range(3):
            fuzz = Fuzz(seed, repertoire, depth, *SIZE)
            for _ in range(40):
                fuzz.update()
            terminal.feed(bytes(fuzz.reference.received))
            terminal.wait_for(fuzz.rows)


@pytest.mark.parametrize(
    ("look", "repertoire", "depth", "names"),
    [("serial", "vt100", 0, ["tmux", "screen", "console"]), ("rich", "utf8", 16, ["tmux", "screen"])],
)
def test_every_screen_of_the_wizard_looks_the_same(
    tmp_path: Path, look: Look, repertoire: Repertoire, depth: Depth, names: list[str]
) -> None:
    taken = asyncio.run(go(tmp_path, look, SIZE, depth, repertoire))
    assert {page.name for page in asked_pages(None)} <= {each.name for each in taken}
    if look == "serial":
        assert all(letter.isascii() for each in taken for row in each.rows for letter, _ in row)
    for name in names:
        if THERE[name]:
            (folder := tmp_path / name).mkdir()
            with TERMINALS[name](folder, Glyphs(repertoire), depth) as terminal:
                show(taken, terminal, name)


def show(taken: list[Taken], terminal: Shows, name: str) -> None:
    """Send each screen after the one before; a run of the wizard begins with an empty terminal."""
    sent = b""
    for each in taken:
        terminal.feed(each.sent.removeprefix(sent))
        sent = each.sent
        terminal.wait_for(each.rows)
