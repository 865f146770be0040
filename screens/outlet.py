"""The way out to a terminal that may stand still or be gone: it holds up neither the wizard nor its end."""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from io import TextIOBase
from typing import Any

from textual.drivers.linux_driver import LinuxDriver

MOST = 1 << 18
"""Bytes that may wait; beyond them all is dropped, and painted anew once the terminal goes on."""
PATIENCE = 2.0
"""Seconds in which a terminal may still take what is said at the end."""


class Outlet(TextIOBase):
    """What is written waits for a thread; `again` is called after something was dropped, `gone` without a terminal."""

    def __init__(self, handle: int, again: Callable[[], None], gone: Callable[[], None]) -> None:
        self._handle = handle
        self._again = again
        self._gone = gone
        self._waiting: deque[bytes] = deque()
        self._busy = self._dropped = self._closed_down = False
        self._turn = threading.Condition()
        threading.Thread(target=self._run, daemon=True, name="terminal").start()

    def write(self, text: str) -> int:
        """Never waits."""
        with self._turn:
            if not self._dropped and not self._closed_down:
                self._waiting.append(text.encode("utf-8", "replace"))
            if sum(map(len, self._waiting)) > MOST:
                self._waiting.clear()
                self._dropped = True
            self._turn.notify_all()
        return len(text)

    def drain(self) -> None:
        """Wait until all is said, but not for a terminal that stands still."""
        with self._turn:
            self._turn.wait_for(lambda: self._closed_down or not (self._waiting or self._busy), PATIENCE)

    def _run(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._waiting or self._dropped)
                dropped, self._dropped = self._dropped, False
                piece = b"" if dropped else self._waiting.popleft()
                self._busy = True
            if dropped:
                self._again()
            elif not self._said(piece):
                return
            with self._turn:
                self._busy = False
                self._turn.notify_all()

    def _said(self, piece: bytes) -> bool:
        """Write a piece; whether there still is a terminal."""
        try:
            while piece:
                piece = piece[os.write(self._handle, piece) :]
        except OSError:
            with self._turn:
                self._closed_down = True
                self._waiting.clear()
                self._turn.notify_all()
            self._gone()
            return False
        return True


class OutletDriver(LinuxDriver):
    """Textual's driver, whose writing thread otherwise waits for ever, and the whole program with it."""

    def __init__(self, app: Any, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._wizard = app
        self._outlet = Outlet(sys.__stderr__.fileno() if sys.__stderr__ else 2, self._repaint, self._hang_up)
        self._file = self._outlet  # type: ignore[assignment] # all that is asked of it is to be written to

    def _repaint(self) -> None:
        self._tell(lambda: self._wizard.refresh(layout=True))

    def _hang_up(self) -> None:
        self._tell(self._wizard.hung_up)

    def _tell(self, order: Callable[[], object]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(order)

    def close(self) -> None:
        """Give the last words a while."""
        super().close()
        self._outlet.drain()
