"""What is known of the line and its terminal: from the environment, the tty, and the user's word."""

from __future__ import annotations

import codecs
import os
import termios

from textual_serial.choose import is_serial, parsed_size
from textual_serial.pacing import line_rate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual_serial.kinds import Depth, Repertoire

_DEPTHS: dict[str, Depth] = {"0": 0, "8": 8, "16": 16}
_REPERTOIRES: dict[str, Repertoire] = {"ascii": "ascii", "vt100": "vt100", "linux": "linux", "utf8": "utf8"}
USUAL_SIZE = (80, 24)


class Settings:
    """How to speak with a terminal."""

    def __init__(
        self,
        size: tuple[int, int] | None,
        depth: Depth,
        repertoire: Repertoire,
        encoding: str,
        rate: int | None,
        flow_control: bool,
    ) -> None:
        self.size, self.depth, self.repertoire, self.encoding = size, depth, repertoire, encoding
        self.rate, self.flow_control = rate, flow_control


def settings_of(handle: int, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings for the terminal on a file handle; TEXTUAL_SERIAL_* overrule what is found."""
    term = environ.get("TERM", "")
    tty = os.ttyname(handle)
    modes = termios.tcgetattr(handle)
    encoding = "ascii" if modes[2] & termios.CSIZE == termios.CS7 else charset(environ)
    depth = environ.get("TEXTUAL_SERIAL_COLOURS") or ("0" if "NO_COLOR" in environ else str(depth_of(term)))
    repertoire = environ.get("TEXTUAL_SERIAL_GLYPHS") or repertoire_of(term, encoding)
    if depth not in _DEPTHS:
        raise ValueError(f"TEXTUAL_SERIAL_COLOURS is {depth!r}, not 0, 8 or 16")
    if repertoire not in _REPERTOIRES:
        raise ValueError(f"TEXTUAL_SERIAL_GLYPHS is {repertoire!r}, not one of {', '.join(_REPERTOIRES)}")
    rate = environ.get("TEXTUAL_SERIAL_RATE")
    if rate and not rate.isdecimal():
        raise ValueError(f"TEXTUAL_SERIAL_RATE is {rate!r}, not bits a second")
    usual_xon = "1" if is_serial(tty) else "0"
    return Settings(
        size=size_of(handle, environ),
        depth=_DEPTHS[depth],
        repertoire=_REPERTOIRES[repertoire],
        encoding=encoding,
        rate=int(rate) if rate else line_rate(handle),
        flow_control=bool(modes[0] & termios.IXON) and environ.get("TEXTUAL_SERIAL_XON", usual_xon) == "1",
    )


def size_of(handle: int, environ: Mapping[str, str] = os.environ) -> tuple[int, int] | None:
    """Columns and lines: the user's word, what the tty says, or the environment; None if nobody knows."""
    if given := environ.get("TEXTUAL_SERIAL_SIZE"):
        return parsed_size(given)
    lines, columns = termios.tcgetwinsize(handle)
    if lines and columns:
        return columns, lines
    try:
        return parsed_size(f"{environ['COLUMNS']}x{environ['LINES']}")
    except (KeyError, ValueError):
        return None


def charset(environ: Mapping[str, str]) -> str:
    """The encoding of the locale, as Python names it."""
    names = [environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    # Python itself puts LC_CTYPE=C.UTF-8 into an environment that says C or nothing.
    if names[1] == "C.UTF-8" and not names[0] and names[2] in ("", "C", "POSIX"):
        names[1] = ""
    name = next(filter(None, names), "C")
    locale, _, codeset = name.partition("@")[0].partition(".")
    if not codeset:
        codeset = "ascii" if locale in ("C", "POSIX") else "iso8859-15" if name.endswith("@euro") else "iso8859-1"
    try:
        return codecs.lookup(codeset).name
    except LookupError:
        return "ascii"


def depth_of(term: str) -> Depth:
    """The colours that a terminal of this name has."""
    if term.startswith(("xterm", "screen", "tmux", "rxvt", "putty", "alacritty", "foot")) or "256color" in term:
        return 16
    return 8 if term.startswith(("linux", "ansi", "pcansi", "cygwin")) or "color" in term else 0


def repertoire_of(term: str, encoding: str) -> Repertoire:
    """The characters that a terminal of this name has under a locale of this encoding."""
    utf8 = encoding == "utf-8"
    if term.startswith("linux"):
        return "linux" if utf8 else "ascii"
    if term.startswith(("vt", "xterm", "screen", "tmux", "rxvt", "putty", "alacritty", "foot")):
        return "utf8" if utf8 and not term.startswith("vt") else "vt100"
    return "ascii"
