"""A pty that stands for a serial port, and somebody at its other end.

A pty has no speed: what is set on it is kept, and the bytes pass whatever it is. That two ends disagree about the
speed cannot be seen here, only that ours is set.
"""

import os
import pty
import select
import termios
import threading
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Self

Answer = Callable[[bytes], bytes]


def deaf(heard: bytes) -> bytes:
    """Nobody there."""
    return b""


def echoing(heard: bytes) -> bytes:
    """A plug that joins the two wires."""
    return heard


def garbling(heard: bytes) -> bytes:
    """What a wrong speed looks like."""
    return bytes(byte | 0x80 for byte in heard)


def typing(heard: bytes) -> bytes:
    """Somebody who reads the last word and types it, in capitals, once the line is complete."""
    line = heard.strip().splitlines()
    return line[-1].split()[-1].upper() + b"\r" if heard.endswith(b"\r\n") and b"word is" in heard else b""


class FarEnd:
    """The port `name` of a machine, and what its other end answers; `heard` is what arrived there."""

    def __init__(self, root: Path, name: str, answer: Answer = deaf) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.heard = b""
        self.came = threading.Condition()
        self.answer = answer
        self.path = os.ttyname(self.slave)
        port = root / "dev" / name
        port.parent.mkdir(parents=True, exist_ok=True)
        port.symlink_to(self.path)
        self.stop, self.stopped = os.pipe()
        self.thread = threading.Thread(target=self.work, daemon=True)

    def __enter__(self) -> Self:
        self.before = self.settings()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.write(self.stopped, b".")
        self.thread.join(30)
        assert not self.thread.is_alive(), f"nobody reads the answer to {self.heard!r}"
        for handle in (self.master, self.slave, self.stop, self.stopped):
            os.close(handle)

    def work(self) -> None:
        """Read, and answer."""
        while True:
            ready, _, _ = select.select([self.master, self.stop], [], [])
            if self.master not in ready:
                return
            came = os.read(self.master, 4096)
            with self.came:
                self.heard += came
                self.came.notify_all()
            os.write(self.master, self.answer(self.heard if self.answer is typing else came))

    def send(self, text: bytes) -> None:
        """Type something there."""
        os.write(self.master, text)

    def until(self, text: bytes, times: int) -> None:
        """Wait until this has arrived so many times."""
        with self.came:
            assert self.came.wait_for(lambda: self.heard.count(text) >= times, 30), self.heard

    def settings(self) -> list[object]:
        """How the port is set."""
        return termios.tcgetattr(self.slave)
