"""Typing that nobody sees: the terminal leaves out its echo (termios(3))."""

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

FLAGS = 3


@contextmanager
def unseen(terminal: int = 0) -> Iterator[None]:
    """Within, the terminal shows line ends alone of what is typed; what is no terminal shows nothing anyway."""
    if not os.isatty(terminal):
        yield
        return
    before = termios.tcgetattr(terminal)
    quiet = [*before]
    quiet[FLAGS] = before[FLAGS] & ~termios.ECHO | termios.ECHONL
    termios.tcsetattr(terminal, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        with suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
