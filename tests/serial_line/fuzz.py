"""Random screens, one after the other, against the reference; more of them when run as a program."""

import random
import sys

from tests.serial_line.reference import Reference
from textual_serial.cells import BG_SHIFT, BLANK, BOLD, FG_SHIFT, REVERSE, UNDERLINE, Row, seen
from textual_serial.emitter import UNLIMITED, Emitter
from textual_serial.glyphs import Glyphs
from textual_serial.kinds import Depth, Repertoire

PLAIN = [0, BOLD, REVERSE, UNDERLINE, BOLD | REVERSE]
LOOKS: dict[Depth, list[int]] = {
    0: [0, 0, 0, 0, *PLAIN],
    8: [0, 0, *PLAIN, 2 << FG_SHIFT, 3 << FG_SHIFT | BOLD, 5 << BG_SHIFT, 8 << FG_SHIFT | 2 << BG_SHIFT],
    16: [0, 0, *PLAIN, 16 << FG_SHIFT, 9 << FG_SHIFT | 12 << BG_SHIFT, 3 << BG_SHIFT | UNDERLINE],
}
LETTERS: dict[Repertoire, str] = {
    "ascii": "abcdefg   ~!>x",
    "vt100": "abcd  ──│┌┐└┘├┼◆▒xyz·",
    "linux": "abc  ─│█▄°éx",
    "utf8": "abc  ─│█é▔…漢字x",
}


class Fuzz:
    """A screen that changes at random as programs change theirs, and a terminal that follows."""

    def __init__(self, seed: int, repertoire: Repertoire, depth: Depth, width: int = 20, height: int = 6) -> None:
        self.random = random.Random(seed)
        self.width, self.height = width, height
        self.letters, self.looks = LETTERS[repertoire], LOOKS[depth]
        glyphs = Glyphs(repertoire)
        self.rows = self._empty(height)
        self.emitter, self.reference = Emitter(width, height, glyphs), Reference(width, height, glyphs, depth)

    def update(self) -> None:
        """One more screen; the terminal must show it, with the cursor in its place."""
        self.random.choices([self._write, self._lines, self._move, self._page, self._nothing], [50, 20, 20, 3, 7])[0]()
        if self.random.random() < 0.005:
            self.emitter.forget()
        cursor = (self.random.randrange(self.height), self.random.randrange(self.width))
        limit = self.random.choice([12, 40, UNLIMITED, UNLIMITED])
        while piece := self.emitter.next_piece(self.rows, cursor, limit):
            self.reference.feed(piece)
            if self.random.random() < 0.05:
                # News while the last state is still under way.
                self._write()
        assert self.reference.rows() == self.rows
        assert self.reference.cursor() == cursor

    def _empty(self, count: int) -> list[Row]:
        return [[BLANK] * self.width for _ in range(count)]

    def _write(self) -> None:
        for _ in range(self.random.randint(1, 4)):
            row = self.rows[self.random.randrange(self.height)]
            self._put(row, self.random.randrange(self.width), self.random.randint(1, 12))

    def _put(self, row: Row, start: int, count: int) -> None:
        look = self.random.choice(self.looks)
        for x in range(start, min(start + count, self.width)):
            letter = self.random.choice(self.letters)
            if letter in "漢字":
                if x + 1 < self.width:
                    self._part(row, x, x + 2)
                    row[x], row[x + 1] = seen(letter, look), ("", seen(" ", look)[1])
            else:
                self._part(row, x, x + 1)
                row[x] = seen(letter, look)

    def _part(self, row: Row, start: int, end: int) -> None:
        if start > 0 and row[start][0] == "":
            row[start - 1] = BLANK
        if end < self.width and row[end][0] == "":
            row[end] = BLANK

    def _lines(self) -> None:
        words = " ".join(self.random.choices(["Memory", "of", "dom0", "eth0", "[x]", "yes", "com1"], k=7))
        line = words[: self.random.randint(0, self.width)].ljust(self.width)
        self.rows[self.random.randrange(self.height)] = [seen(letter, 0) for letter in line]

    def _move(self) -> None:
        top, bottom = sorted(self.random.sample(range(self.height), 2))
        count = self.random.randint(1, bottom - top)
        region, fresh = self.rows[top : bottom + 1], self._empty(count)
        moved = region[count:] + fresh if self.random.random() < 0.5 else fresh + region[:-count]
        self.rows[top : bottom + 1] = moved

    def _page(self) -> None:
        self.rows = self._empty(self.height)
        for _ in range(self.random.randint(0, 8)):
            self._lines()

    def _nothing(self) -> None:
        pass


KINDS: list[tuple[Repertoire, Depth]] = [("ascii", 0), ("vt100", 0), ("vt100", 8), ("linux", 8), ("utf8", 16)]


def run(seed: int, repertoire: Repertoire, depth: Depth, updates: int) -> int:
    """So many updates; the bytes that they took."""
    fuzz = Fuzz(seed, repertoire, depth)
    for _ in range(updates):
        fuzz.update()
    fuzz.reference.check()
    return len(fuzz.reference.received)


if __name__ == "__main__":
    for number, kind in enumerate(KINDS):
        each = int(sys.argv[1]) // len(KINDS)
        print(*kind, each, "updates,", run(1000 + number, *kind, each), "bytes, no mismatch", flush=True)
