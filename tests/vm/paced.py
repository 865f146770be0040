"""A line of so many baud: bytes pass at its rate in both directions."""

import socket
import threading
import time
from contextlib import suppress

BITS = 10
"""Of each byte on the line: start, eight bits of data, stop."""
AT_ONCE = 4
"""Bytes that pass together: a tick of the line."""


def paced(uart: socket.socket, baud: int) -> socket.socket:
    """The near end of a line to a UART."""
    near, ours = socket.socketpair()
    for source, target in ((uart, ours), (ours, uart)):
        threading.Thread(target=carry, args=(source, target, baud / BITS), daemon=True).start()
    return near


def carry(source: socket.socket, target: socket.socket, rate: float) -> None:
    """Pass bytes on, so many a second, until one of the ends goes."""
    free = 0.0
    with suppress(OSError):
        while piece := source.recv(AT_ONCE):
            free = max(free, time.monotonic()) + len(piece) / rate
            time.sleep(max(0.0, free - time.monotonic()))
            target.sendall(piece)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
