"""The verb `wizard --plain`: a terminal that is spoken with in lines."""

import argparse
import io
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from installer.errors import AnswersError, Exit
from installer.tty import require_terminal
from plain.modes import canonical
from plain.talk import Leave
from plain.teletype import Teletype
from plain.visit import Visit
from plain.wizard import converse
from screens.machines import opened
from textual_serial.choose import parsed_size
from textual_serial.quiet import Quiet
from textual_serial.settings import USUAL_SIZE, settings_of, size_of


def wizard(options: argparse.Namespace) -> Exit:
    """Ask question by question, show the plan, apply it."""
    if options.serial or options.rich:
        raise AnswersError("--plain excludes --serial and --rich")
    require_terminal()
    teletype = make_teletype(options.size)
    with opened(options) as (machine, given, busy), canonical(), quiet_kernel(), signals_heeded():
        return converse(Visit(machine, given, teletype), busy)


def make_teletype(size: str | None) -> Teletype:
    """Our terminal, as wide and in such characters as it says; what others write to it follows suit."""
    try:
        columns, _ = parsed_size(size) if size else size_of(1) or USUAL_SIZE
        utf8 = settings_of(1).encoding == "utf-8"
    except ValueError as error:
        raise AnswersError(str(error)) from error
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if utf8 else "ascii", errors="backslashreplace")
    return Teletype(columns, utf8=utf8)


@contextmanager
def quiet_kernel() -> Iterator[None]:
    """The kernel's messages do not come between question and answer."""
    quiet = Quiet(settings_of(0).line)
    quiet.begin()
    try:
        yield
    finally:
        quiet.end()


@contextmanager
def signals_heeded() -> Iterator[None]:
    """A terminal that hangs up, or a kill, is somebody who leaves; Ctrl-C asks, also where a shell has us ignore it."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise Leave(Exit.DONE)

    heeded = {signal.SIGHUP: leave, signal.SIGTERM: leave, signal.SIGINT: signal.default_int_handler}
    former = {number: signal.signal(number, handler) for number, handler in heeded.items()}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
