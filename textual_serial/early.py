"""The first page before anything slow is imported: painted at once, and taken over by the driver as shown."""

import atexit
import os
import termios
from collections.abc import Sequence

from textual_serial.cells import BLANK, Row, seen
from textual_serial.emitter import Emitter, Place
from textual_serial.glyphs import Glyphs
from textual_serial.modes import Modes, raw
from textual_serial.pen import LAST
from textual_serial.settings import settings_of


class Page:
    """A page that stands on the terminal before its program runs."""

    def __init__(self, handle: int, modes_before: Modes, emitter: Emitter) -> None:
        self.handle, self.modes_before, self.emitter = handle, modes_before, emitter

    def give_back(self) -> None:
        """The program never came: the terminal as it was."""
        if _painted is self:
            os.write(self.handle, LAST)
            termios.tcsetattr(self.handle, termios.TCSADRAIN, self.modes_before)


_painted: Page | None = None


def paint(lines: Sequence[str], cursor: Place, handle: int = 0) -> None:
    """Paints lines of plain text; keys that are typed from now on wait for the program, unechoed."""
    global _painted
    settings = settings_of(handle)
    modes = termios.tcgetattr(handle)
    termios.tcsetattr(handle, termios.TCSANOW, raw(modes, settings.flow_control))
    glyphs = Glyphs(settings.repertoire, settings.encoding)
    width, height = settings.size
    emitter = Emitter(width, height, glyphs)
    piece = emitter.next_piece(page_of(lines, width, height, glyphs), cursor)
    _painted = Page(handle, modes, emitter)
    atexit.register(_painted.give_back)
    while piece:
        piece = piece[os.write(handle, piece) :]


def page_of(lines: Sequence[str], width: int, height: int, glyphs: Glyphs) -> list[Row]:
    """Lines of text as cells of a screen."""
    rows = [[seen(glyphs.shown(character), 0) for character in line[:width]] for line in lines[:height]]
    rows += [[] for _ in range(height - len(rows))]
    return [row + [BLANK] * (width - len(row)) for row in rows]


def take(width: int, height: int) -> Page | None:
    """The page that stands, once, if it has the right size."""
    global _painted
    page, _painted = _painted, None
    if page and (page.emitter.pen.width, page.emitter.pen.height) != (width, height):
        page.emitter.resize(width, height)
    return page
