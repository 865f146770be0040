"""Somebody at the machine's own keyboard and screen, or in tmux there; the serial line only tells what is seen."""

import string
import time
from collections.abc import Iterable

from .machine import Machine
from .recipe import ROOT_PASSWORD
from .serial_line import LateError, LineError

SIZE = (80, 24)
KEYS = {
    "\r": "ret",
    "\t": "tab",
    " ": "spc",
    ".": "dot",
    "/": "slash",
    "-": "minus",
    "\x18": "ctrl-x",
    **{each: each for each in string.ascii_lowercase + string.digits},
    **{each: f"shift-{each.lower()}" for each in string.ascii_uppercase},
}
"""Keys of a keyboard by what they type (QKeyCode of QEMU)."""


class Seen:
    """Presses keys, and waits until texts stand on a screen that has to be looked at again and again."""

    def __init__(self, machine: Machine, patience: float, never: Iterable[str] = ()) -> None:
        self.machine = machine
        self.patience = patience
        self.never = tuple(never)

    def press(self, keys: str, *texts: str) -> None:
        """Press keys, and wait until all of these stand there."""
        self.type(keys)
        deadline = time.monotonic() + self.patience
        while not all(text in (shown := self.look()) for text in texts):
            if bad := [text for text in self.never if text in shown]:
                raise LineError(f"{bad[0]!r} came before {texts}:\n{shown}")
            if time.monotonic() > deadline:
                raise LateError(f"{texts} did not come within {self.patience:.0f} s:\n{shown}")
        self.machine.line.note(f"seen: {', '.join(texts)}")

    def start(self, command: str) -> None:
        """Start a command there."""
        raise NotImplementedError

    def type(self, keys: str) -> None:
        """Press keys."""
        raise NotImplementedError

    def look(self) -> str:
        """What stands there, line by line."""
        raise NotImplementedError


class Tmux(Seen):
    """A terminal of 80 columns and 24 lines in tmux, on the machine."""

    def start(self, command: str) -> None:
        columns, lines = SIZE
        self.machine.run(f"tmux new-session -d -x {columns} -y {lines} '{command}'")

    def type(self, keys: str) -> None:
        if keys:
            self.machine.run("tmux send-keys -H " + " ".join(f"{ord(key):x}" for key in keys))

    def look(self) -> str:
        return self.machine.run("tmux capture-pane -p").stdout


class Keyboard(Seen):
    """The machine's keyboard and its first virtual terminal (vcs(4))."""

    def start(self, command: str) -> None:
        self.press("", "login:")
        self.press("root\r", "Password:")
        self.press(f"{ROOT_PASSWORD}\r", "root@")
        self.type(f"{command}\r")

    def type(self, keys: str) -> None:
        for key in keys:
            codes = [{"type": "qcode", "data": code} for code in KEYS[key].split("-")]
            self.machine.qmp.execute("send-key", keys=codes)

    def look(self) -> str:
        size = self.machine.run("od -An -tu1 -N2 /dev/vcsa1").stdout.split()
        text = self.machine.run("tr '\\0' ' ' < /dev/vcs1").stdout
        width = int(size[1])
        return "\n".join(text[start : start + width].rstrip() for start in range(0, len(text), width))
