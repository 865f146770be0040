"""When the serial driver is the right one: what the terminal's name, TERM and the user say."""

import os
import re
import subprocess
from collections.abc import Mapping, MutableMapping
from typing import NamedTuple

DRIVER = "textual_serial:SerialDriver"

_SERIAL = re.compile(r"(?:/dev/)?(tty(?:S|AMA|USB|ACM|SC|PS|LP|O|mxc|MV|FIQ|AML|SAC)|hvc|xvc|hvsi)\d+$")
_PLAIN_TERMS = re.compile(r"(vt\d+|linux|ansi|dumb|unknown|network|dialup|wyse\w*|pcansi)(-.*)?$")


class Choice(NamedTuple):
    """Whether the serial driver is to be used, why, and the size that the user gave."""

    serial: bool
    because: str
    size: tuple[int, int] | None = None

    def apply(self, environ: MutableMapping[str, str] = os.environ) -> None:
        """Makes Textual, which must not have been imported yet, use the driver."""
        if self.serial:
            environ["TEXTUAL_DRIVER"] = DRIVER
        if self.size:
            environ["TEXTUAL_SERIAL_SIZE"] = "{}x{}".format(*self.size)


def choose(
    *,
    serial: bool = False,
    rich: bool = False,
    size: str | None = None,
    tty: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Choice:
    """The driver for this terminal; the user's word comes first. A wrong `size` is a ValueError."""
    given = parsed_size(size) if size else None
    if serial and rich:
        raise ValueError("--serial and --rich exclude each other")
    if serial or rich:
        return Choice(serial, "--serial" if serial else "--rich", given)
    name = own_tty() if tty is None else tty
    if is_serial(name):
        return Choice(True, f"{name} is a serial line", given)
    if behind := tty_behind(environ):
        return Choice(True, f"the terminal is shown on {behind}, a serial line", given)
    term = environ.get("TERM", "")
    if not term or _PLAIN_TERMS.match(term):
        return Choice(True, f"TERM is {term or 'not set'}", given)
    return Choice(False, f"TERM is {term}", given)


def parsed_size(size: str) -> tuple[int, int]:
    """Columns and lines from a text as "80x24"."""
    match = re.fullmatch(r"(\d{1,3})[x×](\d{1,3})", size.strip().lower())
    columns, lines = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (20 <= columns <= 500 and 5 <= lines <= 200):
        raise ValueError(f'the size "{size}" is not COLUMNSxLINES, as 80x24, from 20x5 to 500x200')
    return columns, lines


def is_serial(tty: str) -> bool:
    """Whether a terminal of this name is a serial line."""
    return bool(_SERIAL.match(tty))


def own_tty() -> str:
    """The name of the terminal that we read from or write to, "" without one."""
    for handle in (0, 1, 2):
        try:
            return os.ttyname(handle)
        except OSError:
            continue
    return ""


def tty_behind(environ: Mapping[str, str]) -> str:
    """The serial line on which GNU screen or tmux shows us, as far as they tell, else ""."""
    # STY is PID.TTY.HOST with the terminal that screen was started on.
    words = environ.get("STY", "").split(".")
    if len(words) > 1 and is_serial(words[1]):
        return words[1]
    if environ.get("TMUX"):
        try:
            asked = subprocess.run(
                ["tmux", "display-message", "-p", "#{client_tty}"],
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=1,
                check=False,
            ).stdout.strip()
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return asked if is_serial(asked) else ""
    return ""
