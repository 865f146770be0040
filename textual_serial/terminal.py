"""The screen that a program wants: what it writes, read as a terminal would, into cells."""

import re
from collections.abc import Iterator

from rich.cells import get_character_cell_size

from textual_serial.cells import BLANK, Cell, Row, seen
from textual_serial.colours import Colour, Look, Palette
from textual_serial.glyphs import Glyphs

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\x1b\[(?P<parameters>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[ -/]+[0-~]"
    r"|\x1b[0-OQ-WYZ`-~\\]"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f-\x9f])"
)
_LONGEST = 4096
"""An unfinished sequence of this length is none."""

_ON = {1: "bold", 4: "underline", 21: "underline", 7: "reverse", 8: "conceal"}
_OFF = {22: "bold", 24: "underline", 27: "reverse", 28: "conceal"}


class Terminal:
    """A screen of cells without wrapping, as Textual wants its terminals."""

    def __init__(self, width: int, height: int, palette: Palette, glyphs: Glyphs) -> None:
        self.palette, self.glyphs = palette, glyphs
        self.bells = 0
        self._rest = ""
        self._look = Look()
        self._attributes = palette.reduce(self._look)
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """An empty screen of this size."""
        self.width, self.height = width, height
        self.rows: list[Row] = [[BLANK] * width for _ in range(height)]
        self.x = self.y = 0

    def feed(self, text: str) -> None:
        """What the program writes; an unfinished sequence waits for its end."""
        text, self._rest = self._rest + text, ""
        at = 0
        while at < len(text):
            token = _TOKEN.match(text, at)
            if token is None:
                if text[at] == "\x1b" and len(text) - at < _LONGEST:
                    self._rest = text[at:]
                    return
                at += 1
                continue
            at = token.end()
            if written := token["text"]:
                self._write(written)
            elif final := token["final"]:
                self._sequence(final, token["parameters"])
            elif control := token["control"]:
                self._control(control)

    def _write(self, text: str) -> None:
        if not 0 <= self.y < self.height:
            return
        row, attributes, shown = self.rows[self.y], self._attributes, self.glyphs.shown
        if text.isascii():
            text = text[: max(0, self.width - self.x)]
            self._mend(row, self.x, self.x + len(text))
            row[self.x : self.x + len(text)] = [seen(character, attributes) for character in text]
            self.x += len(text)
            return
        for character in text:
            width = get_character_cell_size(character)
            if width == 0:
                self._combine(row, character)
            elif self.x + width <= self.width:
                self._mend(row, self.x, self.x + width)
                glyph = shown(character)
                row[self.x] = seen(glyph, attributes)
                if width == 2:
                    row[self.x + 1] = self._right_half(glyph)
                self.x += width

    def _right_half(self, glyph: str) -> Cell:
        wide = get_character_cell_size(glyph) == 2
        return ("", seen(" ", self._attributes)[1]) if wide else seen(" ", self._attributes)

    def _combine(self, row: Row, mark: str) -> None:
        if self.glyphs.repertoire == "utf8" and mark.isprintable() and 0 < self.x <= self.width:
            at = self.x - 1 if row[self.x - 1][0] else self.x - 2
            row[at] = (row[at][0] + mark, row[at][1])

    def _mend(self, row: Row, start: int, end: int) -> None:
        """What is left of a wide character that is overwritten in half is a blank."""
        if 0 < start < self.width and row[start][0] == "":
            row[start - 1] = seen(" ", row[start - 1][1])
        if end < self.width and row[end][0] == "":
            row[end] = seen(" ", row[end][1])

    def _control(self, control: str) -> None:
        if control == "\r":
            self.x = 0
        elif control == "\n":
            self.y = min(self.y + 1, self.height - 1)
        elif control == "\b":
            self.x = max(0, self.x - 1)
        elif control == "\a":
            self.bells += 1

    def _sequence(self, final: str, parameters: str) -> None:
        if final == "m":
            self._graphics(parameters)
        elif parameters[:1] in ("?", ">", "<", "="):
            if parameters == "?1049":
                self._clear(0, self.height)
        elif final in "HfABCDGdJK":
            self._move_or_erase(final, [int(number or 0) for number in parameters.replace(":", ";").split(";")])

    def _move_or_erase(self, final: str, numbers: list[int]) -> None:
        first = numbers[0]
        count = max(1, first)
        if final in "Hf":
            self.y = min(count, self.height) - 1
            self.x = min(max(1, numbers[1] if len(numbers) > 1 else 1), self.width) - 1
        elif final in "AB":
            self.y = max(0, min(self.height - 1, self.y + (count if final == "B" else -count)))
        elif final in "CD":
            self.x = max(0, min(self.width - 1, self.x + (count if final == "C" else -count)))
        elif final == "G":
            self.x = min(count, self.width) - 1
        elif final == "d":
            self.y = min(count, self.height) - 1
        elif final == "J":
            self._clear(self.y + 1 if first == 0 else 0, self.y if first == 1 else self.height)
            self._erase(first)
        else:
            self._erase(first)

    def _erase(self, which: int) -> None:
        row = self.rows[self.y]
        start, end = (self.x if which == 0 else 0), (self.x + 1 if which == 1 else self.width)
        end = min(end, self.width)
        self._mend(row, start, end)
        row[start:end] = [seen(" ", self._attributes)] * (end - start)

    def _clear(self, start: int, end: int) -> None:
        for y in range(start, end):
            self.rows[y] = [seen(" ", self._attributes)] * self.width

    def _graphics(self, parameters: str) -> None:
        look = self._look if parameters not in ("", "0") else Look()
        if parameters not in ("", "0"):
            numbers = iter([int(number or 0) for number in parameters.replace(":", ";").split(";")])
            for number in numbers:
                if number == 0:
                    look = Look()
                elif number in (38, 48):
                    mixed = mixture(next(numbers, 5), numbers)
                    look = look._replace(fg=mixed) if number == 38 else look._replace(bg=mixed)
                else:
                    look = changed(look, number)
        self._look = look
        self._attributes = self.palette.reduce(look)


def changed(look: Look, number: int) -> Look:
    """The look after one plain parameter of SGR."""
    if number in _ON:
        return look._replace(**{_ON[number]: True})
    if number in _OFF:
        return look._replace(**{_OFF[number]: False})
    tens, colour = divmod(number, 10)
    if (tens in (3, 4) and colour in range(8)) or (tens in (9, 10) and colour in range(8)):
        colour += 8 * (tens > 4)
        return look._replace(fg=colour) if tens in (3, 9) else look._replace(bg=colour)
    if number == 39:
        return look._replace(fg=None)
    return look._replace(bg=None) if number == 49 else look


def mixture(kind: int, follow: Iterator[int]) -> Colour:
    """The colour of an extended SGR parameter: a number of 256, or red, green and blue."""
    if kind == 2:
        return (next(follow, 0), next(follow, 0), next(follow, 0))
    number = next(follow, 0)
    if number < 16:
        return number
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return (grey, grey, grey)
    red, rest = divmod(number - 16, 36)
    green, blue = divmod(rest, 6)
    levels = (0, 95, 135, 175, 215, 255)
    return (levels[red], levels[green], levels[blue])
