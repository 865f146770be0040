"""The modes of a terminal (termios(3)), changed for a while."""

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

INPUT, OUTPUT, LOCAL = 0, 1, 3


@contextmanager
def modes(handle: int, on: dict[int, int], off: dict[int, int]) -> Iterator[None]:
    """Within, these flags of a terminal are on and those are off, each by its place in what tcgetattr tells."""
    before = termios.tcgetattr(handle)
    wanted = [*before]
    for index, flags in on.items():
        wanted[index] |= flags
    for index, flags in off.items():
        wanted[index] &= ~flags
    if wanted != before:
        termios.tcsetattr(handle, termios.TCSADRAIN, wanted)
    try:
        yield
    finally:
        # A terminal that has gone away takes no modes.
        with suppress(termios.error):
            termios.tcsetattr(handle, termios.TCSADRAIN, before)


@contextmanager
def canonical(handle: int = 0) -> Iterator[None]:
    """The terminal driver collects lines, echoes them and makes signals, however it was left to us.

    What is taken back it repeats between strokes, as for paper (stty(1), echoprt): nothing moves the cursor.
    """
    on = {
        INPUT: termios.ICRNL,
        OUTPUT: termios.OPOST | termios.ONLCR,
        LOCAL: termios.ICANON | termios.ECHO | termios.ISIG | termios.ECHOPRT | termios.ECHOK,
    }
    with modes(handle, on, {LOCAL: termios.ECHOE | termios.ECHOKE}):
        yield


@contextmanager
def unseen(handle: int = 0) -> Iterator[None]:
    """The terminal shows line ends alone of what is typed; what is no terminal shows nothing anyway."""
    if not os.isatty(handle):
        yield
        return
    with modes(handle, {LOCAL: termios.ECHONL}, {LOCAL: termios.ECHO}):
        yield
