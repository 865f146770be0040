"""What takes a while: a word about it, and a way out."""

import threading
from pathlib import Path

import pytest

from installer.errors import HostError
from installer.facts import Facts
from installer.host import Host, NoHost
from installer.machine import Machine
from plain.teletype import Teletype
from plain.visit import Visit
from plain.waiting import waited
from tests.machines import machine
from tests.plain.paper import Desk


class Slow(NoHost):
    """A machine that waits for a disk."""

    waits_for = "/dev/sdz"


def test_a_slow_machine_is_named_once(tmp_path: Path) -> None:
    sent = bytearray()
    visit = Visit(Machine(tmp_path, Slow(), lambda host: machine()), None, Teletype(write=sent.extend))
    visit.remind()
    visit.remind()
    assert sent == b"  waiting for: /dev/sdz\n"


def test_somebody_is_reminded_while_it_lasts() -> None:
    enough = threading.Event()
    reminded: list[int] = []

    def remind() -> None:
        reminded.append(1)
        if len(reminded) == 3:
            enough.set()

    assert waited(lambda: enough.wait(60), remind, 0.001)
    assert len(reminded) >= 3


def test_what_fails_is_raised_where_one_waits() -> None:
    def fail() -> None:
        raise HostError("no such disk")

    with pytest.raises(HostError, match="no such disk"):
        waited(fail, lambda: None, 60)


def test_ctrl_c_while_it_looks_leaves(desk: Desk) -> None:
    def look(host: Host) -> Facts:
        raise KeyboardInterrupt

    assert desk.type(lambda paper: iter(()), machine=Machine(desk.state, NoHost(), look)) == 0
    assert "Nothing has been changed on this machine." in desk.paper.text
