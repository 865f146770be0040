"""When the serial driver is the right one: what the terminal's name, TERM and the user say."""

from __future__ import annotations

import os

from textual_serial.ttys import is_serial, line_behind, own_tty

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

DRIVER = "textual_serial:SerialDriver"

_PLAIN_TERMS = ("linux", "ansi", "pcansi", "dumb", "unknown", "network", "dialup")


class Choice:
    """Whether the serial driver is to be used, why, the serial line that shows us ("" for none), and the size given."""

    def __init__(self, serial: bool, because: str, line: str = "", size: tuple[int, int] | None = None) -> None:
        self.serial, self.because, self.line, self.size = serial, because, line, size

    def apply(self, environ: MutableMapping[str, str] = os.environ) -> None:
        """Makes Textual, which must not have been imported yet, use the driver."""
        if self.serial:
            environ["TEXTUAL_DRIVER"] = DRIVER
        if self.size and self.serial:
            environ["TEXTUAL_SERIAL_SIZE"] = "{}x{}".format(*self.size)
        elif self.size:
            environ["COLUMNS"], environ["LINES"] = map(str, self.size)


def choose(
    *,
    serial: bool = False,
    rich: bool = False,
    size: str | None = None,
    tty: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Choice:
    """The driver for this terminal; the user's word comes first. A wrong `size` is a ValueError.

    `tty` is the terminal's name, which is found otherwise.
    """
    given = parsed_size(size) if size else None
    if serial and rich:
        raise ValueError("--serial and --rich exclude each other")
    name = own_tty() if tty is None else tty
    found = None if is_serial(name) else line_behind(environ)
    line = name if is_serial(name) else found.tty if found else ""
    term = environ.get("TERM", "")
    if serial or rich:
        return Choice(serial, "--serial" if serial else "--rich", line, given)
    if line:
        because = f"{name} is a serial line" if line == name else f"the terminal is shown on {line}, a serial line"
        return Choice(True, because, line, given)
    if not term or is_plain(term):
        return Choice(True, f"TERM is {term or 'not set'}", size=given)
    return Choice(False, f"TERM is {term}", size=given)


def parsed_size(size: str) -> tuple[int, int]:
    """Columns and lines from a text as "80x24"."""
    words = size.strip().lower().replace("×", "x").split("x")
    columns, lines = map(int, words) if len(words) == 2 and all(map(str.isdecimal, words)) else (0, 0)
    if not (20 <= columns <= 500 and 5 <= lines <= 200):
        raise ValueError(f'the size "{size}" is not COLUMNSxLINES, as 80x24, from 20x5 to 500x200')
    return columns, lines


def is_plain(term: str) -> bool:
    """Whether a TERM names a terminal of few abilities."""
    kind = term.partition("-")[0]
    return kind in _PLAIN_TERMS or (kind.startswith("vt") and kind[2:].isdecimal())
