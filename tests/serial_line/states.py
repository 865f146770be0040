"""A driver without a line: each state of the screen is taken when asked for, so that its bytes can be counted."""

import time
from collections.abc import AsyncIterator, Container, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pyte
from rich.color import ColorSystem
from textual import events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.pilot import Pilot

from screens.app import Wizard
from tests.serial_line.line import LONGEST
from tests.serial_line.reference import Reference, reduced
from textual_serial.colours import Palette
from textual_serial.early import page_of
from textual_serial.emitter import Emitter
from textual_serial.focus import focus_of
from textual_serial.glyphs import Glyphs
from textual_serial.kinds import Depth, Repertoire
from textual_serial.terminal import Terminal


class States(Driver):
    """Keeps what Textual writes, as the stock driver would send it."""

    def __init__(self, app: App[Any], **words: Any) -> None:
        super().__init__(app, **words)
        app.console._color_system = ColorSystem.TRUECOLOR
        app.animation_level = "none"
        self.written: list[str] = []

    def write(self, data: str) -> None:
        self.written.append(data)

    def start_application_mode(self) -> None:
        assert self._size is not None
        size = Size(*self._size)
        self.send_message(events.Resize(size, size))

    def disable_input(self) -> None:
        pass

    def stop_application_mode(self) -> None:
        pass


class Shown:
    """A program on a line: what it wants, what it costs, and what the terminal shows."""

    def __init__(self, app: App[Any], pilot: Pilot[Any], depth: Depth, glyphs: Glyphs) -> None:
        assert isinstance(app._driver, States)
        self.app, self.pilot, self.driver = app, pilot, app._driver
        width, height = app.size
        self.glyphs, self.palette = glyphs, Palette(depth, app.current_theme.dark)
        self.stock = pyte.Screen(width, height)
        self._stock_stream = pyte.Stream(self.stock)
        self.terminal = Terminal(width, height, self.palette, self.glyphs)
        self.emitter = Emitter(width, height, self.glyphs)
        self.reference = Reference(width, height, self.glyphs, depth)

    async def step(self, *keys: str) -> bytes:
        """Presses keys; the bytes by which the terminal then shows the new state, which is checked cell by cell."""
        if keys:
            await self.pilot.press(*keys)
            end = time.monotonic() + LONGEST
            while isinstance(self.app, Wizard) and not self.app.typed.done:
                assert time.monotonic() < end, f"{keys} are not done; the screen:\n{self.stock.display}"
                await self.pilot.pause()
        await self.pilot.pause()
        for text in self.driver.written:
            self.terminal.feed(text)
            self._stock_stream.feed(text)
        self.driver.written.clear()
        cursor = focus_of(self.app)
        sent = self.emitter.next_piece(self.terminal.rows, cursor)
        self.reference.feed(sent)
        self.reference.grammar.check(sent)
        assert self.emitter.next_piece(self.terminal.rows, cursor) == b""
        assert self.reference.rows() == reduced(self.stock, self.palette, self.glyphs)
        assert cursor is None or self.reference.cursor() == cursor
        return sent

    def paint(self, lines: Sequence[str], bold: Container[int]) -> bytes:
        """A page that stands before the program does; the bytes that it takes."""
        sent = self.emitter.next_piece(page_of(lines, bold, *self.app.size, self.glyphs), None)
        self.reference.feed(sent)
        return sent

    def text(self) -> str:
        """What the terminal shows, without colours."""
        return "\n".join(line.rstrip() for line in self.reference.screen.display)


@asynccontextmanager
async def shown(
    app: App[Any], size: tuple[int, int] = (80, 24), depth: Depth = 0, repertoire: Repertoire = "ascii"
) -> AsyncIterator[Shown]:
    """The program, running; it must have been made with `driver_class=States`."""
    async with app.run_test(headless=False, size=size) as pilot:
        yield Shown(app, pilot, depth, Glyphs(repertoire))
