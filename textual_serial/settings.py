"""What is known of the line and its terminal: from the environment, the tty, and the user's word."""

from __future__ import annotations

import codecs
import os
import termios

from textual_serial.choose import parsed_size
from textual_serial.modes import has_seven_bits, modes_of
from textual_serial.pacing import line_rate, speed_in
from textual_serial.ttys import Behind, is_serial, line_behind, name_of, screen_behind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual_serial.kinds import Depth, Repertoire

DEPTHS: dict[str, Depth] = {"0": 0, "8": 8, "16": 16}
REPERTOIRES: dict[str, Repertoire] = {"ascii": "ascii", "vt100": "vt100", "linux": "linux", "utf8": "utf8"}
USUAL_SIZE = (80, 24)


class Settings:
    """How to speak with a terminal; `line` is the serial line, or the machine's own screen, that shows it."""

    def __init__(
        self,
        size: tuple[int, int] | None,
        depth: Depth,
        repertoire: Repertoire,
        encoding: str,
        line: str,
        rate: int | None,
        flow_control: bool,
    ) -> None:
        self.size, self.depth, self.repertoire, self.encoding = size, depth, repertoire, encoding
        self.line, self.rate, self.flow_control = line, rate, flow_control

    @property
    def utf8(self) -> bool:
        """Whether UTF-8 is to be sent."""
        return self.repertoire in ("linux", "utf8")


def settings_of(handle: int, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings for the terminal on a file handle; TEXTUAL_SERIAL_* overrule what is found."""
    term = environ.get("TERM", "")
    tty, modes = name_of(handle), termios.tcgetattr(handle)
    line = Behind(tty, direct=True) if is_serial(tty) else line_behind(environ) or Behind(tty, direct=False)
    lines_modes = modes if line.tty == tty else modes_of(line.tty) or modes
    encoding = "ascii" if has_seven_bits(lines_modes) else charset(environ)
    depth = environ.get("TEXTUAL_SERIAL_COLOURS") or ("0" if "NO_COLOR" in environ else str(depth_of(term)))
    repertoire = environ.get("TEXTUAL_SERIAL_GLYPHS") or repertoire_of(term, encoding)
    rate = environ.get("TEXTUAL_SERIAL_RATE")
    if depth not in DEPTHS:
        raise ValueError(f"TEXTUAL_SERIAL_COLOURS is {depth!r}, not 0, 8 or 16")
    if repertoire not in REPERTOIRES:
        raise ValueError(f"TEXTUAL_SERIAL_GLYPHS is {repertoire!r}, not one of {', '.join(REPERTOIRES)}")
    if rate and not rate.isdecimal():
        raise ValueError(f"TEXTUAL_SERIAL_RATE is {rate!r}, not bits a second")
    heeds_xon = environ.get("TEXTUAL_SERIAL_XON", "1" if line.direct else "0") == "1"
    return Settings(
        size=size_of(handle, environ),
        depth=DEPTHS[depth],
        repertoire=REPERTOIRES[repertoire],
        encoding=encoding,
        line=line.tty if is_serial(line.tty) else screen_behind() or tty,
        rate=int(rate) if rate else line_rate(handle) or (speed_in(lines_modes) if line.tty != tty else None),
        flow_control=bool(modes[0] & termios.IXON) and heeds_xon,
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
    # Python itself puts LC_CTYPE=C.UTF-8 into an environment that says C, nothing, or what is not installed here.
    if names[1] == "C.UTF-8" and not names[0]:
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
