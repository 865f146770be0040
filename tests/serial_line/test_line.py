"""The driver on a line: held by XOFF, slow, torn, damaged, resized and cut."""

import os
import select
import signal
import termios
from collections.abc import Iterator

import pytest

from tests.serial_line.line import LONGEST, program

XOFF, XON = b"\x13", b"\x11"
HELD = {"TEXTUAL_SERIAL_XON": "1"}


@pytest.fixture
def counted() -> Iterator[tuple[int, int]]:
    """A pipe by which the program says that it has counted."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def counting(line_ends: tuple[int, int]) -> tuple[str, ...]:
    """The program that counts."""
    return ("-m", "tests.serial_line.counting", str(line_ends[1]))


def has_counted(ends: tuple[int, int]) -> None:
    """Waits until the program says so."""
    assert select.select([ends[0]], [], [], LONGEST)[0]
    os.read(ends[0], 1)


def test_after_a_hold_the_newest_state_comes_and_no_other(counted: tuple[int, int]) -> None:
    with program(*counting(counted), environ=HELD, passed=counted[1]) as far:
        far.until_text("ready", "stays")
        far.type(XOFF + b"c")
        has_counted(counted)
        before = len(far.received)
        far.type(XON)
        far.until_text("number 300")
        assert len(far.received) - before < 40


def test_a_program_ends_though_its_line_is_held(counted: tuple[int, int]) -> None:
    with program(*counting(counted), environ=HELD, passed=counted[1]) as far:
        modes = far.modes_before
        far.until_text("ready", "stays")
        assert not far.modes()[1] & termios.OPOST
        far.type(XOFF + b"c")
        has_counted(counted)
        far.type(b"\x0fq")
        assert far.program.wait(LONGEST) == 0
        assert far.modes() == modes


def test_without_flow_control_the_keys_are_keys(counted: tuple[int, int]) -> None:
    with program(*counting(counted), passed=counted[1]) as far:
        far.until_text("ready", "stays")
        far.type(b"\x11")
        assert far.ended() == 0
        assert far.modes() == far.modes_before
        assert far.text().strip() == ""


@pytest.mark.parametrize("keys", [b"\x1bOP", b"\x1b[11~", b"\x1b[[A", b"\x1b1", b"\x0f1"])
def test_f1_in_every_way_that_a_terminal_says_it(counted: tuple[int, int], keys: bytes) -> None:
    with program(*counting(counted), passed=counted[1]) as far:
        far.until_text("ready", "stays")
        far.type(keys)
        far.until_text("helped")


def test_a_line_of_9600_baud_shows_the_end_of_it_all(counted: tuple[int, int]) -> None:
    with program(*counting(counted), environ={"TEXTUAL_SERIAL_RATE": "9600"}, passed=counted[1]) as far:
        far.until_text("ready", "stays")
        before = len(far.received)
        far.type(b"c")
        far.until_text("number 300")
        has_counted(counted)
        # All 300 states would have taken more than 300 × 4 bytes.
        assert len(far.received) - before < 1200


def test_ctrl_l_mends_what_the_kernel_wrote_over(counted: tuple[int, int]) -> None:
    with program(*counting(counted), passed=counted[1]) as far:
        far.until_text("ready", "stays")
        whole = far.text()
        far.stream.feed(b"\x1b[H[  1.5] eth0: link up\r\n\x0e\x1b[1;7m\x1b[20;3Hjunk\x1b[1;23r\x1b(0")
        assert far.text() != whole
        far.type(b"\x0c")
        far.until(lambda: far.text() == whole)


def test_another_size(counted: tuple[int, int]) -> None:
    with program("-m", "tests.serial_line.sample") as far:
        far.until_text("Leave", "< Help >")
        far.resize(60, 12)
        far.until_text("xenstrap  1/9  Start")
        assert far.text().splitlines()[0] == "xenstrap  1/9  Start"


def test_a_line_that_is_cut_ends_the_program(counted: tuple[int, int]) -> None:
    with program(*counting(counted), passed=counted[1]) as far:
        far.until_text("ready", "stays")
        far.cut()
        assert far.program.wait(LONGEST) == -signal.SIGHUP


def test_a_program_that_is_stopped_unasked_takes_the_terminal_again() -> None:
    with program("-m", "tests.serial_line.sample") as far:
        far.until_text("Leave", "< Help >")
        ours = far.modes()
        os.kill(far.program.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, far.program.pid, os.WSTOPPED | os.WNOWAIT)
        termios.tcsetattr(far.master, termios.TCSANOW, far.modes_before)
        before = len(far.received)
        os.kill(far.program.pid, signal.SIGCONT)
        far.until(lambda: b"Leave" in far.received[before:] and "< Help >" in far.text())
        assert far.modes() == ours
        far.type(b"\x11")
        assert far.ended() == 0
        assert far.modes() == far.modes_before
