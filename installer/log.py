"""The log: every command with its time, its duration and its output; no secret is ever part of either."""

import os
from pathlib import Path

from installer.errors import HostError, remedy
from installer.files import make_directory
from installer.journal import now


class Log:
    """Every command with its time, its duration and its output, appended to `log` in the state directory (0600)."""

    def __init__(self, directory: Path) -> None:
        make_directory(directory, 0o700)
        self._path = directory / "log"
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._file = os.fdopen(handle, "ab", buffering=0)

    def __call__(self, text: str) -> None:
        try:
            self._file.write(f"{now()} {text}\n".encode("utf-8", "surrogateescape"))
        except OSError as error:
            raise HostError(f"{self._path} cannot be written: {error.strerror}", remedy(error)) from error

    def close(self) -> None:
        """Let the file go, so that what it lies on can be unmounted."""
        self._file.close()
