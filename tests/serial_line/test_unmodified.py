"""Programs that know nothing of the driver look under it as they do under Textual's own."""

import select
import time

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
STEPS = [(b"", "Version"), (b"w", "Buttons"), (b"h", "Version"), (b"\x10", "Search"), (b"q", "")]
UNHEARD = 3.0
"""Seconds of silence after which a key has not been heard."""


def cells(far: FarEnd, glyphs: Glyphs, depth: Depth) -> list[Row]:
    """What stands on the screen at the far end."""
    reference = Reference(far.screen.columns, far.screen.lines, glyphs, depth)
    reference.screen = far.screen
    far.screen.dirty.update(range(far.screen.lines))
    return reference.rows()


def read_both(lines: dict[FarEnd, bytes], text: str) -> None:
    """Waits until something comes on either line, and takes it.

    A key that comes while the demo changes its mode is lost there, so where a text does not come it is typed again.
    """
    ready, _, _ = select.select([far.master for far in lines], [], [], UNHEARD)
    for far, keys in lines.items():
        if far.master in ready:
            assert far.read(), f"the program ended:\n{far.text()}"
        elif not ready and text not in far.text():
            far.type(keys)


@pytest.mark.parametrize(("depth", "repertoire"), [(0, "ascii"), (8, "vt100"), (16, "utf8")])
def test_the_demo_looks_as_under_the_stock_driver(depth: Depth, repertoire: Repertoire) -> None:
    glyphs, palette = Glyphs(repertoire), Palette(depth)
    ours = {"TEXTUAL_SERIAL_COLOURS": str(depth), "TEXTUAL_SERIAL_GLYPHS": repertoire}
    with (
        program("-m", "tests.serial_line.demo", environ=ours, utf8=repertoire == "utf8") as line,
        program("-m", "tests.serial_line.demo", environ=RICH, utf8=True, stock=True) as stock,
    ):
        for keys, text in STEPS:
            line.type(keys)
            stock.type(keys)
            end = time.monotonic() + LONGEST
            while text not in stock.text() or cells(line, glyphs, depth) != reduced(stock.screen, palette, glyphs):
                assert time.monotonic() < end, f"the screens stay different:\n{line.text()}\n{stock.text()}"
                read_both({line: keys, stock: keys}, text)
        assert len(line.received) < len(stock.received) / 8
