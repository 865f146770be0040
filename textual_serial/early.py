"""The first page before anything slow is imported: painted at once, and taken over by the driver as shown."""

from __future__ import annotations

import atexit
import os
import signal
import termios
from contextlib import suppress

from textual_serial import probe
from textual_serial.cells import BLANK, BOLD, Row, seen
from textual_serial.emitter import Emitter, Place
from textual_serial.glyphs import Glyphs
from textual_serial.modes import raw
from textual_serial.pen import LAST
from textual_serial.quiet import Quiet
from textual_serial.settings import USUAL_SIZE, settings_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from typing import Any

    from textual_serial.modes import Modes


class Page:
    """A page that stands on the terminal before its program runs."""

    def __init__(self, handle: int, modes_before: Modes, emitter: Emitter, asked: float | None, quiet: Quiet) -> None:
        self.handle, self.modes_before, self.emitter = handle, modes_before, emitter
        self.asked, self.quiet = asked, quiet

    def give_back(self) -> None:
        """The program never came: the terminal as it was."""
        if _painted is self:
            self.quiet.end()
            os.write(self.handle, LAST)
            termios.tcsetattr(self.handle, termios.TCSADRAIN, self.modes_before)


_painted: Page | None = None


def paint(lines: Sequence[str], cursor: Place | None = None, bold: Container[int] = (), handle: int = 0) -> None:
    """Paints lines of text, some of them bold; keys that are typed from now on wait for the program, unechoed.

    Without a place for it the cursor stays at the end of what is painted.
    """
    global _painted
    settings = settings_of(handle)
    modes = termios.tcgetattr(handle)
    termios.tcsetattr(handle, termios.TCSANOW, raw(modes, settings.flow_control))
    asked = None if settings.size else probe.ask(handle, settings.utf8)
    glyphs = Glyphs(settings.repertoire, settings.encoding)
    width, height = settings.size or USUAL_SIZE
    emitter = Emitter(width, height, glyphs)
    piece = emitter.next_piece(page_of(lines, bold, width, height, glyphs), cursor)
    _painted = Page(handle, modes, emitter, asked, Quiet(settings.line))
    _painted.quiet.begin()
    atexit.register(_painted.give_back)
    replace_handlers(signal.SIG_DFL, end_by)
    while piece:
        piece = piece[os.write(handle, piece) :]


def page_of(lines: Sequence[str], bold: Container[int], width: int, height: int, glyphs: Glyphs) -> list[Row]:
    """Lines of text as cells of a screen."""
    rows = [
        [seen(glyphs.shown(character), BOLD if y in bold else 0) for character in line[:width]]
        for y, line in enumerate(lines[:height])
    ]
    rows += [[] for _ in range(height - len(rows))]
    return [row + [BLANK] * (width - len(row)) for row in rows]


def give_back() -> None:
    """The terminal as it was, if the page still stands: its program will not come."""
    if _painted is not None:
        _painted.give_back()
        take()


def take() -> Page | None:
    """The page that stands, once."""
    global _painted
    page, _painted = _painted, None
    replace_handlers(end_by, signal.SIG_DFL)
    return page


def replace_handlers(former: Any, handler: Any) -> None:
    """A program may have its own ways to end; where it has none, ours."""
    for number in (signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) == former:
            signal.signal(number, handler)


def end_by(number: int, _: object) -> None:
    """The program ends at once, before it has come: the kernel and the terminal are put right, however the line is."""
    if page := take():
        page.quiet.end()
        with suppress(OSError, termios.error):
            termios.tcflush(page.handle, termios.TCOFLUSH)
            os.write(page.handle, LAST)
            termios.tcsetattr(page.handle, termios.TCSANOW, page.modes_before)
    os.kill(os.getpid(), number)
