"""The serial driver beside whiptail, dialog and Textual's own driver, in one run: bytes, and seconds at 9600 baud.

Bytes are those until 300 ms of silence on a pty of 80x24 whose terminal answers nothing. At 9600 baud the far end takes
960 bytes a second and no more.
"""

import os
import select
import shutil
import statistics
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyte

from tests.serial_line.first_page import CHOICES, INTRODUCTION

ROOT = Path(__file__).resolve().parents[2]
BYTES_A_SECOND = 960
SILENCE = 0.3
FIRST, NEXT = "Leave", "2560M"
"""What stands on those pages of each of the programs."""
DOWN, TAB, BACK, ENTER, SPACE = b"\x1bOB", b"\t", b"\x1b[Z", b"\r", b" "


SHELL = """
{program} --title "xenstrap 1/9 Start" --menu "$TEXT" 20 76 4 {choices}
{program} --title "xenstrap 2/9 Memory" --inputbox "Memory of dom0, as 4G:" 16 60 2560M
{program} --title "xenstrap 2/9 Memory" --checklist "Options" 16 60 2 1 "Guests may take memory" 0 2 "Keep 512 MiB" 0
"""
WORDS = " ".join(f'{number} "{choice}"' for number, choice in enumerate(CHOICES, 1))
Step = tuple[bytes, str | None]
PLAIN_STEPS: Sequence[Step] = (
    *((DOWN, "menu move"), (TAB, None), (TAB, "button to button"), (TAB, None)),
    *((ENTER, "next page"), (b"7", "typed character"), (ENTER, None), (SPACE, "toggle")),
)
STEPS: Sequence[Step] = (
    *((DOWN, "menu move"), (TAB, None), (TAB, "button to button"), (BACK, None)),
    *((ENTER, "next page"), (b"7", "typed character"), (TAB, None), (SPACE, "toggle")),
)
SAMPLE = [sys.executable, "-m", "tests.serial_line.sample"]
EARLY = """
from tests.serial_line import first_page
from textual_serial import early
early.paint(first_page.LINES, first_page.CURSOR, bold=[0])
import installer.engine
from tests.serial_line.sample import Sample
Sample().run()
"""
WITH_ENGINE = [sys.executable, "-c", EARLY]
COUNTING, COUNTED = [sys.executable, "-m", "tests.serial_line.counting"], "number 300"
OURS = {"TEXTUAL_DRIVER": "textual_serial:SerialDriver"}


class Far:
    """The far end of a line, and its screen; `rate` bytes a second at most, 0 for as many as come."""

    def __init__(self, master: int, rate: int) -> None:
        self.master, self.rate = master, rate
        self.last = self._free = time.monotonic()
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)

    def read(self, patience: float) -> int:
        """Bytes that came, 0 after that long a silence; `last` is when the last one was through the line."""
        if not select.select([self.master], [], [], patience)[0]:
            return 0
        try:
            piece = os.read(self.master, 16 if self.rate else 65536)
        except OSError:
            return 0
        count = len(piece)
        self._stream.feed(piece)
        self._free = max(self._free, time.monotonic()) + (count / self.rate if self.rate else 0)
        time.sleep(max(0.0, self._free - time.monotonic()))
        self.last = time.monotonic()
        return count

    def burst(self, patience: float = 10.0) -> int:
        """Bytes until it is silent."""
        total = 0
        while count := self.read(patience if not total else SILENCE):
            total += count
        return total

    def page(self, text: str) -> int:
        """Bytes until that text stands on the screen and nothing more comes."""
        total = 0
        while count := self.read(SILENCE if self.shows(text) else 60.0):
            total += count
        assert self.shows(text), f"{text} never came"
        return total

    def shows(self, text: str) -> bool:
        """Whether it stands there."""
        return any(text in line for line in self.screen.display)

    def answer(self, keys: bytes, text: str = "") -> tuple[int, float]:
        """Bytes that keys bring until a text stands there, if there is one, and seconds until the last of them."""
        started = time.monotonic()
        os.write(self.master, keys)
        count = self.page(text) if text else self.burst()
        return count, (self.last - started if count else 0.0)


@contextmanager
def running(
    argv: Sequence[str], environ: dict[str, str], rate: int = 0, *passed: int
) -> Iterator[tuple[Far, subprocess.Popen[bytes]]]:
    """A program on a pty."""
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    words = {"TERM": "vt100", "LANG": "C", "TEXT": INTRODUCTION, **environ}
    far = Far(master, rate)
    process = subprocess.Popen(
        argv, stdin=slave, stdout=slave, stderr=slave, pass_fds=passed, cwd=ROOT, env={**kept, **words}
    )
    os.close(slave)
    try:
        yield far, process
    finally:
        process.kill()
        process.wait()
        os.close(master)


