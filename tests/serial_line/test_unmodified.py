"""Programs that know nothing of the driver look under it as they do under Textual's own."""

import select
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest

from tests.serial_line.line import LONGEST, FarEnd, program
from tests.serial_line.reference import Reference, reduced
from textual_serial.cells import Row
from textual_serial.colours import Palette
from textual_serial.glyphs import Glyphs
from textual_serial.kinds import Depth, Repertoire

RICH = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
}
STILL = 0.5
"""Seconds of silence after which a screen is taken for whole."""
UNHEARD = 10.0
"""Seconds of silence after which a key has not been heard: one that comes while the demo changes its mode is lost."""


BACKSPACE = b"\x7f"


class Step(NamedTuple):
    """Keys, a text that stands there once they are heard, and one that is gone then; and what takes them back."""

    keys: bytes
    text: str
    gone: str = "\0"
    back: bytes = b""

    def heard(self, far: FarEnd) -> bool:
        """Whether they were."""
        return self.text in far.text() and self.gone not in far.text()


STEPS = (
    Step(b"", "Version"),
    Step(b"w", "Buttons", "Version"),
    Step(b"h", "Version", "Buttons"),
    Step(b"\x10", "Show help for"),
    Step(b"q", "Quit", "Show help for", BACKSPACE * 3),
)


def cells(far: FarEnd, glyphs: Glyphs, depth: Depth) -> list[Row]:
    """What stands on the screen at the far end."""
    reference = Reference(far.screen.columns, far.screen.lines, glyphs, depth)
    reference.screen = far.screen
    far.screen.dirty.update(range(far.screen.lines))
    return reference.rows()


def take(step: Step, ends: Sequence[FarEnd], alike: Callable[[], bool]) -> None:
    """Type the keys at both ends, and read until they are heard, nothing more comes, and both look alike.

    Where they are not heard for long, they are taken back and typed again.
    """
    for far in ends:
        far.type(step.keys)
    heard, end = time.monotonic(), time.monotonic() + LONGEST
    while time.monotonic() < end:
        if read_what_comes(ends):
            heard = time.monotonic()
            continue
        deaf = [far for far in ends if not step.heard(far)]
        if not deaf and alike():
            return
        if deaf and time.monotonic() > heard + UNHEARD:
            heard = time.monotonic()
            for far in deaf:
                far.type(step.back)
            while time.monotonic() < end and read_what_comes(ends):
                pass
            for far in deaf:
                far.type(step.keys)
    raise AssertionError("\n".join([f"{step}: the screens stay different", *(far.text() for far in ends)]))


def read_what_comes(ends: Sequence[FarEnd]) -> bool:
    """Read from each end that has something; False where all of them are still."""
    ready, _, _ = select.select([far.master for far in ends], [], [], STILL)
    for far in ends:
        if far.master in ready:
            assert far.read(), f"the program ended:\n{far.text()}"
    return bool(ready)


@pytest.mark.parametrize(("depth", "repertoire"), [(0, "ascii"), (8, "vt100"), (16, "utf8")])
def test_the_demo_looks_as_under_the_stock_driver(depth: Depth, repertoire: Repertoire) -> None:
    glyphs, palette = Glyphs(repertoire), Palette(depth)
    ours = {"TEXTUAL_SERIAL_COLOURS": str(depth), "TEXTUAL_SERIAL_GLYPHS": repertoire}
    with (
        program("-m", "tests.serial_line.demo", environ=ours, utf8=repertoire == "utf8") as line,
        program("-m", "tests.serial_line.demo", environ=RICH, utf8=True, stock=True) as stock,
    ):

        def alike() -> bool:
            return cells(line, glyphs, depth) == reduced(stock.screen, palette, glyphs)

        for step in STEPS:
            take(step, [line, stock], alike)
        assert len(line.received) < len(stock.received) / 8
