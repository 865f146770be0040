"""The start: the size that nobody knows, the early page, a quiet kernel."""

import os
import signal
from pathlib import Path

import pytest

from tests.serial_line.first_page import CURSOR, LINES
from tests.serial_line.line import program
from textual_serial.probe import QUESTION, WHETHER_UTF8, answer, reports
from textual_serial.quiet import Quiet

EARLY = """
from textual_serial import early
early.paint({page})
import sys
assert "textual" not in sys.modules and "typing" not in sys.modules
{then}
"""
WAITING = '["xenstrap  1/9  Start", "", "Looking at the machine ..."], (0, 0), bold=[0]'
SAMPLE = "from tests.serial_line.sample import Sample\nSample().run()"


def test_a_terminal_tells_its_size_and_keys_are_not_lost() -> None:
    with program("-m", "tests.serial_line.sample", size=(0, 0), shown=(70, 20)) as far:
        far.until(lambda: far.received.startswith(QUESTION))
        far.type(b"\x1b[B\x1b[20;70R\x1b[B")
        far.until_text("> Look at what would happen", "< Help >")
        assert WHETHER_UTF8 not in far.received


@pytest.mark.parametrize(("column", "shown"), [(2, "├─"), (4, "+-")])
def test_a_terminal_tells_whether_it_reads_utf8(column: int, shown: str) -> None:
    environ = {"TEXTUAL_SERIAL_GLYPHS": "linux"}
    program_ = "from rich.text import Text; from tests.serial_line.sample import Push, Sample; "
    program_ += "Push.render = lambda push: Text('├─'); Sample().run()"
    with program("-c", program_, size=(0, 0), shown=(70, 20), environ=environ, utf8=True) as far:
        far.until(lambda: far.received.startswith(QUESTION + WHETHER_UTF8))
        far.type(b"\x1b[20;70R\x1b[1;%dR" % column)
        far.until_text("Leave", shown)


def test_a_mute_terminal_gets_the_usual_size() -> None:
    with program("-m", "tests.serial_line.sample", size=(0, 0), shown=(80, 24)) as far:
        far.until_text("Leave", "< Help >")


def test_an_answer_that_is_there_counts_however_late_it_is_read() -> None:
    far, ours = os.pipe()
    try:
        assert answer(far, 0.0, whether_utf8=False).size is None
        os.write(ours, b"a\x1b[50;132R")
        told = answer(far, 0.0, whether_utf8=False)
        assert (told.size, told.typed) == ((132, 50), b"a")
    finally:
        os.close(far)
        os.close(ours)


def test_reports_among_keys() -> None:
    assert reports(b"a\x1b[24;80Rb\x1b[A\x1b[24;2R") == ([(24, 80), (24, 2)], b"ab\x1b[A")
    assert reports(b"\x1b[1;5C\x1b[24;8") == ([], b"\x1b[1;5C\x1b[24;8")


def test_an_early_page_is_taken_over_as_it_stands() -> None:
    with program("-c", EARLY.format(page=WAITING, then=SAMPLE)) as far:
        far.until_text("Looking at the machine ...")
        far.until_text("xenstrap  1/9  Start", "Leave", "< Help >")
        assert far.received.count(b"xenstrap") == 1
        assert far.received.count(b"\x1b[H\x1b[J") == 1
        far.type(b"\x11")
        assert far.ended() == 0
        assert far.modes() == far.modes_before


def test_a_whole_early_page_is_all_that_is_sent() -> None:
    page = f"{LINES!r}, {CURSOR!r}, bold=[0]"
    patient = "from textual_serial import output\noutput.SETTLE = output.FIRST_AT_MOST = 1.0\n"
    with program("-c", EARLY.format(page=page, then=patient + SAMPLE)) as far:
        far.until_text("Leave", "< Help >")
        before = len(far.received)
        # The answer to a key tells that the program has come.
        far.type(b"\x1b[B")
        far.until_text("> Use an answer file")
        assert len(far.received) - before == 5


def test_keys_typed_over_an_early_page_reach_the_program() -> None:
    with program("-c", EARLY.format(page=WAITING, then=SAMPLE)) as far:
        far.until_text("Looking at the machine ...")
        far.type(b"\x1b[B")
        far.until_text("> Use an answer file")
        assert "^[" not in far.text()


