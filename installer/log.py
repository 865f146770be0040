"""The log: every command with its time, its duration and its output; no secret is ever part of either."""

import os
from pathlib import Path

from installer.files import make_directory
from installer.journal import now


class Log:
    """Every command with its time, its duration and its output, appended to `log` in the state directory (0600)."""

    def __init__(self, directory: Path) -> None:
        make_directory(directory, 0o700)
        self._file = os.fdopen(
            os.open(directory / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w", errors="surrogateescape"
        )

    def __call__(self, text: str) -> None:
        self._file.write(f"{now()} {text}\n")
        self._file.flush()

    def close(self) -> None:
        """Let the file go, so that what it lies on can be unmounted."""
        self._file.close()
