"""Applying on a small Debian, disturbed at one place after the other: a process of its own, since it forks for each.

The first word says what happens: "kill" at each record of the journal (kill -9, the record torn or just written), or
"full": it lies on a filesystem (mounted here, so in a namespace of its own) with room for no page, for one, for two ...
What differs from an undisturbed run is printed, a line for each.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from installer import verbs
from installer.__main__ import main
from installer.commands import Output
from installer.errors import HostError
from installer.journal import Journal, Record
from installer.log import Log
from installer.probe.network import probe_network
from tests.debian import FakeDebian, LookOnlyDebian
from tests.machines import machine
from tests.network.cases import build

PATCH = pytest.MonkeyPatch()
FULL = "No space left on device"
SAID = ("xenstrap has changed nothing on this machine", "The last apply was cut off", "The last apply came to its end")
STATUS = {"kill": SAID, "full": (*SAID, "The last apply failed: ")}
Disturb = Callable[[], None]


class Case:
    """A machine of its own in a folder of its own."""

    def __init__(self, folder: Path, said: Path) -> None:
        self.root, self.state, self.said = folder / "root", folder / "state", said
        self.answers = folder / "answers.toml"

    def here(self, *words: str) -> int:
        """Run a verb on this machine; its exit code."""
        PATCH.setattr(verbs, "STATE", self.state)
        PATCH.setattr(verbs, "Host", self.host)
        PATCH.setattr(verbs, "LookOnlyHost", lambda **_: LookOnlyDebian(self.root))
        with self.said.open("w") as said, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            return main(words)

    def host(self, log: Log) -> FakeDebian:
        """The machine, to be changed."""
        host = SmallDebian(self.root)
        host.log = log
        return host

    def run(self, *words: str, disturb: Disturb = lambda: None) -> int:
        """The same in a child of its own; where a signal ended that, its number below zero."""
        pid = os.fork()
        if pid == 0:
            disturb()
            os._exit(self.here(*words))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def apply(self, disturb: Disturb = lambda: None) -> int:
        """Apply an empty answer file."""
        return self.run("apply", str(self.answers), "--yes", disturb=disturb)

    def end(self) -> dict[str, Any]:
        """All that it has come to: files, packages, and the states that a rollback would bring back."""
        host, journal = FakeDebian(self.root), Journal(self.state)
        former = {":".join(key): before.state for key, before in journal.touched().items()}
        return {**host.tree(), "packages": host.packages(), "former": former, "in flight": journal.in_flight()}


def kill_at(number: int, *, torn: bool) -> Disturb:
    """Kill whoever appends the record with this number: with half of it on the disk, or all of it."""
    append = Journal._append

    def deadly(journal: Journal, record: Record) -> None:
        before = journal.path.stat().st_size if journal.path.exists() else 0
        append(journal, record)
        if record.n == number:
            if torn:
                os.truncate(journal.path, (before + journal.path.stat().st_size) // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    return lambda: PATCH.setattr(Journal, "_append", deadly)


def kills(undisturbed: Case) -> Iterator[tuple[str, Disturb]]:
    """Every record: torn, and just written; which comes to the same as the next one torn, if no change lies between."""
    for record in Journal(undisturbed.state).records:
        yield f"killed in record {record.n}", kill_at(record.n, torn=True)
        if record.before:
            yield f"killed when record {record.n} was written", kill_at(record.n, torn=False)


class SmallDebian(FakeDebian):
    """One whose commands fail as real ones do where there is no room."""

    def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        with complaint(argv[0], argv[-1]):
            return super().run(*argv, timeout=timeout, env=env)

    def stream(self, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
        with complaint(argv[0], f"/usr/share/doc/{argv[-1]}/copyright.dpkg-new"):
            yield from super().stream(*argv, env=env)


@contextlib.contextmanager
def complaint(command: str, file: str) -> Iterator[None]:
    """What a command says that cannot write a file."""
    try:
        yield
    except (subprocess.CalledProcessError, OSError) as error:
        raise HostError(f"{command} failed with status 1: error writing '{file}': {FULL}") from error


@contextlib.contextmanager
def filled(case: Case, pages: int) -> Iterator[None]:
    """Its filesystem with room for so many pages more."""
    filler, there = case.root.with_name("filler"), os.statvfs(case.root)
    filler.write_bytes(bytes((there.f_bavail - pages) * there.f_bsize))
    yield
    filler.unlink()


def differences(case: Case, kind: str, wanted: dict[str, Any]) -> Iterator[str]:
    """What is not as it should be after an apply that was disturbed: a look at it, and one more."""
    if kind == "full" and not re.search(rf"^xenstrap: .*/.*{FULL}.*\n  -> ", case.said.read_text(), re.MULTILINE):
        yield f"did not say what is full, and what helps: {case.said.read_text()}"
    if case.run("status") or not any(words in case.said.read_text() for words in STATUS[kind]):
        yield f"status says {case.said.read_text()}"
    if code := case.apply():
        yield f"apply ended with {code}: {case.said.read_text()}"
    ended = case.end()
    yield from (f"{name} differs" for name in {**wanted, **ended} if wanted.get(name) != ended.get(name))


def killed_everywhere(copy: Callable[[], Case], undisturbed: Case) -> Iterator[tuple[str, Case]]:
    """Each kill, and what it left."""
    for name, disturb in kills(undisturbed):
        case = copy()
        assert case.apply(disturb) == -signal.SIGKILL
        yield name, case


def full_everywhere(copy: Callable[[], Case], undisturbed: Case) -> Iterator[tuple[str, Case]]:
    """Each filesystem that is too small, from one without room on, and what it left."""
    for pages in count():
        case = copy()
        with filled(case, pages):
            if (code := case.apply()) == 0:
                return
        assert code == 1, case.said.read_text()
        yield f"room for {pages} pages", case


def run(kind: str, folder: Path) -> str:
    """Disturb it everywhere; how many places there were. SystemExit where one of them came to something else."""
    template = folder / "template"
    template.mkdir()
    FakeDebian(template / "root").boot()
    network = build(folder / "network", "ifupdown", "static4+6")
    (template / "root/etc/network/interfaces").write_text(network.read("/etc/network/interfaces") or "")
    (template / "answers.toml").write_text("")
    facts = machine(network=probe_network(network))
    PATCH.setattr(verbs, "look", lambda _: facts)
    PATCH.setattr(os, "geteuid", lambda: 0)

    place = folder / "case"

    def copy() -> Case:
        if place.exists() and kind == "full":
            subprocess.run(["umount", place], check=True)
        elif place.exists():
            shutil.rmtree(place)
        place.mkdir(exist_ok=True)
        if kind == "full":
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", place], check=True)
        return Case(Path(shutil.copytree(template, place, symlinks=True, dirs_exist_ok=True)), folder / "said")

    undisturbed = Case(Path(shutil.copytree(template, folder / "undisturbed", symlinks=True)), folder / "said")
    assert undisturbed.here("apply", str(undisturbed.answers), "--yes") == 0
    wanted, number, wrong = undisturbed.end(), 0, list[str]()
    for name, case in (killed_everywhere if kind == "kill" else full_everywhere)(copy, undisturbed):
        number += 1
        wrong += [f"{name}: {line}" for line in differences(case, kind, wanted)]
    return "\n".join([*wrong, f"{number} places"]) if not wrong else sys.exit("\n".join(wrong))


if __name__ == "__main__":
    temporary = Path(tempfile.mkdtemp())
    try:
        print(run(sys.argv[1], temporary))
    finally:
        subprocess.run(["umount", "--quiet", temporary / "case"], check=False)
        shutil.rmtree(temporary)
