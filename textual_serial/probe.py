"""One question to a terminal whose size nobody knows, and a bounded wait for its answer; a mute one is fine."""

from __future__ import annotations

import os
import select
import time

PATIENCE = 0.4
"""Seconds to the answer; it goes twice over the line, and over the network of a BMC."""

QUESTION = b"\x1b[999;999H\x1b[6n"
"""Where is the cursor when sent to the far corner?"""
WHETHER_UTF8 = b"\r\xe2\x94\x80\x1b[6n"
"""And where after a character of three bytes in UTF-8?"""


class Answer:
    """What a terminal said."""

    def __init__(self, size: tuple[int, int] | None, utf8: bool | None, typed: bytes) -> None:
        self.size, self.utf8, self.typed = size, utf8, typed
        """Columns and lines; whether it reads UTF-8; and keys that came with it. None is silence."""


def ask(handle: int, whether_utf8: bool) -> float:
    """Puts the question; when the wait for its answer ends. The tty must be raw, and the screen is cleared after it.

    Whether it is UTF-8 is asked only where it makes a difference: other terminals may take those bytes for anything.
    """
    os.write(handle, QUESTION + WHETHER_UTF8 if whether_utf8 else QUESTION)
    return time.monotonic() + PATIENCE


def answer(handle: int, until: float, whether_utf8: bool) -> Answer:
    """Reads the answer, if it comes in time, or is there already when the time is over."""
    received, expected = b"", 2 if whether_utf8 else 1
    while len(reports(received)[0]) < expected:
        if not select.select([handle], [], [], max(0.0, until - time.monotonic()))[0]:
            break
        piece = os.read(handle, 1024)
        received += piece
        if not piece:
            break
    places, typed = reports(received)
    size = (places[0][1], places[0][0]) if places else None
    if size and not (20 <= size[0] <= 500 and 5 <= size[1] <= 200):
        size = None
    return Answer(size, places[1][1] == 2 if len(places) > 1 else None, typed)


def reports(received: bytes) -> tuple[list[tuple[int, int]], bytes]:
    """The lines and columns in cursor reports, and the bytes around these."""
    places, typed = [], b""
    first, *rest = received.split(b"\x1b[")
    typed += first
    for piece in rest:
        report, end, after = piece.partition(b"R")
        line, _, column = report.partition(b";")
        if end and line.isdigit() and column.isdigit():
            places.append((int(line), int(column)))
            typed += after
        else:
            typed += b"\x1b[" + piece
    return places, typed
