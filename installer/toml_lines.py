"""Where each key of a TOML text stands: tomllib gives values without positions."""

import re
import tomllib
from collections import Counter
from contextlib import suppress

from installer.toml_write import written_key

Place = tuple[str | int, ...]

DEEPEST = 8
BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
SPACE = re.compile(r"[ \t]*")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
BARE_VALUE = re.compile(r"[^,\]}#\r\n]*")
STRINGS = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2}(?!"))|' r"'''.*?'''(?:'{0,2}(?!'))|" r'"(?:\\.|[^"\\\n])*"|' r"'[^'\n]*'",
    re.DOTALL,
)


class Lines:
    """A walk over a TOML text that notes the line on which each key, table and list item first stands.

    Names are those of findings: "memory.dom0", "packages.extra", "packages.extra[0]". The text need not be good TOML:
    the walk ends where it cannot follow, and `again` then has what stood a second time.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._first: dict[Place, int] = {}
        self._second: dict[Place, int] = {}
        self._given: set[Place] = set()
        self._items: Counter[Place] = Counter()
        with suppress(ValueError, RecursionError):
            self._document()
        self.first = {name_of(place): line for place, line in self._first.items()}
        self.again = {name_of(place): line for place, line in self._second.items()}

    def _document(self) -> None:
        table: Place = ()
        self._skip(BLANK)
        while self._at < len(self._text):
            if self._next("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(BLANK)

    def _header(self) -> Place:
        """A line such as [memory], or [[memory]], which opens one more item of a list."""
        double = self._next("[[")
        self._at += 2 if double else 1
        table = self._key(())
        if double:
            self._note(table)
            self._items[table] += 1
            table = (*table, self._items[table] - 1)
        self._give(table)
        self._at += 2 if double else 1
        return table

    def _pair(self, table: Place) -> None:
        """key = value"""
        key = self._key(table)
        self._give(key)
        if not self._next("="):
            raise ValueError
        self._at += 1
        self._skip(SPACE)
        self._value(key)

    def _key(self, table: Place) -> Place:
        """A key of one or more parts; the tables that it implies are noted too."""
        place = table
        while True:
            self._skip(SPACE)
            place = (*place, self._part())
            self._skip(SPACE)
            if not self._next("."):
                return place
            if len(place) < DEEPEST:
                self._note(place)
            self._at += 1

    def _part(self) -> str:
        found = BARE_KEY.match(self._text, self._at)
        if found:
            self._at = found.end()
            return found[0]
        quoted = self._string()
        return next(iter(tomllib.loads(f"{quoted} = 0")))

    def _value(self, place: Place) -> None:
        if self._next("["):
            self._array(place)
        elif self._next("{"):
            self._inline_table(place)
        elif self._next('"') or self._next("'"):
            self._string()
        else:
            self._skip(BARE_VALUE)

    def _array(self, place: Place) -> None:
        self._at += 1
        number = 0
        self._skip(BLANK)
        while not self._next("]"):
            self._note((*place, number))
            self._value((*place, number))
            number += 1
            self._comma("]")
        self._at += 1

    def _inline_table(self, place: Place) -> None:
        self._at += 1
        self._skip(BLANK)
        while not self._next("}"):
            self._pair(place)
            self._comma("}")
        self._at += 1

    def _comma(self, end: str) -> None:
        self._skip(BLANK)
        if self._next(","):
            self._at += 1
            self._skip(BLANK)
        elif not self._next(end):
            raise ValueError

    def _string(self) -> str:
        found = STRINGS.match(self._text, self._at)
        if not found:
            raise ValueError
        self._at = found.end()
        return found[0]

    def _next(self, start: str) -> bool:
        return self._text.startswith(start, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _give(self, place: Place) -> None:
        """Note a place that may be given once only."""
        if place in self._given:
            self._second.setdefault(place, self._here())
        self._given.add(place)
        self._note(place)

    def _note(self, place: Place) -> None:
        self._first.setdefault(place, self._here())

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line


def name_of(place: Place) -> str:
    """A place as findings name it."""
    name = ""
    for part in place:
        name += f"[{part}]" if isinstance(part, int) else f".{written_key(part)}" if name else written_key(part)
    return name
