"""One run at a time: a lock that dies with its holder, and names it; and so does what a killed one has left running."""

import fcntl
import os
import re
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from installer.errors import HostError, remedy
from installer.files import make_directory
from installer.running import left_running

LOCKED = re.compile(r"^\d+: FLOCK +\S+ +WRITE (\d+) \S+:(\d+) ", re.MULTILINE)


class BusyError(HostError):
    """Another xenstrap is at work on this machine, or what one that was killed `has_begun`: the process with this pid,
    None where that cannot be told."""

    def __init__(self, pid: int | None, has_begun: str = "") -> None:
        name = pid or "unknown"
        who = f"what an xenstrap that was killed has begun ({has_begun})" if has_begun else "another xenstrap"
        super().__init__(f"{who} is at work on this machine (pid {name})", f"wait for it, or look at it: ps -fp {name}")
        self.pid = pid
        self.has_begun = has_begun


class Lock:
    """Holds flock(2) on `lock` in the state directory; BusyError with the other run's pid where that is taken.

    With `wait` it waits for the other run instead, and for nothing that one has left: a unit's processes end with it.
    """

    def __init__(self, directory: Path, *, wait: bool = False) -> None:
        self.path = directory / "lock"
        self._wait = wait
        self._how = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
        self._handle = -1

    def __enter__(self) -> Self:
        try:
            make_directory(self.path.parent, 0o700)
            self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise HostError(f"{self.path} cannot be opened: {error.strerror}", remedy(error)) from error
        try:
            fcntl.flock(self._handle, self._how)
        except BlockingIOError:
            pid = os.pread(self._handle, 20, 0).decode().strip()
            os.close(self._handle)
            raise BusyError(int(pid) if pid.isdecimal() else None) from None
        if not self._wait and (left := left_running()):
            os.close(self._handle)
            raise BusyError(left.pid, left.words)
        with suppress(OSError):  # whose it is helps others alone, and a full disk must not keep the guard from its work
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)


def find_holder(directory: Path) -> int | None:
    """Process id of who holds the lock, None where nobody does; asking hinders nobody (proc_locks(5))."""
    try:
        with (directory / "lock").open() as file:
            said, inode = file.read().strip(), os.fstat(file.fileno()).st_ino
    except FileNotFoundError:
        return None
    found = LOCKED.findall(Path("/proc/locks").read_text())
    return next((int(pid) for pid, number in found if int(number) == inode and said in ("", pid)), None)
