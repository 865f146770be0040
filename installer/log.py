"""The log: every command with its time, its duration and its output; no secret is ever part of either."""

import os
from pathlib import Path

from installer.files import make_directory
from installer.journal import now


class Log:
    """Every command with its time, its duration and its output, appended to `log` in the state directory (0600).

    What a full disk does not take is lost, and the next line that it takes says so.
    """

    def __init__(self, directory: Path) -> None:
        make_directory(directory, 0o700)
        handle = os.open(directory / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._file = os.fdopen(handle, "ab", buffering=0)
        self._gap = ""

    def __call__(self, text: str) -> None:
        line = f"{self._gap}{now()} {text}\n".encode("utf-8", "surrogateescape")
        try:
            whole = self._file.write(line) == len(line)
            self._gap = "" if whole else f"\n{now()} (lines are missing here: the disk was full)\n"
        except OSError as error:  # the journal tells who has to know; a full disk must not keep the guard from its work
            self._gap = self._gap or f"{now()} (lines are missing here: {error.strerror})\n"

    def close(self) -> None:
        """Let the file go, so that what it lies on can be unmounted."""
        self._file.close()
