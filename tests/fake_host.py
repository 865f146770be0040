"""A machine made of files under a directory and canned answers of commands."""

from collections.abc import Callable, Mapping
from pathlib import Path

from installer.commands import Output
from installer.host import LookOnlyHost


class FakeHost(LookOnlyHost):
    """A host whose commands answer from a table, by the longest beginning of their arguments that it has."""

    def __init__(self, root: Path, said: Mapping[str, str | Callable[[tuple[str, ...]], str]] | None = None) -> None:
        super().__init__(root)
        self.said: dict[str, str | Callable[[tuple[str, ...]], str]] = {"lsblk": '{"blockdevices": []}', **(said or {})}
        self.asked: list[str] = []

    def query(self, *argv: str, timeout: float = 0) -> Output:
        """The canned answer; status 127 without one."""
        line = " ".join(argv)
        self.asked.append(line)
        known = [key for key in self.said if line.startswith(key)]
        if not known:
            return Output(127, "", f"{argv[0]}: no such program")
        answer = self.said[max(known, key=len)]
        return Output(0, answer(argv) if callable(answer) else answer, "")

    def ask(self, *argv: str, timeout: float = 0) -> str:
        """The canned answer."""
        return self.query(*argv).stdout

    def put(self, name: str, content: str | bytes = "") -> None:
        """Lay a file down."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def put_link(self, name: str, target: str) -> None:
        """Lay a symbolic link down."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
