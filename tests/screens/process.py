"""The wizard as a program of its own, on a terminal of its own: `python -m tests.screens.process FOLDER`."""

import fcntl
import os
import pty
import selectors
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from screens.app import Wizard
from tests.debian import FakeDebian
from tests.screens.seat import Seat

ROOT = Path(__file__).parents[2]


class Terminal:
    """A pseudo-terminal of 80 columns and 24 rows with the wizard on it; of what it shows, the newest is kept."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        argv = ["setsid", "--ctty", "--wait", sys.executable, "-m", "tests.screens.process", str(folder)]
        self.process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=environment, close_fds=True
        )
        os.close(slave)
        self.shown = b""
        self._closing = threading.Event()
        threading.Thread(target=self._read).start()

    def _read(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.master, selectors.EVENT_READ)
            while not self._closing.is_set():
                try:
                    if selector.select(0.05):
                        self.shown = (self.shown + os.read(self.master, 65536))[-200000:]
                except OSError:  # the other side is gone
                    return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.kill(self.pid, 9)
        self.process.wait(30)
        self._closing.set()

    @property
    def pid(self) -> int:
        """The wizard's own process, which leads its session."""
        return int((self.state / "pid").read_text())

    def type(self, text: str) -> None:
        """Type."""
        os.write(self.master, text.encode())

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until this holds."""
        pause = threading.Event()
        for _ in range(9000):
            if holds():
                return
            pause.wait(0.02)
        raise AssertionError("it never came to that")

    def wait_for(self, text: str) -> None:
        """Wait until a word was shown, and forget what was."""
        self.wait(lambda: text.encode() in self.shown)
        self.shown = b""

    def close(self) -> None:
        """Close the terminal, as a broken connection does."""
        self._closing.set()
        os.close(self.master)

    def wait_for_draft(self, *texts: str) -> None:
        """Wait until what was typed is kept."""
        path = self.state / "draft.json"
        self.wait(lambda: path.exists() and all(text in path.read_text() for text in texts))


class Waiting(FakeDebian):
    """A Debian on which one change waits until it is told to go on."""

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        super().write(name, text, mode)
        if "cpus" in name and (self.root.parent / "hold").exists():
            (self.root.parent / "holding").touch()
            while (self.root.parent / "hold").exists():
                threading.Event().wait(0.02)


if __name__ == "__main__":
    seat = Seat(Path(sys.argv[1]))
    seat.host = Waiting(seat.root)
    seat.state.mkdir(exist_ok=True)
    (seat.state / "pid").write_text(str(os.getpid()))
    made = seat.machine()
    made.hold()
    sys.exit(Wizard(made).run())
