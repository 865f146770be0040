"""Another one at work: looked at and left alone, taken over from, or told to keep the bridge."""

import os
import re

import pytest

from installer.errors import HostError
from installer.guard import CONFIRMED
from installer.lock import BusyError, Lock
from installer.machine import Machine
from installer.notice import ASKED
from installer.running import Left
from installer.steps.bridge_guard import UNIT as GUARD
from tests.debian import FakeDebian
from tests.plain.paper import Desk, Paper, Script


def test_another_one_at_work_is_looked_at_and_left_alone(desk: Desk) -> None:
    other = desk.machine()
    other.hold()

    def go(paper: Paper) -> Script:
        paper.see(f"It is process {os.getpid()}", "Nothing is being changed at the moment.", "[1 Leave]")
        yield "look"
        paper.see(f"It is process {os.getpid()}")
        yield ""

    assert desk.type(go, hold=True) == 0
    other.release()
    assert not (desk.state / "draft.json").exists()


def test_it_takes_over_once_the_other_one_has_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    other = desk.machine()
    other.hold()
    monkeypatch.setattr(Machine, "ask_to_stop", lambda machine, busy: other.release())

    def go(paper: Paper) -> Script:
        yield "take over"
        paper.see("It was asked to stop", "Welcome, step 1 of 10")

    assert desk.type(go, hold=True) == 0


def test_the_guard_of_the_network_is_told_to_keep_the_bridge_and_not_taken_over_from(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeDebian, "main_pid", lambda host, unit: os.getpid() if unit == GUARD else 0)
    guard = Lock(desk.state)
    written = FakeDebian.write

    def write(host: FakeDebian, name: str, text: str, mode: int = 0o644) -> None:
        written(host, name, text, mode)
        if name == CONFIRMED:
            guard.__exit__(None, None, None)

    monkeypatch.setattr(FakeDebian, "write", write)

    def go(paper: Paper) -> Script:
        paper.see("The guard of the network is at work", "[1 Leave]")
        assert not re.search("Take over|Keep the bridge", paper.said)
        desk.host.write(ASKED, "the bridge xenbr0 waits\n")
        yield "look"
        paper.see("The new bridge waits for your word", "says: the bridge xenbr0 waits.")
        assert "Take over" not in paper.said
        yield "keep"
        paper.see("The guard was told to keep the bridge.", "Welcome, step 1 of 10")

    with pytest.raises(HostError, match="is not interrupted"):
        desk.machine().ask_to_stop(BusyError(os.getpid()))
    guard.__enter__()
    assert desk.type(go, hold=True) == 0


def test_what_a_killed_one_has_begun_is_waited_for_and_not_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [Left(os.getpid(), "dpkg --configure --pending")]
    monkeypatch.setattr("installer.lock.left_running", lambda: left[0] if left else None)

    def go(paper: Paper) -> Script:
        paper.see("What was begun is still at work", f"dpkg --configure --pending (process {os.getpid()})", "[1 Leave]")
        assert "Take over" not in paper.said
        left.clear()
        yield "look"
        paper.see("Welcome, step 1 of 10")

    with pytest.raises(HostError, match="dpkg --configure --pending is at work, and is not interrupted"):
        desk.machine().ask_to_stop(BusyError(os.getpid(), left[0].words))
    assert desk.type(go, hold=True) == 0
