"""pyte, the terminal that everything is compared with."""

import pyte

from tests.serial_line.grammar import Grammar
from textual_serial.cells import BG_SHIFT, BLANK, BOLD, FG_SHIFT, REVERSE, UNDERLINE, Cell, Row, on_blank, seen
from textual_serial.colours import Colour, Look, Palette
from textual_serial.emitter import Place
from textual_serial.glyphs import Glyphs
from textual_serial.kinds import Depth

_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
NUMBERS = {name: number for number, name in enumerate((*_NAMES, *(f"bright{name}" for name in _NAMES)))}
NUMBERS["bfightmagenta"] = NUMBERS["brightmagenta"]
"""pyte has a slip of the pen there."""


class Reference:
    """A terminal at the end of the line, which takes nothing that is not in the grammar."""

    def __init__(self, width: int, height: int, glyphs: Glyphs, depth: Depth) -> None:
        self.grammar = Grammar(glyphs.repertoire, depth, glyphs.encoding)
        self.width, self.height, self.glyphs = width, height, glyphs
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.ByteStream(self.screen)
        self.stream.use_utf8 = glyphs.encoding == "utf-8"
        self.received = bytearray()
        self._known: dict[pyte.screens.Char, Cell] = {}
        self._rows: list[Row] = [[] for _ in range(height)]

    def feed(self, piece: bytes) -> None:
        """What comes over the line."""
        self.received += piece
        self.stream.feed(piece)

    def check(self) -> None:
        """Nothing that came is outside the grammar."""
        self.grammar.check(bytes(self.received))

    def rows(self) -> list[Row]:
        """What it shows, as our cells."""
        for y in self.screen.dirty:
            line = self.screen.buffer[y]
            self._rows[y] = [self._cell(line[x]) for x in range(self.width)]
        self.screen.dirty.clear()
        return self._rows

    def cursor(self) -> Place:
        """Where its cursor stands."""
        return self.screen.cursor.y, self.screen.cursor.x

    def _cell(self, char: pyte.screens.Char) -> Cell:
        cell = self._known.get(char)
        if cell is None:
            cell = self._known[char] = self._cell_of(char)
        return cell

    def _cell_of(self, char: pyte.screens.Char) -> Cell:
        fg, bg = (0 if name == "default" else NUMBERS[name] + 1 for name in (char.fg, char.bg))
        attributes = BOLD * char.bold | UNDERLINE * char.underscore | REVERSE * char.reverse
        attributes |= fg << FG_SHIFT | bg << BG_SHIFT
        return seen(char.data, attributes) if char.data else ("", on_blank(attributes))


def reduced(screen: pyte.Screen, palette: Palette, glyphs: Glyphs) -> list[Row]:
    """What a rich terminal shows, as it is to look on the line's terminal."""
    rows = []
    for y in range(screen.lines):
        row = [BLANK] * screen.columns
        for x in range(screen.columns):
            char = screen.buffer[y][x]
            look = Look(colour(char.fg), colour(char.bg), char.bold, char.underscore, char.reverse)
            shown = "".join(map(glyphs.shown, char.data[:1])) + char.data[1:] * (glyphs.repertoire == "utf8")
            if char.data == "" and row[x - 1][0].isascii():
                shown = " "
            row[x] = seen(shown, palette.reduce(look)) if shown else ("", seen(" ", palette.reduce(look))[1])
        rows.append(row)
    return rows


def colour(name: str) -> Colour:
    """A colour of pyte's: a name, six hexadecimal digits, or the default."""
    if name == "default":
        return None
    if name in NUMBERS:
        return NUMBERS[name]
    return int(name[:2], 16), int(name[2:4], 16), int(name[4:], 16)
