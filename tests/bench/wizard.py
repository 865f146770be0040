"""The wizard on a serial line beside a whiptail wizard of the same pages, in one run: seconds, bytes, memory.

Both go through the pages of a captured machine on a pty of 80x24 whose terminal answers nothing: as fast as they can,
and at 9600 baud, where the far end takes 960 bytes a second and no more.
"""

import os
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from screens.draft import default_text
from screens.page import always
from screens.pages import asked_pages
from screens.purpose import purpose
from tests.bench.serial import BYTES_A_SECOND, ENTER, ROOT, Far, running
from tests.captured.test_captured import facts

MACHINE = "trixie-uefi-networkd-native"
UP, DOWN = b"\x1bOA", b"\x1bOB"
KEYS = 50


class Program(NamedTuple):
    """A wizard: how it is started, and a text by which each of its pages is known."""

    name: str
    argv: Sequence[str]
    pages: Sequence[str]


class Walk(NamedTuple):
    """Seconds until the first sign and the first page; seconds and bytes of each page; seconds of each key; MiB."""

    sign: float
    pages: Sequence[float]
    bytes: Sequence[int]
    keys: Sequence[float]
    peak: float


def ours() -> Program:
    """This project's wizard; it looks at the captured machine."""
    file = ROOT / f"tests/captured/{MACHINE}.json"
    argv = [sys.executable, "-m", "installer", "wizard", "--serial", "--facts", str(file)]
    return Program("xenstrap", argv, ["> 1 Start <", *(page.brief for page in asked_pages(None)), "changes:"])


def whiptails() -> Program:
    """The same pages in whiptail: a menu of the same fields, each with its value, below the same sentence."""
    orders = [["whiptail", "--title", "Welcome", "--msgbox", purpose(new=False), "20", "76"]]
    for page in asked_pages(None):
        fields = [field for field in page.fields(facts(MACHINE)) if field.word.rare is not always]
        items = [text for field in fields for text in (field.word.label, default_text(field.key))]
        orders.append(["whiptail", "--title", page.title, "--menu", page.sentence, "20", "76", "9", *items])
    orders.append(["whiptail", "--title", "Review", "--yesno", "Make these changes now?", "20", "76"])
    script = "\n".join(map(shlex.join, orders))
    return Program("whiptail", ["sh", "-c", script], ["Welcome", *(page.title for page in asked_pages(None)), "Review"])


def walk(program: Program, rate: int, folder: str) -> Walk:
    """Once through all pages; keys are counted on the one before the last, whose fields are plain."""
    environ = {"XDG_CACHE_HOME": folder} | ({"TEXTUAL_SERIAL_RATE": str(rate * 10)} if rate else {})
    seconds, count, keys, peak = [], [], [], 0.0
    started = time.monotonic()
    with running(program.argv, environ, rate) as (far, process):
        early = far.read(60.0)
        sign = far.last - started
        for text in program.pages:
            count.append(far.page(text) + early)
            early = 0
            seconds.append(far.last - started)
            if text == program.pages[-3]:
                keys = [key_time(far, UP if number % 2 else DOWN) for number in range(KEYS)]
            peak = max(peak, memory(process.pid))
            started = time.monotonic()
            os.write(far.master, ENTER)
    return Walk(sign, seconds, count, keys, peak)


def key_time(far: Far, key: bytes) -> float:
    """Seconds until the first byte that a key brings is there; the others are waited for."""
    started = time.monotonic()
    os.write(far.master, key)
    far.read(2.0)
    took = far.last - started
    far.burst(0.1)
    return took


def memory(pid: int) -> float:
    """The peak memory of a process, or of the child that it waits for, in MiB."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    status = Path(f"/proc/{children[0] if children else pid}/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def row(program: Program, runs: int) -> dict[str, str]:
    """The figures, medians of some runs."""
    with tempfile.TemporaryDirectory() as folder:
        fast = [walk(program, 0, f"{folder}/{number}") for number in range(runs)]
        slow = [walk(program, BYTES_A_SECOND, f"{folder}/slow{number}") for number in range(runs)]

    def middle(found: Sequence[float]) -> str:
        return f"{statistics.median(found):.2f}"

    later = [max(run.pages[1:]) for run in slow]
    return {
        "first page, B": str(fast[0].bytes[0]),
        "next pages, B": f"{min(fast[0].bytes[1:])}–{max(fast[0].bytes[1:])}",
        "start to first sign, ms": f"{statistics.median(run.sign for run in fast) * 1000:.0f}",
        "start to page, s": middle([run.pages[0] for run in fast]),
        "at 9600 baud": middle([run.pages[0] for run in slow]),
        "next page at 9600, s": middle([statistics.median(run.pages[1:]) for run in slow]),
        "slowest page": middle(later),
        "key, ms": f"{statistics.median(each for run in fast for each in run.keys) * 1000:.0f}",
        "peak, MiB": f"{max(run.peak for run in fast):.0f}",
    }


def main(runs: int = 3) -> None:
    """Print the table."""
    rows = [(program.name, row(program, runs)) for program in (whiptails(), ours())]
    columns = list(rows[0][1])
    print("| |", " | ".join(columns), "|")
    print("|---" * (len(columns) + 1) + "|")
    for name, found in rows:
        print("|", name, "|", " | ".join(found.values()), "|", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
