"""A terminal as far as it has been brought: what it shows, where its cursor stands, and the cheapest next bytes."""

from textual_serial.cells import (
    BG_MASK,
    BLANK,
    BOLD,
    FG_MASK,
    REVERSE,
    UNDERLINE,
    UNKNOWN,
    Cell,
    Row,
    background,
    foreground,
    on_blank,
)
from textual_serial.glyphs import Glyphs

LAST = b"\x1b[m\x0f\x1b[?7h\x1b[r\x1b[H\x1b[J"
"""As we should like to find a terminal."""


class Pen:
    """Writes on the terminal; every byte of a page goes through here."""

    def __init__(self, width: int, height: int, glyphs: Glyphs) -> None:
        self.width, self.height, self.glyphs = width, height, glyphs
        self.out = bytearray()
        self.rows: list[Row] = [[UNKNOWN] * width for _ in range(height)]
        self.y: int | None = None
        self.x: int | None = None
        """Unknown after the last column: terminals differ in where they stay."""
        self.attributes: int | None = None
        self.drawing = False

    def begin(self) -> None:
        """A terminal of which nothing is known: all of it scrolls, nothing wraps, plain letters, an empty screen."""
        # Line drawing is the second character set; the first is in use, and is the plain letters.
        sets = {"ascii": b"", "vt100": b"\x1b(B\x1b)0"}.get(self.glyphs.repertoire, b"\x1b(B")
        self.out += sets + b"\x0f\x1b[?7l\x1b[r"
        self.look(0)
        self.move(0, 0)
        self.erase_below()

    def fork(self) -> "Pen":
        """The same terminal, to try a way on."""
        fork = Pen.__new__(Pen)
        fork.__dict__.update(self.__dict__)
        fork.out = bytearray(self.out)
        fork.rows = [row[:] for row in self.rows]
        return fork

    def move(self, y: int, x: int) -> None:
        """To a place, by the cheapest of the motions that every terminal has."""
        if (y, x) != (self.y, self.x):
            self.out += self._motion(y, x)
            self.y, self.x = y, x

    def put(self, cell: Cell, wide: bool = False) -> None:
        """A character where the cursor stands."""
        assert self.y is not None
        assert self.x is not None
        character, attributes = cell
        now = self.attributes
        if attributes != now and (character != " " or now is None or on_blank(now) != attributes):
            self.look(attributes)
        drawing, encoded = self.glyphs.encode(character)
        if drawing != self.drawing and character != " ":
            self.out += b"\x0e" if drawing else b"\x0f"
            self.drawing = drawing
        self.out += encoded
        row, x = self.rows[self.y], self.x
        row[x] = cell
        if wide:
            row[x + 1] = ("", on_blank(attributes))
        # Terminals disagree on the width of symbols, and of what is wide or combined: there the cursor is put anew.
        safe = len(character) == 1 and character < "\u2600" and not wide
        self.x = x + 1 if safe and x + 1 < self.width else None

    def look(self, attributes: int) -> None:
        """The attributes of what follows."""
        if attributes != self.attributes:
            self.out += rendition(self.attributes, attributes)
            self.attributes = attributes

    def erase_line(self) -> None:
        """From the cursor to the end of its line."""
        assert self.y is not None
        assert self.x is not None
        self._plain()
        self.out += b"\x1b[K"
        self.rows[self.y][self.x :] = [BLANK] * (self.width - self.x)

    def erase_below(self) -> None:
        """From the cursor to the end of the screen."""
        assert self.y is not None
        assert self.x is not None
        self._plain()
        self.out += b"\x1b[J"
        self.rows[self.y][self.x :] = [BLANK] * (self.width - self.x)
        for y in range(self.y + 1, self.height):
            self.rows[y] = [BLANK] * self.width

    def clear(self) -> None:
        """The whole screen."""
        self.move(0, 0)
        self.erase_below()

    def scroll(self, top: int, bottom: int, up: int) -> None:
        """Moves the lines of a region up, or down where `up` is negative."""
        self._plain()
        # Also where it is all that we know of: the terminal may have more lines, and scrolls at its own last one.
        # By the VT100's book the cursor goes home both times, but not every emulation has read it.
        self.out += b"\x1b[%d;%dr" % (top + 1, bottom + 1)
        self.y = self.x = None
        self.move(bottom if up > 0 else top, 0)
        self.out += (b"\n" * up) if up > 0 else b"\x1bM" * -up
        self.out += b"\x1b[r"
        self.y = self.x = None
        region, empty = self.rows[top : bottom + 1], [[BLANK] * self.width for _ in range(abs(up))]
        self.rows[top : bottom + 1] = region[up:] + empty if up > 0 else empty + region[:up]

    def _plain(self) -> None:
        """Erased places take the colours in use, on some terminals: none may be."""
        if self.attributes is None or on_blank(self.attributes):
            self.look(0)

    def _motion(self, y: int, x: int) -> bytes:
        best = place(y, x)
        if self.y is None:
            return best
        down = y - self.y
        if abs(down) >= len(best):
            return best
        vertical = b"\n" * down if down >= 0 else b"\x1bM" * -down
        ways = [b"\r" + vertical + self._along(y, 0, x, len(best))]
        if self.x is not None:
            ways.append(vertical + self._along(y, self.x, x, len(best)))
        return min((best, *ways), key=len)

    def _along(self, y: int, start: int, end: int, limit: int) -> bytes:
        """Within a line: backspaces, a jump, or the characters that stand there typed again."""
        if end <= start:
            return b"\b" * (start - end)
        jump = b"\x1b[C" if end - start == 1 else b"\x1b[%dC" % (end - start)
        if end - start >= min(len(jump), limit):
            return jump
        typed = self._typed(self.rows[y][start:end])
        return jump if typed is None else typed

    def _typed(self, cells: Row) -> bytes | None:
        """Those cells as they can be typed without any change of attributes, if they can."""
        typed = bytearray()
        for character, attributes in cells:
            if not " " <= character <= "~" or self.attributes is None:
                return None
            if attributes != (on_blank(self.attributes) if character == " " else self.attributes):
                return None
            if self.drawing and character != " ":
                return None
            typed += character.encode("ascii")
        return bytes(typed)


def place(y: int, x: int) -> bytes:
    """The absolute motion, its shortest form."""
    if x == 0:
        return b"\x1b[%dH" % (y + 1) if y else b"\x1b[H"
    return b"\x1b[%d;%dH" % (y + 1, x + 1) if y else b"\x1b[;%dH" % (x + 1)


def rendition(old: int | None, new: int) -> bytes:
    """The shortest SGR from one look to another; a VT100 knows only to switch on, and to switch all off."""
    fresh = b"\x1b[" + b";".join([b"", *_words(new)]) + b"m"
    if old is None or old & ~new & (BOLD | UNDERLINE | REVERSE):
        return fresh
    if any(old & mask and old & mask != new & mask and not new & mask for mask in (FG_MASK, BG_MASK)):
        return fresh
    added = new & ~old & (BOLD | UNDERLINE | REVERSE)
    added |= sum(new & mask for mask in (FG_MASK, BG_MASK) if new & mask != old & mask)
    return min(b"\x1b[" + b";".join(_words(added)) + b"m", fresh, key=len)


def _words(attributes: int) -> list[bytes]:
    words = [word for bit, word in ((BOLD, b"1"), (UNDERLINE, b"4"), (REVERSE, b"7")) if attributes & bit]
    for colour, base in ((foreground(attributes), 30), (background(attributes), 40)):
        if colour:
            words.append(b"%d" % (base + colour - 1 if colour <= 8 else base + 60 + colour - 9))
    return words
