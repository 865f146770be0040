"""How fast bytes may follow each other: never more on the way than the line carries in a blink."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import termios
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from textual_serial.modes import Modes

BITS_PER_BYTE = 10
ON_THE_WAY = 0.030
"""Seconds of line time that may be under way when the next piece is chosen: later news must not wait longer."""
PIECE = 0.040
"""Seconds of line time that one piece takes."""

_SPEEDS = {getattr(termios, name): int(name[1:]) for name in dir(termios) if name[0] == "B" and name[1:].isdigit()}
_PTY_MAJORS = range(136, 144)


def speed_in(modes: Modes) -> int | None:
    """Bits a second of a line by the modes of its tty."""
    return _SPEEDS.get(modes[5]) or None


def line_rate(handle: int) -> int | None:
    """The same of a terminal; None for one that has no line, as a pty left as it was made."""
    speed = speed_in(termios.tcgetattr(handle))
    pty = os.major(os.fstat(handle).st_rdev) in _PTY_MAJORS
    return None if pty and speed == 38400 else speed


class Line:
    """The way out to the terminal."""

    def __init__(self, handle: int, rate: int | None) -> None:
        self.handle, self.rate = handle, rate
        self._free_at = 0.0

    @property
    def piece(self) -> int | None:
        """Bytes that one piece may have; None where the line's rate is not known."""
        return max(16, int(self.rate * PIECE / BITS_PER_BYTE)) if self.rate else None

    def send(self, piece: bytes) -> None:
        """Hands bytes to the kernel."""
        now = time.monotonic()
        left = memoryview(piece)
        while left:
            left = left[os.write(self.handle, left) :]
        if self.rate:
            self._free_at = max(self._free_at, now) + len(piece) * BITS_PER_BYTE / self.rate

    def wait_until(self) -> float:
        """Seconds until the next piece may follow; asked again after that time, as a line may be held."""
        if not select.select([], [self.handle], [], 0)[1]:
            return 0.010
        ahead = self._free_at - time.monotonic()
        if self.rate:
            ahead = max(ahead, self._queued() * BITS_PER_BYTE / self.rate)
        return max(0.0, ahead - ON_THE_WAY)

    def _queued(self) -> int:
        """Bytes that the kernel still holds."""
        answer = fcntl.ioctl(self.handle, termios.TIOCOUTQ, struct.pack("i", 0))
        queued: int = struct.unpack("i", answer)[0]
        return queued
