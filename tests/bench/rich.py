"""The wizard on a usual terminal beside a whiptail wizard of the same pages, in one run: pages and keys until painted.

Both go through the pages of a captured machine, ours also through those of a machine with 1,000 disks, on a pty of
80x24 whose terminal answers nothing. A page or a key is painted when the last byte that it brings is there.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from screens.pages import asked_pages
from tests.bench.large import large
from tests.bench.serial import ENTER, ROOT, Far, running
from tests.bench.wizard import DOWN, MACHINE, UP, Program, memory, whiptails

KEYS = 5
"""Times down and up again on each page."""
STILL = 0.1
"""Seconds of silence after which a key has brought all that it brings."""
LIMIT = 100
"""Milliseconds within which a page is to be painted."""


class Page(NamedTuple):
    """Of one page: seconds until it is painted, and those of each key on it."""

    painted: float
    keys: Sequence[float]


class Walk(NamedTuple):
    """Through all pages; the first one counts from the start of the program. Peak memory in MiB."""

    pages: Sequence[Page]
    peak: float


def ours(name: str, facts: Path) -> Program:
    """This project's wizard, with the beginning of each page's sentence."""
    argv = [sys.executable, "-m", "installer", "wizard", "--rich", "--facts", str(facts)]
    return Program(name, argv, ["> 1 Start <", *(page.sentence[:24] for page in asked_pages(None)), "changes:"])


def painted(far: Far, key: bytes) -> float:
    """Seconds until the last byte that a key brings, 0 where it brings none."""
    started = time.monotonic()
    os.write(far.master, key)
    if not far.read(1.0):
        return 0.0
    while far.read(STILL):
        pass
    return far.last - started


def walk(program: Program, folder: str) -> Walk:
    """Once through all pages, with some keys on each."""
    environ = {"XDG_CACHE_HOME": folder, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    pages, peak = [], 0.0
    started = time.monotonic()
    with running(program.argv, environ) as (far, process):
        for text in program.pages:
            far.page(text)
            shown = far.last - started
            keys = [painted(far, key) for key in (*[DOWN] * KEYS, *[UP] * KEYS)] if text != program.pages[-1] else []
            pages.append(Page(shown, keys))
            peak = max(peak, memory(process.pid))
            started = time.monotonic()
            os.write(far.master, ENTER)
    return Walk(pages, peak)


def row(program: Program, runs: int) -> str:
    """The figures: medians of some runs, and the slowest of all."""
    with tempfile.TemporaryDirectory() as folder:
        walks = [walk(program, f"{folder}/{number}") for number in range(runs)]
    first = statistics.median(each.pages[0].painted for each in walks)
    pages = [page.painted * 1000 for each in walks for page in each.pages[1:-1]]
    keys = [key * 1000 for each in walks for page in each.pages for key in page.keys]
    late = sum(each > LIMIT for each in (*pages, *keys))
    cells = (
        program.name, f"{first:.2f}", f"{statistics.median(pages):.0f}", f"{max(pages):.0f}",
        f"{statistics.median(keys):.0f}", f"{max(keys):.0f}", f"{late} of {len(pages) + len(keys)}",
        f"{max(each.peak for each in walks):.0f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main(runs: int = 3) -> None:
    """Print the table."""
    print("| | start to page, s | page, ms | slowest | key, ms | slowest | over 100 ms | peak, MiB |")
    print("|---" * 8 + "|")
    print(row(whiptails(), runs), flush=True)
    print(row(ours("xenstrap", ROOT / f"tests/captured/{MACHINE}.json"), runs), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        facts = Path(folder, "large.json")
        facts.write_text(large(1))
        print(row(ours("xenstrap, 1,000 disks, 64 NICs, 4,000 PCI functions", facts), runs), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
