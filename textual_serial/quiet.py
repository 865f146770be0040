"""Keeps the kernel from writing into our screen, where our terminal is its console."""

from pathlib import Path

EMERGENCIES = "1"


class Quiet:
    """While it lasts only emergencies come to the console; without the right to say so all stays as it is."""

    def __init__(self, tty: str, proc: Path = Path("/proc"), sysfs: Path = Path("/sys")) -> None:
        self._level = proc / "sys/kernel/printk"
        self._active = sysfs / "class/tty/console/active"
        self._tty = tty.removeprefix("/dev/")
        self._before: str | None = None

    def begin(self) -> None:
        """Quiet, if this is the kernel's console and we may."""
        try:
            if self._tty in self._active.read_text("ascii").split():
                before = self._level.read_text("ascii").split()[0]
                self._level.write_text(EMERGENCIES, "ascii")
                self._before = before
        except (FileNotFoundError, PermissionError):
            return

    def end(self) -> None:
        """As it was before, unless somebody has set it since."""
        before, self._before = self._before, None
        if before and self._level.read_text("ascii").split()[0] == EMERGENCIES:
            self._level.write_text(before, "ascii")
