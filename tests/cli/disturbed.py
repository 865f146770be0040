"""Applying on a small Debian, disturbed at one place after the other: a process of its own, since it forks for each.

The first word says what happens: "kill" at each record of the journal (kill -9, the record torn or just written), or
"full" at each write (no space from then on). What differs from an undisturbed run is printed, a line for each.
"""

import contextlib
import errno
import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from multiprocessing import Value
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

import pytest

from installer import verbs
from installer.__main__ import main
from installer.commands import Output
from installer.errors import HostError
from installer.journal import Journal, Record
from installer.probe.network import probe_network
from tests.debian import FakeDebian, LookOnlyDebian
from tests.machines import machine
from tests.network.cases import build

PATCH = pytest.MonkeyPatch()
FULL = "No space left on device"
CODES = {"kill": -signal.SIGKILL, "full": 1}
SAID = ("xenstrap has changed nothing on this machine", "The last apply was cut off", "The last apply came to its end")
STATUS = {"kill": SAID, "full": (*SAID, "The last apply failed: ")}
Disturb = Callable[[], None]


class Case:
    """A machine of its own in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.root, self.state, self.said = folder / "root", folder / "state", folder / "said"
        self.answers = folder / "answers.toml"

    def here(self, *words: str) -> int:
        """Run a verb on this machine; its exit code."""
        PATCH.setattr(verbs, "STATE", self.state)
        PATCH.setattr(verbs, "Host", lambda **_: FakeDebian(self.root))
        PATCH.setattr(verbs, "LookOnlyHost", lambda **_: LookOnlyDebian(self.root))
        with self.said.open("w") as said, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            return main(words)

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


def full_at(number: int, count: "Synchronized[int]") -> Disturb:
    """Let the disk be full from the write with this number on; `count` counts them, those of commands too."""
    fsync, run = os.fsync, FakeDebian.run

    def is_full() -> bool:
        count.value += 1
        return count.value > number

    def sync(handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode) and is_full():
            raise OSError(errno.ENOSPC, FULL)
        fsync(handle)

    def command(host: FakeDebian, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        if is_full():
            raise HostError(f"{argv[0]} failed with status 1: {FULL}")
        return run(host, *argv, timeout=timeout, env=env)

    def patch() -> None:
        PATCH.setattr(os, "fsync", sync)
        PATCH.setattr(FakeDebian, "run", command)

    return patch


def places(kind: str, undisturbed: Case, again: Case) -> Iterator[tuple[str, Disturb]]:
    """Every place where it is disturbed.

    A record that is torn, and the one before it just written, come to the same, unless a change lies between them.
    """
    if kind == "kill":
        for record in Journal(undisturbed.state).records:
            yield f"killed in record {record.n}", kill_at(record.n, torn=True)
            if record.before:
                yield f"killed when record {record.n} was written", kill_at(record.n, torn=False)
        return
    count = Value("i", 0)
    assert again.apply(full_at(10**9, count)) == 0
    for number in range(count.value):
        yield f"full at write {number}", full_at(number, Value("i", 0))


def differences(case: Case, kind: str, wanted: dict[str, Any], disturb: Disturb) -> Iterator[str]:
    """What is not as it should be after an apply that was disturbed, a look at it, and one more."""
    if (code := case.apply(disturb)) != CODES[kind]:
        yield f"ended with {code}"
    if kind == "full" and FULL not in case.said.read_text():
        yield f"did not say why: {case.said.read_text()}"
    if case.run("status") or not any(words in case.said.read_text() for words in STATUS[kind]):
        yield f"status says {case.said.read_text()}"
    if code := case.apply():
        yield f"apply ended with {code}: {case.said.read_text()}"
    ended = case.end()
    yield from (f"{name} differs" for name in {**wanted, **ended} if wanted.get(name) != ended.get(name))


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

    def copy(name: str) -> Case:
        return Case(Path(shutil.copytree(template, folder / name, symlinks=True)))

    undisturbed = copy("undisturbed")
    assert undisturbed.here("apply", str(undisturbed.answers), "--yes") == 0
    wanted, number, wrong = undisturbed.end(), 0, list[str]()
    for name, disturb in places(kind, undisturbed, copy("again")):
        number += 1
        wrong += [f"{name}: {line}" for line in differences(copy("case"), kind, wanted, disturb)]
        shutil.rmtree(folder / "case")
    return "\n".join([*wrong, f"{number} places"]) if not wrong else sys.exit("\n".join(wrong))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        print(run(sys.argv[1], Path(temporary)))
