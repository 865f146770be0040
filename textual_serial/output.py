"""The thread that brings the terminal to what is wanted: the newest state only, as fast as the line takes it."""

import threading
import time
from collections.abc import Callable

from textual_serial.emitter import UNLIMITED, Emitter, Place, text_end
from textual_serial.pacing import Line
from textual_serial.pen import LAST
from textual_serial.terminal import Terminal

SETTLE = 0.020
"""Seconds of silence after which a state counts as new."""
SETTLE_AT_MOST = 0.060
"""Seconds after which it does so without silence."""
FIRST_AT_MOST = 0.500
"""The same before anything was shown: a program builds its first page bit by bit, and each would be painted over."""


class Output:
    """What the program writes goes in on one side; pieces for the line come out on the other."""

    def __init__(self, line: Line, terminal: Terminal, emitter: Emitter, failed: Callable[[Exception], None]) -> None:
        self._line, self._terminal, self._emitter, self._failed = line, terminal, emitter, failed
        self._changed = threading.Condition()
        self._first_news = self._last_news = 0.0
        self._news = self._stopping = self._begun = False
        self._cursor: Place | None = None
        self._thread = threading.Thread(target=self._run, name="serial-output", daemon=True)

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def feed(self, text: str) -> None:
        """What the program writes."""
        with self._changed:
            self._terminal.feed(text)
            self._tell()

    def place_cursor(self, cursor: Place | None) -> None:
        """Where the hardware cursor belongs; None for anywhere."""
        with self._changed:
            if cursor != self._cursor:
                self._cursor = cursor
                self._tell()

    def repaint(self) -> None:
        """The terminal shows something else than we believe: all anew."""
        with self._changed:
            self._emitter.forget()
            self._tell()

    def resize(self, width: int, height: int) -> None:
        """The terminal has another size: the program will write its screen anew."""
        with self._changed:
            self._terminal.resize(width, height)
            self._emitter.resize(width, height)
            self._cursor = None

    def stop(self, patience: float) -> bool:
        """Leaves the terminal clean and ends; False when the line has been held for longer than `patience`."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _tell(self) -> None:
        self._last_news = time.monotonic()
        if not self._news:
            self._first_news = self._last_news
            self._news = True
        self._changed.notify()

    def _run(self) -> None:
        try:
            while self._wait_for_news():
                while piece := self._next_piece():
                    self._line.send(piece)
                    if not self._wait_for_line():
                        break
            self._line.send(LAST)
        except Exception as error:
            self._failed(error)

    def _wait_for_news(self) -> bool:
        """Returns when there is a settled new state, False at the end."""
        with self._changed:
            while not self._stopping:
                at_most = SETTLE_AT_MOST if self._begun else FIRST_AT_MOST
                due = min(self._last_news + SETTLE, self._first_news + at_most) - time.monotonic()
                if self._news and due <= 0:
                    self._news = False
                    return True
                self._changed.wait(due if self._news else None)
        return False

    def _wait_for_line(self) -> bool:
        """Returns when the line takes more, False at the end."""
        with self._changed:
            while not self._stopping and (ahead := self._line.wait_until()) > 0:
                self._changed.wait(ahead)
            return not self._stopping

    def _next_piece(self) -> bytes:
        with self._changed:
            # Before its first page Textual writes an empty screen, for which nothing that stands is to be erased.
            self._begun = self._begun or any(map(text_end, self._terminal.rows))
            if not self._begun:
                return b""
            bells, self._terminal.bells = self._terminal.bells, 0
            piece = self._emitter.next_piece(self._terminal.rows, self._cursor, self._line.piece or UNLIMITED)
            return b"\a" * min(bells, 1) + piece
