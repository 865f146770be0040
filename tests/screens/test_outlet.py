"""A terminal that stands still holds nothing up; one that is gone is noticed."""

import os
import pty
import select
import threading
from collections.abc import Iterator

import pytest

from screens.outlet import MOST, Outlet


class Line:
    """A pseudo-terminal, and an outlet to it."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        self.again, self.gone = threading.Event(), threading.Event()
        self.outlet = Outlet(self.slave, self.again.set, self.gone.set)

    def take(self, until: bytes) -> bytes:
        """What comes, up to a text."""
        came = b""
        while until not in came:
            assert select.select([self.master], [], [], 30)[0], f"{until!r} does not come after {came[-200:]!r}"
            came += os.read(self.master, 65536)
        return came

    def cut(self) -> None:
        """The terminal is gone."""
        os.close(self.master)
        self.master = -1


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    if made.master >= 0:
        made.cut()
    os.close(made.slave)


def test_what_is_written_comes_in_its_order(line: Line) -> None:
    for number in range(100):
        line.outlet.write(f"{number} ")
    assert line.take(b"99 ").split() == [str(number).encode() for number in range(100)]
    line.outlet.drain()


def test_a_terminal_that_stands_still_holds_up_nobody_and_is_painted_anew_when_it_goes_on(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.outlet.PATIENCE", 0.1)
    for _ in range(100):
        line.outlet.write("x" * (MOST // 50))
    line.outlet.drain()
    assert not line.again.is_set()
    going = threading.Thread(target=line.take, args=(b"anew",), daemon=True)
    going.start()
    assert line.again.wait(30)
    line.outlet.write("anew")
    going.join(30)
    assert not going.is_alive()


def test_a_terminal_that_is_gone_is_told_once_and_takes_all_in_silence(line: Line) -> None:
    line.cut()
    line.outlet.write("a")
    assert line.gone.wait(30)
    for _ in range(100):
        line.outlet.write("x" * 10000)
    line.outlet.drain()
