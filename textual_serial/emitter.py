"""From the screen that is shown to the one that is wanted, by the fewest bytes that we know."""

from __future__ import annotations

from textual_serial.cells import BLANK, UNKNOWN, Row
from textual_serial.glyphs import Glyphs
from textual_serial.pen import Pen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

UNLIMITED = 1 << 30
_WORTH_A_TRY = 60
"""Below this many bytes no other way is looked for."""
_LEFT_OVER = 4
"""With fewer old letters in the way a line is not erased before it is written."""

Place = tuple[int, int]
"""A line and a column, from 0."""


class Emitter:
    """Knows what the terminal shows, and brings it nearer to what it should show, piece by piece."""

    def __init__(self, width: int, height: int, glyphs: Glyphs) -> None:
        self.pen = Pen(width, height, glyphs)
        self._weighed: list[Row] = []
        """The state for which the way has been chosen: once for each, however many pieces it takes."""

    def forget(self) -> None:
        """Nothing is known of the terminal any more; the next piece starts from a cleared screen."""
        self.pen = Pen(self.pen.width, self.pen.height, self.pen.glyphs)

    def resize(self, width: int, height: int) -> None:
        """The terminal has another size, and shows we know not what."""
        self.pen = Pen(width, height, self.pen.glyphs)

    def next_piece(self, wanted: Sequence[Row], cursor: Place | None, limit: int = UNLIMITED) -> bytes:
        """About `limit` bytes on the way to what is wanted; none when it stands and the cursor is in its place.

        Without a cursor's place it stays where the last change was.
        """
        fresh = self.pen.attributes is None
        if fresh:
            self.pen.begin()
        if self._weighed != wanted:
            self._weighed = [row[:] for row in wanted]
            best, way = self._best_way(wanted, cursor, fresh)
            if len(best.out) <= limit:
                self.pen = best
                return self._taken()
            if way:
                way(self.pen)
        if paint(self.pen, wanted, limit) and cursor:
            self.pen.move(*cursor)
        return self._taken()

    def _taken(self) -> bytes:
        piece = bytes(self.pen.out)
        self.pen.out.clear()
        return piece

    def _best_way(
        self, wanted: Sequence[Row], cursor: Place | None, fresh: bool
    ) -> tuple[Pen, Callable[[Pen], None] | None]:
        """What is to come before the differences are painted, if anything, and the terminal as it is then."""
        best, way = self._tried(wanted, cursor), None
        if len(best.out) > _WORTH_A_TRY and not fresh:
            for other in self._ways(wanted):
                trial = self._tried(wanted, cursor, other)
                if len(trial.out) < len(best.out):
                    best, way = trial, other
        return best, way

    def _tried(self, wanted: Sequence[Row], cursor: Place | None, way: Callable[[Pen], None] | None = None) -> Pen:
        """The terminal as it would be at the end of that way."""
        trial = self.pen.fork()
        if way:
            way(trial)
        paint(trial, wanted, UNLIMITED)
        if cursor:
            trial.move(*cursor)
        return trial

    def _ways(self, wanted: Sequence[Row]) -> list[Callable[[Pen], None]]:
        """What may come before the differences are painted."""
        ways: list[Callable[[Pen], None]] = [Pen.clear]
        if shift := best_shift(self.pen.rows, wanted):
            ways.append(lambda pen: pen.scroll(*shift))
        return ways


def paint(pen: Pen, wanted: Sequence[Row], limit: int) -> bool:
    """Makes the lines as wanted, from the top; False when the limit came first."""
    erase_rest(pen, wanted)
    for y, row in enumerate(wanted):
        if row != pen.rows[y]:
            part_wide(pen.rows[y], row)
            if costs_less_erased(pen, y, row):
                pen.move(y, first_difference(pen.rows[y], row))
                pen.erase_line()
            if not paint_row(pen, y, row, limit):
                return False
    return True


