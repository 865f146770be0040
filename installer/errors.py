"""What can go wrong, as facts with remedies, and the exit code that each kind of it means."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

ROOM = "make room there (df -h; df -i for the number of files)"
REMEDIES = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EROFS: "that filesystem is mounted read-only: `dmesg` says whether its disk fails; else mount -o remount,rw",
    errno.EIO: "the disk may be failing: look at `dmesg`",
    errno.EACCES: "run as root",
    errno.EPERM: "run as root",
    errno.ENOEXEC: "a script's first line has to name its interpreter, as #!/bin/sh does",
}


class Exit(IntEnum):
    """Exit codes of the command line: an API, listed in the README."""

    DONE = 0
    FAILED = 1
    ANSWERS = 2
    UNFIT = 3
    DRIFT = 4
    VERIFY = 5
    TRIAL = 6
    INTERRUPTED = 130


class XenstrapError(Exception):
    """A fact that stops us, with a hint that says what would help."""

    exit = Exit.FAILED

    def __init__(self, fact: str, hint: str = "") -> None:
        super().__init__(fact)
        self.fact = fact
        self.hint = hint


class HostError(XenstrapError):
    """The machine could not be looked at or changed.

    `said` is all that a command which failed has said, `status` the exit status that it had.
    """

    def __init__(self, fact: str, hint: str = "", said: str = "", status: int = 0) -> None:
        super().__init__(fact, hint)
        self.said = said or fact
        self.status = status


class AnswersError(XenstrapError):
    """The answer file cannot be used."""

    exit = Exit.ANSWERS


class UnfitError(XenstrapError):
    """This machine cannot become what was asked."""

    exit = Exit.UNFIT


class DriftError(XenstrapError):
    """The machine is no longer as it was when the plan was approved."""

    exit = Exit.DRIFT


class JournalError(XenstrapError):
    """The journal is damaged, of another version, or held by another run."""


def remedy(error: OSError) -> str:
    """What helps against what the system refused; "" where nobody can tell."""
    return REMEDIES.get(error.errno or 0, "")


def refused(error: OSError) -> HostError:
    """What the system refuses, as an error of ours, where nobody said what was tried."""
    return HostError(f"{error.filename or 'the system'}: {error.strerror}", remedy(error))


@contextmanager
def told(name: str, verb: str) -> Iterator[None]:
    """What the system refuses, as a HostError that names it."""
    try:
        yield
    except OSError as error:
        raise HostError(f"{name} cannot be {verb}: {error.strerror}", remedy(error)) from error
