"""Commands that change the machine, noted while they run: by that is known what goes on after xenstrap was killed."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from installer.files import make_directory

PLACE = Path("/run/xenstrap/commands")
"""A file for each, by its session; of /run nothing outlasts a restart, and neither does a command."""
LONG = 60


class Left(NamedTuple):
    """A command that outlives its xenstrap: one of its processes, and its words."""

    pid: int
    words: str


@contextmanager
def noted(session: int, argv: Sequence[str]) -> Iterator[None]:
    """Note a command, which leads the session, for as long as it runs."""
    note = PLACE / str(session)
    with suppress(OSError):  # it helps after a kill alone: no command has to wait for room in /run
        make_directory(PLACE)
        note.write_text(f"{os.getpid()} {' '.join(argv)}\n")
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink()


def left_running() -> Left | None:
    """What a killed xenstrap had begun and is still at work, None where nothing is."""
    for note in sorted(PLACE.glob("*")):
        said = ""
        with suppress(FileNotFoundError):  # it has just ended
            said = note.read_text().strip()
        owner, _, words = said.partition(" ")
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
            for pid in session_of(int(note.name)):
                return Left(pid, words if len(words) <= LONG else f"{words[:LONG]} …")
    return None


def session_of(leader: int) -> Iterator[int]:
    """The processes of a session (getsid(2)); what has become a daemon has left it."""
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with suppress(ProcessLookupError, PermissionError):
                if os.getsid(int(name)) == leader:
                    yield int(name)