def erase_rest(pen: Pen, wanted: Sequence[Row]) -> None:
    """Erases what stands below the last line that is wanted."""
    last = next((y for y in reversed(range(pen.height)) if text_end(wanted[y])), 0)
    if any(text_end(row) for row in pen.rows[last + 1 :]):
        end = text_end(wanted[last])
        if end == pen.width:
            pen.move(last + 1, 0)
        else:
            part_wide(pen.rows[last], wanted[last])
            pen.move(last, end)
        pen.erase_below()


def costs_less_erased(pen: Pen, y: int, row: Row) -> bool:
    """Whether the line is cheaper erased from its first difference on, and then written."""
    if [cell == BLANK != shown for cell, shown in zip(row, pen.rows[y], strict=True)].count(True) < _LEFT_OVER:
        return False
    start = first_difference(pen.rows[y], row)
    plain, erased = trial_of_row(pen, y), trial_of_row(pen, y)
    paint_row(plain, y, row, UNLIMITED)
    erased.move(y, start)
    erased.erase_line()
    paint_row(erased, y, row, UNLIMITED)
    return len(erased.out) < len(plain.out)


def trial_of_row(pen: Pen, y: int) -> Pen:
    """The same terminal with one line to be changed, to try a way on."""
    trial = Pen.__new__(Pen)
    trial.__dict__.update(pen.__dict__)
    trial.out = bytearray()
    trial.rows = pen.rows[:]
    trial.rows[y] = pen.rows[y][:]
    return trial


def paint_row(pen: Pen, y: int, row: Row, limit: int) -> bool:
    """Writes what differs in a line, erases its end where that is cheaper; False when the limit came first."""
    shown = pen.rows[y]
    end = text_end(row)
    erases = text_end(shown) - end > 3
    x = 0
    while x < pen.width:
        if erases and x >= end:
            pen.move(y, end)
            pen.erase_line()
            break
        if row[x] == shown[x]:
            x += 1
            continue
        if len(pen.out) >= limit:
            return False
        start = x - 1 if row[x][0] == "" else x
        wide = start + 1 < pen.width and row[start + 1][0] == ""
        pen.move(y, start)
        pen.put(row[start], wide)
        x = start + 1 + wide
    return True


def part_wide(shown: Row, row: Row) -> None:
    """Of a wide character that is overwritten in part nothing may be relied on."""
    for x in range(1, len(shown)):
        if shown[x][0] == "" and (shown[x] != row[x] or shown[x - 1] != row[x - 1]):
            shown[x - 1] = shown[x] = UNKNOWN


def first_difference(shown: Row, row: Row) -> int:
    """The first column in which two lines differ."""
    return next(x for x, cell in enumerate(row) if cell != shown[x])


def text_end(row: Row) -> int:
    """The column behind the last cell that is not blank."""
    end = len(row)
    while end and row[end - 1] == BLANK:
        end -= 1
    return end


def best_shift(shown: Sequence[Row], wanted: Sequence[Row]) -> tuple[int, int, int] | None:
    """The region, and the lines up, by which most text comes into its place."""
    height = len(shown)
    best, most = None, _WORTH_A_TRY
    shown, wanted = ([row[: text_end(row)] for row in rows] for rows in (shown, wanted))
    stays = [in_place(shown[y], wanted[y]) for y in range(height)]
    for up in (*range(1 - height // 2, 0), *range(1, height // 2)):
        first, last = max(0, -up), min(height, height - up)
        gains = [in_place(shown[y + up], wanted[y]) - stays[y] for y in range(first, last)]
        start, end, gain = best_run(gains)
        if gain > most:
            top, bottom = first + start, first + end - 1
            best, most = (min(top, top + up), max(bottom, bottom + up), up), gain
    return best


def in_place(shown: Row, wanted: Row) -> int:
    """Cells that need not be written, of lines that end with their text."""
    if shown == wanted:
        return len(wanted)
    return [cell == there != BLANK for cell, there in zip(shown, wanted, strict=False)].count(True)


def best_run(gains: Sequence[int]) -> tuple[int, int, int]:
    """Start, end and sum of the stretch with the greatest sum."""
    best, start, total = (0, 0, 0), 0, 0
    for at, gain in enumerate(gains):
        if total <= 0:
            start, total = at, 0
        total += gain
        if total > best[2]:
            best = (start, at + 1, total)
    return best