def test_a_program_that_never_comes_leaves_the_terminal_as_it_was() -> None:
    with program("-c", EARLY.format(page=WAITING, then="sys.exit(3)")) as far:
        assert far.ended() == 3
        assert far.modes() == far.modes_before
        assert far.text().strip() == ""


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    """/proc and /sys of a machine whose console is ttyS0."""
    level, active = tmp_path / "proc/sys/kernel/printk", tmp_path / "sys/class/tty/console/active"
    for file, text in ((level, "7\t4\t1\t7\n"), (active, "tty0 ttyS0\n")):
        file.parent.mkdir(parents=True)
        file.write_text(text)
    return tmp_path / "proc", tmp_path / "sys"


@pytest.mark.parametrize("tty", ["/dev/ttyS0", "/dev/tty2"])
def test_the_kernel_is_quiet_on_its_console_while_the_program_runs(roots: tuple[Path, Path], tty: str) -> None:
    quiet, level = Quiet(tty, *roots), roots[0] / "sys/kernel/printk"
    quiet.begin()
    assert level.read_text() == "1"
    quiet.end()
    assert level.read_text() == "7"


@pytest.mark.parametrize("tty", ["/dev/ttyS1", "/dev/pts/0", ""])
def test_the_kernel_speaks_on_where_nobody_sees_it(roots: tuple[Path, Path], tty: str) -> None:
    quiet, level = Quiet(tty, *roots), roots[0] / "sys/kernel/printk"
    quiet.begin()
    assert level.read_text() == "7\t4\t1\t7\n"


def test_a_level_that_somebody_set_meanwhile_stays(roots: tuple[Path, Path]) -> None:
    quiet, level = Quiet("/dev/ttyS0", *roots), roots[0] / "sys/kernel/printk"
    quiet.begin()
    level.write_text("4")
    quiet.end()
    assert level.read_text() == "4"


QUIETED = """
import runpy, sys
from textual_serial import driver, early, quiet
early.Quiet = driver.Quiet = lambda tty: quiet.Quiet("/dev/ttyS0", sys.argv[1] + "/proc", sys.argv[1] + "/sys")
early.paint(["At once"], (0, 0))
runpy.run_module(sys.argv.pop(2), run_name="__main__")
"""


@pytest.mark.parametrize(
    ("module", "number", "status"),
    [
        ("tests.serial_line.sample", signal.SIGTERM, -signal.SIGTERM),
        ("tests.serial_line.sample", signal.SIGHUP, -signal.SIGHUP),
        ("tests.serial_line.whole", signal.SIGTERM, 0),
        ("tests.serial_line.whole", signal.SIGHUP, 0),
    ],
)
def test_a_program_that_is_told_to_end_puts_terminal_and_kernel_right(
    roots: tuple[Path, Path], module: str, number: signal.Signals, status: int
) -> None:
    level = roots[0] / "sys/kernel/printk"
    with program("-c", QUIETED, str(roots[0].parent), module) as far:
        far.until(lambda: "Help >" in far.text() or "1 Start <" in far.text())
        assert level.read_text() == "1"
        os.kill(far.program.pid, number)
        assert far.ended() == status
        assert level.read_text() == "7"
        assert far.modes() == far.modes_before
        assert far.text().strip() == ""


SLOW_TO_COME = QUIETED.replace("runpy.run_module", "import time; time.sleep(60); runpy.run_module")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_so_does_one_that_has_not_come_yet(roots: tuple[Path, Path], number: signal.Signals) -> None:
    level = roots[0] / "sys/kernel/printk"
    with program("-c", SLOW_TO_COME, str(roots[0].parent), "tests.serial_line.sample") as far:
        far.until_text("At once")
        far.until(lambda: level.read_text() == "1")
        os.kill(far.program.pid, number)
        assert far.ended() == -number
        assert level.read_text() == "7"
        assert far.modes() == far.modes_before
        assert far.text().strip() == ""


def test_elsewhere_the_kernel_may_talk(roots: tuple[Path, Path]) -> None:
    quiet = Quiet("/dev/ttyS1", *roots)
    quiet.begin()
    assert (roots[0] / "sys/kernel/printk").read_text() == "7\t4\t1\t7\n"
