"""What a killed xenstrap has begun goes on without it: nobody else begins before that has ended."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from installer import running
from installer.host import Host
from installer.lock import BusyError, Lock
from installer.running import left_running, noted

AT_WORK = """\
import sys
from pathlib import Path
from installer import running
from installer.host import Host
running.PLACE = Path(sys.argv[1])
{begin}
"""
BEGIN = {
    "run": 'Host().run("sleep", "1000")',
    "stream": 'list(Host().stream("sh", "-c", "sleep 1000; :", "{fd}"))',
}


def wait_until(holds: Callable[[], bool]) -> None:
    """Look until it holds."""
    while not holds():
        os.sched_yield()


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where commands are noted."""
    monkeypatch.setattr(running, "PLACE", tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture(params=BEGIN)
def killed(place: Path, request: pytest.FixtureRequest) -> Iterator[int]:
    """An xenstrap that was killed in the middle of a command; the command's session."""
    other = subprocess.Popen([sys.executable, "-c", AT_WORK.format(begin=BEGIN[request.param]), str(place)])
    wait_until(lambda: place.exists() and any(place.iterdir()))
    assert left_running() is None, "its xenstrap is there"
    other.kill()
    other.wait()
    (note,) = place.iterdir()
    yield int(note.name)
    for pid in running.session_of(int(note.name)):
        subprocess.run(["kill", "-9", str(pid)], check=False)


def test_nobody_begins_before_that_has_ended(killed: int, tmp_path: Path) -> None:
    said = r"what an xenstrap that was killed has begun \((sleep 1000|sh -c sleep 1000; : \d+)\) is at work on this"
    with pytest.raises(BusyError, match=said) as busy, Lock(tmp_path):
        pass
    assert busy.value.pid in set(running.session_of(killed))
    with Lock(tmp_path, wait=True):
        pass  # the guard of the network waits for nothing that a unit's end takes along
    for pid in running.session_of(killed):
        subprocess.run(["kill", "-9", str(pid)], check=True)
    wait_until(lambda: left_running() is None)
    with Lock(tmp_path):
        pass


def test_what_has_ended_is_noted_no_more(place: Path) -> None:
    Host().run("true")
    list(Host().stream("true"))
    with noted(1, ["true"]):
        assert [note.name for note in place.iterdir()] == ["1"]
    assert list(place.iterdir()) == []


def test_a_command_waits_for_no_room_for_its_note(place: Path) -> None:
    place.write_text("")
    with pytest.raises(ZeroDivisionError), noted(1, ["true"]):
        raise ZeroDivisionError
