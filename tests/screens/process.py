"""The wizard as a program of its own, on a terminal of its own: `python -m tests.screens.process FOLDER LOOK KIND`."""

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
from typing import Self, cast

from screens.app import Wizard
from screens.launch import driver_of
from screens.looks import Look
from tests.blank.machines import BLANK
from tests.debian import FakeDebian
from tests.machines import dom0
from tests.screens.seat import LiveSeat, Seat
from textual_serial.choose import DRIVER

ROOT = Path(__file__).parents[2]


class Terminal:
    """A pseudo-terminal of 80 columns and 24 rows with the wizard on it; of what it shows, the newest is kept."""

    def __init__(self, folder: Path, look: Look = "rich", kind: str = "usual") -> None:
        self.state = folder / "state"
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        if look == "serial":
            environment["TEXTUAL_DRIVER"] = DRIVER
        program = [sys.executable, "-m", "tests.screens.process", str(folder), look, kind]
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *program],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=environment,
            close_fds=True,
        )
        os.close(slave)
        self.shown = b""
        self.still = threading.Event()
        """Set while the terminal takes nothing, as one at the other end of a broken connection."""
        self._closing = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.master, selectors.EVENT_READ)
            while not self._closing.is_set():
                try:
                    if self.still.is_set():
                        self._closing.wait(0.05)
                    elif selector.select(0.05):
                        self.shown = (self.shown + os.read(self.master, 65536))[-200000:]
                except OSError:  # the other side is gone
                    return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        if self.master >= 0:
            self.close()

    @property
    def pid(self) -> int:
        """The wizard's own process, which leads its session."""
        return self.process.pid

    def type(self, text: str) -> None:
        """Type."""
        os.write(self.master, text.encode())

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until this holds."""
        pause = threading.Event()
        for _ in range(9000):
            ended = self.process.poll() is not None
            if holds():
                return
            if ended:
                break
            pause.wait(0.02)
        raise AssertionError(f"it never came to that:\n{self.shown.decode(errors='replace')}")

    def wait_for(self, *texts: str) -> None:
        """Wait until all of these words were shown, and forget what was."""
        self.wait(lambda: all(text.encode() in self.shown for text in texts))
        self.shown = b""

    def kill(self) -> None:
        """End the wizard as nothing can be ended more suddenly, where it has not ended."""
        self.process.kill()
        self.process.wait(30)

    def close(self) -> None:
        """Close the terminal, as a broken connection does."""
        self._closing.set()
        self._reader.join(30)
        assert not self._reader.is_alive()
        os.close(self.master)
        self.master = -1

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
            for _ in range(9000):
                if not (self.root.parent / "hold").exists():
                    return
                threading.Event().wait(0.02)
            raise AssertionError("nobody let it go on")


class Told(Wizard):
    """Leaves a file once it was told to stop."""

    CSS_PATH = str(ROOT / "screens/xenstrap.tcss")

    def told_to_stop(self) -> None:
        super().told_to_stop()
        (self.machine.directory / "told").touch()


if __name__ == "__main__":
    folder, look = Path(sys.argv[1]), cast(Look, sys.argv[2])
    seat = LiveSeat(folder, BLANK["uefi-480"]) if sys.argv[3] == "live" else Seat(folder)
    seat.host = Waiting(seat.root)
    if sys.argv[3] == "dom0":
        seat.facts = dom0()
    made = seat.machine()
    with seat.held(made, hold=True) as busy:
        code = Told(made, look=look, busy=busy, driver=driver_of(look)).run()
    sys.exit(code)
