"""A small Debian behind the command line."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from installer import verbs
from installer.__main__ import main
from installer.facts import Facts
from installer.host import LookOnlyHost
from tests.debian import FakeDebian, LookOnlyDebian
from tests.machines import dom0, machine


class Desk:
    """The machine, its facts, and the words typed at it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.root = folder / "root"
        self.host = FakeDebian(self.root)
        self.host.boot()
        self.facts: Facts = machine()
        self.cut = 0
        self.out = self.err = ""
        self._capsys = capsys

    def make_host(self, **_: object) -> FakeDebian:
        """The host of the next run."""
        self.host = FakeDebian(self.root, self.cut)
        return self.host

    def look_only(self, **_: object) -> LookOnlyHost:
        """The same, only looked at."""
        return LookOnlyDebian(self.root)

    def answers(self, text: str = "") -> str:
        """An answer file."""
        path = self.folder / "answers.toml"
        path.write_text(text)
        return str(path)

    def __call__(self, *words: str) -> int:
        """Type a command; its exit code. What it printed is in `out` and `err`."""
        self._capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            self.out, self.err = self._capsys.readouterr()
            sys.stdout.write(f"$ xenstrap {' '.join(words)}\n{self.out}{self.err}")
        return code

    def events(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    def reboot(self) -> bool:
        """Restart the machine: what GRUB starts, and what the probe sees then; whether that is Xen."""
        xen = FakeDebian(self.root).boot()
        self.facts = dom0() if xen else machine()
        return xen


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A fresh Debian, root's shell on it."""
    made = Desk(tmp_path, capsys)
    look: Callable[[object], Facts] = lambda host: made.facts  # noqa: E731
    monkeypatch.setattr(verbs, "STATE", tmp_path / "state")
    monkeypatch.setattr(verbs, "Host", made.make_host)
    monkeypatch.setattr(verbs, "LookOnlyHost", made.look_only)
    monkeypatch.setattr(verbs, "look", look)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return made