def bytes_of(argv: Sequence[str], environ: dict[str, str], steps: Sequence[Step]) -> dict[str, str]:
    """What each thing costs."""
    with running(argv, environ) as (far, _):
        found = {"first page": str(far.page(FIRST))}
        for keys, figure in steps:
            count, _ = far.answer(keys, NEXT if figure == "next page" else "")
            if figure:
                found[figure] = str(count)
        started, idle = time.monotonic(), 0
        while (left := started + 3 - time.monotonic()) > 0:
            idle += far.read(left)
        found["idle B/s"] = str(round(idle / 3))
    return found


def seconds_of(argv: Sequence[str], environ: dict[str, str], steps: Sequence[Step], runs: int = 3) -> dict[str, str]:
    """First and next page at 9600 baud, medians; and for one that is typed into: keys and bursts of them.

    The page stands when its last byte is through the line; what follows within 300 ms counts too.
    """
    first, following = [], []
    for _ in range(runs):
        started = time.monotonic()
        with running(argv, environ, BYTES_A_SECOND) as (far, _process):
            far.page(FIRST)
            first.append(far.last - started)
            for keys, figure in steps:
                _, seconds = far.answer(keys, NEXT if figure == "next page" else "")
                if figure == "next page":
                    following.append(seconds)
                    break
    return {
        "start to page, s": f"{statistics.median(first):.2f}",
        "next page, s": f"{statistics.median(following):.2f}",
    }


def keys_of(environ: dict[str, str], count: int = 300) -> dict[str, str]:
    """From key to glyph at 9600 baud, p99; peak memory with the engine."""
    with running(WITH_ENGINE, environ, BYTES_A_SECOND) as (far, process):
        far.page(FIRST)
        for keys in (TAB, ENTER):
            far.answer(keys)
        took = []
        for number in range(count):
            started = time.monotonic()
            os.write(far.master, b"\x7f" if number % 2 else b"7")
            far.read(2.0)
            took.append(time.monotonic() - started)
            far.burst(0.1)
        status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    p99 = statistics.quantiles(took, n=100)[98] * 1000
    return {
        "key to glyph, ms": f"{statistics.median(took) * 1000:.0f}",
        "p99": f"{p99:.0f}",
        "peak, MiB": f"{peak:.0f}",
    }


def lag_of(environ: dict[str, str], runs: int = 20) -> dict[str, str]:
    """At 9600 baud, from the last of 300 states that follow each other at once until it stands there, at most."""
    lags = []
    for _ in range(runs):
        done, says = os.pipe()
        with running([*COUNTING, str(says)], environ, BYTES_A_SECOND, says) as (far, _process):
            far.page("stays")
            with ThreadPoolExecutor(1) as pool:
                last = pool.submit(lambda end: (os.read(end, 1), time.monotonic())[1], done)
                os.write(far.master, b"c")
                far.page(COUNTED)
                lags.append(far.last - last.result())
        os.close(done)
        os.close(says)
    return {"lag after 300 states, ms": f"{max(lags) * 1000:.0f}"}


def main() -> None:
    """The table of the README."""
    plain: list[tuple[str, list[str], dict[str, str], Sequence[Step]]] = [
        (f"{name}, vt100", ["sh", "-c", SHELL.format(program=name, choices=WORDS)], {}, PLAIN_STEPS)
        for name in ("whiptail", "dialog")
        if shutil.which(name)
    ]
    rows: list[tuple[str, dict[str, str]]] = []
    for name, argv, environ, steps in (*plain, ("Textual's own driver", SAMPLE, {}, STEPS)):
        rows.append(
            (name, bytes_of(argv, environ, steps) | seconds_of(argv, environ, steps, 1 if argv == SAMPLE else 3))
        )
    slow = OURS | {"TEXTUAL_SERIAL_RATE": "9600"}
    ours = bytes_of(SAMPLE, OURS, STEPS) | seconds_of(WITH_ENGINE, slow, STEPS, 5) | keys_of(slow) | lag_of(slow)
    rows.append(("textual_serial", ours))
    columns = list(ours)
    print("| |", " | ".join(columns), "|")
    print("|---" * (len(columns) + 1) + "|")
    for name, found in rows:
        print("|", name, "|", " | ".join(found.get(column, "–") for column in columns), "|", flush=True)


if __name__ == "__main__":
    main()
