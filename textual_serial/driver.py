"""The driver: what Textual knows of all this."""

from __future__ import annotations

import errno
import os
import selectors
import signal
import sys
import termios
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message

from textual_serial import early, probe
from textual_serial.colours import Palette
from textual_serial.emitter import Emitter
from textual_serial.focus import focus_of
from textual_serial.glyphs import Glyphs
from textual_serial.keys import REPAINT, Keys
from textual_serial.modes import raw
from textual_serial.output import Output
from textual_serial.pacing import Line
from textual_serial.quiet import Quiet
from textual_serial.settings import USUAL_SIZE, settings_of, size_of
from textual_serial.terminal import Terminal

if TYPE_CHECKING:
    from textual_serial.modes import Modes

_AFTER_A_KEY = 0.015
"""Seconds after which a key may have moved the focus without anything being written."""
_HELD = 2.0
"""Seconds that we wait at the end for a line that is held."""


class SerialDriver(Driver):
    """Shows any Textual program on a slow line and an unknown terminal."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        assert sys.__stdin__ is not None
        self._handle = sys.__stdin__.fileno()
        self._settings = settings_of(self._handle)
        self._fixed_size = size is not None or "TEXTUAL_SERIAL_SIZE" in os.environ
        self._size = size or self._settings.size
        self._palette = Palette(self._settings.depth)
        self._quiet: Quiet | None = None
        self._output: Output | None = None
        self._modes_before: Modes | None = None
        self._wake_read, self._wake_write = -1, -1
        self._input: threading.Thread | None = None
        self._signal_resume = False
        # The line's own colours are chosen here, from what was really meant; and nothing moves by itself.
        app.console._color_system = ColorSystem.TRUECOLOR
        app.animation_level = "none"
        signal.signal(signal.SIGTSTP, self._on_stop_signal)
        signal.signal(signal.SIGCONT, self._on_continue_signal)

    @property
    def can_suspend(self) -> bool:
        """Yes: the terminal can be left and taken again."""
        return True

    def write(self, data: str) -> None:
        """What Textual writes changes the screen that is wanted; what is sent is decided elsewhere."""
        if self._output is not None:
            self._palette.dark = self._app.current_theme.dark
            self._output.feed(data)

    def flush(self) -> None:
        """A screen is complete: the cursor follows the focus."""
        self._follow_focus()

    def start_application_mode(self) -> None:
        """Takes the terminal."""
        page = early.take()
        self._quiet = page.quiet if page else Quiet(self._settings.line)
        self._quiet.begin()
        early.replace_handlers(signal.SIG_DFL, self._on_last_signal)
        self._modes_before = page.modes_before if page else termios.tcgetattr(self._handle)
        termios.tcsetattr(self._handle, termios.TCSANOW, raw(self._modes_before, self._settings.flow_control))
        typed = self._ask(page.asked if page else None)
        width, height = self._size = self._size or USUAL_SIZE
        glyphs = Glyphs(self._settings.repertoire, self._settings.encoding)
        emitter = page.emitter if page else Emitter(width, height, glyphs)
        if (emitter.pen.width, emitter.pen.height, emitter.pen.glyphs.repertoire) != (width, height, glyphs.repertoire):
            emitter = Emitter(width, height, glyphs)
        terminal = Terminal(width, height, self._palette, glyphs)
        self._output = Output(Line(self._handle, self._settings.rate), terminal, emitter, self._failed)
        self._output.start()
        self._loop.add_signal_handler(signal.SIGWINCH, self._resized)
        self.send_message(events.Resize(Size(width, height), Size(width, height)))
        self._wake_read, self._wake_write = os.pipe()
        self._input = threading.Thread(target=self._run_input, args=(typed,), name="textual-input")
        self._input.start()
        if self._signal_resume:
            self._signal_resume = False
            self.send_message(self.SignalResume())

    def _ask(self, asked: float | None) -> bytes:
        """Asks the terminal for its size, if nobody knows it; the keys that were typed meanwhile."""
        if self._size is not None:
            return b""
        utf8 = self._settings.utf8
        told = probe.answer(self._handle, asked or probe.ask(self._handle, utf8), utf8)
        self._size = told.size
        if utf8 and told.utf8 is False:
            self._settings.repertoire = "vt100" if self._settings.repertoire == "utf8" else "ascii"
        return told.typed

    def disable_input(self) -> None:
        """No more keys."""
        if self._input is not None:
            self._loop.remove_signal_handler(signal.SIGWINCH)
            os.write(self._wake_write, b"x")
            self._input.join()
            self._input = None
            os.close(self._wake_read)
            os.close(self._wake_write)
            with suppress(termios.error):
                termios.tcflush(self._handle, termios.TCIFLUSH)

    def stop_application_mode(self) -> None:
        """Leaves the terminal as it was, even if its line is held."""
        self.disable_input()
        if self._output is not None:
            if not self._output.stop(_HELD) and self._modes_before is not None:
                # Where XOFF holds nothing any more, the kernel lets go.
                with suppress(termios.error):
                    termios.tcsetattr(self._handle, termios.TCSANOW, raw(self._modes_before, flow_control=False))
                    termios.tcflush(self._handle, termios.TCOFLUSH)
                self._output.stop(_HELD)
            self._output = None
        if self._quiet is not None:
            early.replace_handlers(self._on_last_signal, signal.SIG_DFL)
            self._quiet.end()
            self._quiet = None
        if self._modes_before is not None:
            # A terminal that has gone away takes no modes.
            with suppress(termios.error):
                termios.tcsetattr(self._handle, termios.TCSANOW, self._modes_before)
            self._modes_before = None

    def process_message(self, message: Message) -> None:
        """A key, on its way to the program; the focus may move by it."""
        super().process_message(message)
        self._loop.call_soon_threadsafe(self._loop.call_later, _AFTER_A_KEY, self._follow_focus)

    def _follow_focus(self) -> None:
        if self._output is not None:
            self._output.place_cursor(focus_of(self._app))

    def _resized(self) -> None:
        size = size_of(self._handle)
        if self._fixed_size or self._output is None or size is None:
            return
        self._size = width, height = size
        self._output.resize(width, height)
        self.send_message(events.Resize(Size(width, height), Size(width, height)))

    def _run_input(self, typed: bytes) -> None:
        try:
            self._read_keys(typed)
        except Exception as error:
            self._failed(error)

    def _read_keys(self, typed: bytes) -> None:
        keys = Keys(self._settings.encoding)
        for key in keys.feed(typed, time.monotonic()):
            self._key(key)
        with selectors.DefaultSelector() as selector:
            selector.register(self._handle, selectors.EVENT_READ)
            selector.register(self._wake_read, selectors.EVENT_READ)
            while True:
                deadline = keys.deadline()
                ready = selector.select(None if deadline is None else max(0.0, deadline - time.monotonic()))
                if any(key.fd == self._wake_read for key, _ in ready):
                    return
                received = os.read(self._handle, 4096) if ready else b""
                if ready and not received:
                    raise OSError(errno.EIO, "the terminal is gone")
                for key in keys.feed(received, time.monotonic()):
                    self._key(key)

    def _key(self, key: str) -> None:
        if key == REPAINT:
            if self._output is not None:
                self._output.repaint()
            return
        # A parser of its own for each key: what is whole here must not wait there for more.
        parser = XTermParser()
        for message in (*parser.feed(key), *parser.feed("")):
            self.process_message(message)

    def _failed(self, error: Exception) -> None:
        """Something broke in a thread: the program ends and says what; a terminal that is gone is a hang-up."""
        if (
            isinstance(error, OSError)
            and error.errno == errno.EIO
            and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN
        ):
            os.kill(os.getpid(), signal.SIGHUP)
            return
        from rich.traceback import Traceback  # It takes memory, and is hardly ever needed.

        trace = Traceback.from_exception(type(error), error, error.__traceback__)
        self._loop.call_soon_threadsafe(self._app.panic, trace)

    def _on_last_signal(self, number: int, _: object) -> None:
        """The program would end at once: the terminal and the kernel are put right before it does."""
        self._loop.call_soon_threadsafe(self._end_by, number)

    def _end_by(self, number: int) -> None:
        self.stop_application_mode()
        os.kill(os.getpid(), number)

    def _on_stop_signal(self, *_: object) -> None:
        if self._auto_restart:
            self.suspend_application_mode()
            self._signal_resume = True
        os.kill(os.getpid(), signal.SIGSTOP)

    def _on_continue_signal(self, *_: object) -> None:
        if self._signal_resume:
            self.resume_application_mode()
        elif self._output is not None:  # stopped unasked, or hung up, where this signal comes as well (setpgid(2))
            self._loop.call_soon_threadsafe(self._take_again)

    def _take_again(self) -> None:
        if self._output is not None and self._modes_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self._handle, termios.TCSANOW, raw(self._modes_before, self._settings.flow_control))
            self._output.repaint()
