"""The one gate to the machine: its files and its commands, looked at (query, read) or changed (run, write)."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from typing import Self

from installer.commands import Output, begin, environment, execute, record, status_lines, succeed
from installer.errors import HostError, remedy, told
from installer.files import is_busy, link_atomically, lock_holder, put_in_place, write_atomically

QUERY_TIMEOUT = 60.0
RUN_TIMEOUT = 3600.0


def no_log(line: str) -> None:
    """Keep nothing: the log of a host that is only looked at."""


class Host:
    """A machine whose root is `root`; commands are argument vectors, never a shell's text.

    Every command runs with the locale C.UTF-8, no standard input but what it is given, with a time-out in seconds, in
    a session of its own, so that a Ctrl-C or a hang-up meant for us does not end it half-way; its duration and output
    go to the log.
    """

    may_change = True

    def __init__(self, root: Path = Path("/"), log: Callable[[str], None] = no_log) -> None:
        self.root = root
        self.log = log
        self.environment: dict[str, str] = {}
        self.given: str | None = None
        self.look: Callable[[], None] = lambda: None

    def path(self, name: str) -> Path:
        """Where the machine's absolute path `name` lies for us."""
        return self.root / name.lstrip("/")

    def rooted(self, name: str) -> "Host":
        """The machine, or the one to be, whose root is our directory `name`: its commands run by chroot."""
        return type(self)(self.path(name), self.log)

    def knowing(self, **variables: str) -> Self:
        """The same machine, whose commands find further variables in their environment."""
        other = copy(self)
        other.environment = self.environment | variables
        return other

    def giving(self, text: str) -> Self:
        """The same machine, where what is run finds `text` on standard input: so a secret is in no file and no log."""
        other = copy(self)
        other.given = text
        return other

    @contextmanager
    def watched(self, look: Callable[[], None]) -> Iterator[Self]:
        """The same machine, where `look` is called again and again while something streams, and ends it by raising."""
        former, self.look = self.look, look
        try:
            yield self
        finally:
            self.look = former

    # --- looking -----------------------------------------------------------------------------------------------

    def read(self, name: str) -> str | None:
        """Text of a file, None where there is none; HostError where it cannot be read."""
        raw = self.read_bytes(name)
        return None if raw is None else raw.decode("utf-8", "surrogateescape")

    def read_bytes(self, name: str) -> bytes | None:
        """Bytes of a file, None where there is none; HostError where it cannot be read."""
        with told(name, "read"), suppress(FileNotFoundError, NotADirectoryError):
            return self.path(name).read_bytes()
        return None

    def read_at(self, name: str, offset: int, size: int) -> bytes | None:
        """Bytes at an offset (a register in /dev/cpu/0/msr), None where they cannot be had."""
        try:
            with self.path(name).open("rb", buffering=0) as file:
                return os.pread(file.fileno(), size, offset)
        except OSError:
            return None

    def mode(self, name: str) -> str | None:
        """Permission bits of a file as four octal digits ("0644"), None where there is none."""
        with told(name, "looked at"), suppress(FileNotFoundError, NotADirectoryError):
            return f"{self.path(name).stat().st_mode & 0o7777:04o}"
        return None

    def exists(self, name: str) -> bool:
        """Whether anything stands at `name` (a dangling symbolic link counts)."""
        return os.path.lexists(self.path(name))

    def link(self, name: str) -> str | None:
        """Where the symbolic link `name` points, None where there is no link."""
        try:
            return os.readlink(self.path(name))
        except OSError:
            return None

    def names(self, name: str) -> list[str]:
        """Sorted names in a directory, none where there is no such directory."""
        with told(name, "listed"), suppress(FileNotFoundError, NotADirectoryError):
            return sorted(os.listdir(self.path(name)))
        return []

    def query(self, *argv: str, timeout: float = QUERY_TIMEOUT) -> Output:
        """Run a command that only looks; any exit status is an answer, a missing program is status 127."""
        return self._execute(argv, timeout, None, changes=False)

    def ask(self, *argv: str, timeout: float = QUERY_TIMEOUT) -> str:
        """Output of a command that only looks; HostError where it fails."""
        return succeed(argv, self.query(*argv, timeout=timeout)).stdout

    def busy(self, name: str) -> bool:
        """Whether somebody has the block device `name` for himself, as a mount does (open(2), O_EXCL)."""
        with told(name, "looked at"), suppress(FileNotFoundError):
            return is_busy(self.path(name))
        return False

    def lock_holder(self, name: str) -> int | None:
        """Process id that holds a POSIX lock on the file `name`, None where nobody does."""
        with told(name, "looked at"), suppress(FileNotFoundError):
            return lock_holder(self.path(name))
        return None

    # --- changing ----------------------------------------------------------------------------------------------

    def changing(self, what: str) -> None:
        """HostError on a host that is only looked at; whatever changes the machine comes by here first."""
        if not self.may_change:
            raise HostError(f"a host that is only looked at was asked to {what}")

    def run(self, *argv: str, timeout: float = RUN_TIMEOUT, env: dict[str, str] | None = None) -> Output:
        """Run a command that changes the machine; HostError where it fails."""
        self.changing(f"run {' '.join(argv)}")
        return succeed(argv, self._execute(argv, timeout, env, changes=True))

    def stream(self, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
        """Run a command that changes the machine and yield each line that it writes to its status pipe.

        "{fd}" in the arguments stands for the pipe's file descriptor; HostError where the command fails.
        """
        reader, writer = os.pipe()
        argv = tuple(word.replace("{fd}", str(writer)) for word in argv)
        with os.fdopen(reader, "rb", buffering=0) as status:
            try:
                self.changing(f"run {' '.join(argv)}")
                started, output = time.monotonic(), bytearray()
                with told(argv[0], "started"):
                    process = begin(self._argv(argv), writer, environment(self.environment | (env or {})))
            finally:
                os.close(writer)
            yield from status_lines(process, argv, status, output, self.look)
        done = Output(process.wait(), text := output.decode("utf-8", "surrogateescape"), text)
        self.log(record(argv, done.status, time.monotonic() - started, text))
        succeed(argv, done)

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        """Replace the file `name` whole: a reader, or a power cut, sees the old file or the new one."""
        self.changing(f"write {name}")
        with told(name, "written"):
            write_atomically(self.path(name), text.encode("utf-8", "surrogateescape"), mode)
        size = f"{len(text)} characters, " if mode & 0o077 else ""  # of a passphrase its length is nobody's to know
        self.log(f"wrote {name} ({size}mode {mode:04o})")

    def replace(self, name: str, new: str) -> None:
        """Put the finished file `new` in the place of `name`, whose mode it gets: again the old file or the new one."""
        self.changing(f"replace {name}")
        with told(name, f"replaced by {new}"):
            put_in_place(self.path(new), self.path(name))
        self.log(f"replaced {name} by {new}")

    def remove(self, name: str) -> None:
        """Remove a file; HostError where that fails."""
        self.changing(f"remove {name}")
        with told(name, "removed"):
            self.path(name).unlink()
        self.log(f"removed {name}")

    def symlink(self, name: str, target: str) -> None:
        """Make, or replace, the symbolic link `name`."""
        self.changing(f"link {name}")
        with told(name, "linked"):
            link_atomically(self.path(name), target)
        self.log(f"linked {name} to {target}")

    def remove_directory(self, name: str) -> None:
        """Remove an empty directory; HostError where that fails."""
        self.changing(f"remove {name}")
        with told(name, "removed"):
            self.path(name).rmdir()
        self.log(f"removed the empty directory {name}")

    def _argv(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        return argv if self.root == Path("/") else ("chroot", str(self.root), *argv)

    def _execute(self, argv: tuple[str, ...], timeout: float, env: dict[str, str] | None, changes: bool) -> Output:
        started = time.monotonic()
        try:
            variables = environment(self.environment | (env or {}))
            status, stdout, stderr = execute(self._argv(argv), timeout, variables, self.given, changes=changes)
        except (FileNotFoundError, PermissionError) as error:
            return Output(127, "", f"{argv[0]}: {error.strerror}")
        except OSError as error:
            raise HostError(f"{argv[0]} cannot be started: {error.strerror}", remedy(error)) from error
        except subprocess.TimeoutExpired as error:
            raise HostError(
                f"{argv[0]} did not end within {timeout:.0f} s", f"try it by hand: {' '.join(argv)}"
            ) from error
        self.log(record(argv, status, time.monotonic() - started, stdout + stderr))
        return Output(status, stdout, stderr)


class LookOnlyHost(Host):
    """A host that refuses every change: a plan drawn on it is the dry run."""

    may_change = False


class NoHost(LookOnlyHost):
    """A machine of which only the facts are at hand: nothing of ours is there yet."""

    def read_bytes(self, name: str) -> bytes | None:
        """No file."""
        return None

    def exists(self, name: str) -> bool:
        """No name."""
        return False

    def names(self, name: str) -> list[str]:
        """No directory."""
        return []

    def query(self, *argv: str, timeout: float = 0) -> Output:
        """No such program."""
        return Output(127, "", "")

    def ask(self, *argv: str, timeout: float = QUERY_TIMEOUT) -> str:
        """No answer."""
        return ""
