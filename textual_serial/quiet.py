"""Keeps the kernel from writing into our screen, where our terminal is its console."""

from __future__ import annotations

import os

from textual_serial.ttys import is_screen

EMERGENCIES = "1"


class Quiet:
    """While it lasts only emergencies come to the console; without the right to say so all stays as it is."""

    def __init__(
        self, tty: str, proc: str | os.PathLike[str] = "/proc", sysfs: str | os.PathLike[str] = "/sys"
    ) -> None:
        self._level = os.path.join(proc, "sys/kernel/printk")
        self._active = os.path.join(sysfs, "class/tty/console/active")
        # The machine's own screen is tty0 there: the one of tty1, tty2 and so on that is in front.
        self._console = "tty0" if is_screen(tty) else tty.removeprefix("/dev/")
        self._before: str | None = None

    def begin(self) -> None:
        """Quiet, if this is the kernel's console and we may."""
        try:
            if self._before is None and self._console in read(self._active).split():
                before = read(self._level).split()[0]
                write(self._level, EMERGENCIES)
                self._before = before
        except (FileNotFoundError, PermissionError):
            return

    def end(self) -> None:
        """As it was before, unless somebody has set it since."""
        before, self._before = self._before, None
        if before and read(self._level).split()[0] == EMERGENCIES:
            write(self._level, before)


def read(name: str) -> str:
    """The text of a file of the kernel's."""
    with open(name, encoding="ascii") as file:
        return file.read()


def write(name: str, text: str) -> None:
    """Tell the kernel."""
    with open(name, "w", encoding="ascii") as file:
        file.write(text)
