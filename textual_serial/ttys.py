"""Which line shows us: our terminal, or the one behind it where it is a pty of sudo, su, script, GNU screen or tmux."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SERIAL = ("ttyS", "ttyAMA", "ttyUSB", "ttyACM", "ttySC", "ttyPS", "ttyLP", "ttyO", "ttyMV", "ttyAML", "hvc", "xvc")
_MULTIPLEXERS = ("screen", "tmux: server")


def is_serial(tty: str) -> bool:
    """Whether a terminal of this name is a serial line."""
    name = tty.removeprefix("/dev/")
    return name.rstrip("0123456789") in _SERIAL and name[-1].isdecimal()


def is_screen(tty: str) -> bool:
    """Whether a terminal of this name is the machine's own screen and keyboard."""
    return tty.removeprefix("/dev/tty").isdecimal()


def own_tty() -> str:
    """The name of the terminal that we read from or write to, "" without one."""
    return next(filter(None, map(name_of, (0, 1, 2))), "")


def name_of(handle: int) -> str:
    """The name of the terminal on a file handle, "" for none; in a chroot(2) a pty may have no name either."""
    try:
        return os.ttyname(handle)
    except OSError:
        return ""


class Behind:
    """A line, and whether what comes over it, XOFF too, reaches us as it is."""

    def __init__(self, tty: str, direct: bool) -> None:
        self.tty, self.direct = tty, direct


def line_behind(environ: Mapping[str, str] = os.environ) -> Behind | None:
    """The line of those who started us: the one that sudo was typed on, or that a multiplexer writes to, if any."""
    for pid, name, terminal in ancestors():
        if name in _MULTIPLEXERS:
            return behind_multiplexer(pid, environ)
        for tty, number in terminals(pid, ("0", "1", "2")):
            if number == terminal and is_serial(tty):
                return Behind(tty, direct=True)
    return None


def screen_behind() -> str:
    """The machine's own screen, where we are shown on it behind a pty of sudo or su; "" elsewhere."""
    found = (tty for pid, _, own in ancestors() for tty, number in terminals(pid, ("0", "1", "2")) if number == own)
    return next(filter(is_screen, found), "")


def behind_multiplexer(pid: int, environ: Mapping[str, str]) -> Behind | None:
    """What it has open; where we may not look, the line that GNU screen was started on (STY is PID.TTY.HOST)."""
    try:
        names = [tty for tty, _ in terminals(pid, os.listdir(f"/proc/{pid}/fd"))]
    except OSError:
        names = environ.get("STY", "").split(".")[1:2]
    return next((Behind(tty, direct=False) for tty in names if is_serial(tty)), None)


def ancestors() -> Iterator[tuple[int, str, int]]:
    """Who started us, and who started those: process, name, and the number of the terminal that it belongs to."""
    pid = os.getppid()
    while pid > 1:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                start, _, rest = file.read().rpartition(")")
        except OSError:  # It has ended, or is none of our business.
            return
        words = rest.split()
        yield pid, start.partition("(")[2], int(words[4])
        pid = int(words[1])


def terminals(pid: int, handles: tuple[str, ...] | list[str]) -> Iterator[tuple[str, int]]:
    """Name and number of each device that a process has on one of these file handles, as far as we may look."""
    for handle in handles:
        path = f"/proc/{pid}/fd/{handle}"
        try:
            name, number = os.readlink(path), os.stat(path).st_rdev
        except OSError:
            continue
        if number:
            yield name, number
