"""A program on a pty, and the far end of its line."""

import fcntl
import os
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyte

from tests.serial_line.grammar import Grammar
from textual_serial.settings import DEPTHS, REPERTOIRES

ROOT = Path(__file__).parents[2]
LONGEST = 180.0
"""Seconds after which what is waited for does not come any more."""


class FarEnd:
    """The terminal's end of a line."""

    def __init__(self, master: int, program: subprocess.Popen[bytes], size: tuple[int, int], utf8: bool) -> None:
        self.master, self.program = master, program
        self.modes_before = self.modes()
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.stream.use_utf8 = utf8
        self.received = bytearray()

    def read(self, limit: int = 65536) -> bool:
        """Reads what has come, waiting for it; False when the program has gone."""
        ready, _, _ = select.select([self.master], [], [], LONGEST)
        assert ready, f"nothing came for {LONGEST} s; the screen:\n{self.text()}"
        try:
            piece = os.read(self.master, limit)
        except OSError:
            return False
        self.received += piece
        self.stream.feed(piece)
        return bool(piece)

    def until(self, holds: Callable[[], bool]) -> None:
        """Reads until something holds."""
        end = time.monotonic() + LONGEST
        while not holds():
            assert time.monotonic() < end, f"it did not come about; the screen:\n{self.text()}"
            assert self.read(), f"the program ended; the screen:\n{self.text()}"

    def until_text(self, *texts: str) -> None:
        """Reads until all of these stand on the screen."""
        self.until(lambda: all(text in self.text() for text in texts))

    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def modes(self) -> list[Any]:
        """The modes of the tty that the program is on."""
        return termios.tcgetattr(self.master)

    def resize(self, width: int, height: int) -> None:
        """The terminal has another size."""
        self.screen.resize(height, width)
        termios.tcsetwinsize(self.master, (height, width))

    def cut(self) -> None:
        """The line is gone."""
        os.close(self.master)
        self.master = -1

    def type(self, keys: bytes) -> None:
        """Sends keys."""
        os.write(self.master, keys)

    def ended(self) -> int:
        """Reads until the program ends; its exit status."""
        end = time.monotonic() + LONGEST
        while self.read():
            assert time.monotonic() < end, f"the program goes on; the screen:\n{self.text()}"
        return self.program.wait(LONGEST)


def take_terminal() -> None:
    """Makes the pty the terminal of the new session, so that it hears of sizes and hang-ups.

    Ctrl-C is ignored at first, as in what a shell starts in its background: who goes by it has to heed it. A hang-up
    is not, however the tests were started (nohup(1)).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def grammar_of(environ: Mapping[str, str], *, asked: bool) -> Grammar:
    """What a terminal of these settings understands."""
    repertoire = environ.get("TEXTUAL_SERIAL_GLYPHS", "vt100")
    encoding = "utf-8" if repertoire in ("linux", "utf8") else environ.get("LANG", "C").partition(".")[2] or "ascii"
    depth = environ.get("TEXTUAL_SERIAL_COLOURS", "0")
    return Grammar(REPERTOIRES[repertoire], DEPTHS[depth], encoding, asked)


@contextmanager
def program(
    *arguments: str,
    size: tuple[int, int] = (80, 24),
    shown: tuple[int, int] | None = None,
    utf8: bool = False,
    stock: bool = False,
    environ: Mapping[str, str] | None = None,
    passed: int | None = None,
) -> Iterator[FarEnd]:
    """Runs `python ARGUMENTS` on a pty, under our driver or Textual's own; every byte of ours is in the grammar.

    The terminal is `shown` large where the tty does not know its size; a file handle may be `passed` on.
    """
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (size[1], size[0]))
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    driver = {} if stock else {"TEXTUAL_DRIVER": "textual_serial:SerialDriver"}
    running = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=take_terminal,
        pass_fds=() if passed is None else (passed,),
        env={**kept, "TERM": "vt100", "LANG": "C", "PYTHONPATH": str(ROOT), **driver, **(environ or {})},
        cwd=ROOT,
    )
    os.close(slave)
    far = FarEnd(master, running, shown or size, utf8)
    try:
        yield far
        if not stock:
            grammar_of(environ or {}, asked=size == (0, 0)).check(bytes(far.received), ended=False)
    finally:
        running.kill()
        if far.master >= 0:
            far.cut()
        running.wait(LONGEST)
