"""A terminal that is only known to print lines and to send lines."""

import os
import select
from collections.abc import Callable, Iterable
from contextlib import nullcontext

from plain.modes import unseen
from screens.fold import folded
from textual_serial.glyphs import ascii_like
from textual_serial.settings import USUAL_SIZE

ERASING = "\b\x7f"
LEAST_WIDTH = 20
HEEDED_WITHIN = 1.0
"""Seconds in which a signal is heeded, however unluckily it comes."""


class EndOfInput(BaseException):
    """Nothing more will be typed: Ctrl-D, or the terminal is gone."""


def write_all(text: bytes) -> None:
    """Write to standard output; OSError where the terminal is gone."""
    while text:
        text = text[os.write(1, text) :]


def read_piece() -> bytes:
    """What was typed up to Enter, as the terminal driver gives it; nothing at the end.

    Python runs the handler of a signal between its own steps only: one that comes just before a wait is heeded after.
    """
    try:
        while not select.select([0], [], [], HEEDED_WITHIN)[0]:
            pass
        return os.read(0, 4096)
    except OSError:
        return b""


class Teletype:
    """Text goes out as printable characters and line feeds, nothing else; what is typed comes in line by line.

    A terminal that has gone away does not stop us before the next question: what is at work has to come to its end.
    """

    def __init__(
        self,
        columns: int = USUAL_SIZE[0],
        *,
        utf8: bool = False,
        write: Callable[[bytes], None] = write_all,
        read: Callable[[], bytes] = read_piece,
    ) -> None:
        self.width = max(columns - 1, LEAST_WIDTH)
        self.utf8 = utf8
        self._write = write
        self._read = read
        self._typed = b""
        self._gone = False

    def say(self, *lines: str) -> None:
        """Print lines, folded at the width of the terminal."""
        self.put("".join(f"{line}\n" for line in self.folded(lines)))

    def ask(self, prompt: str, *, hidden: bool = False) -> str:
        """Print a prompt, and read a line, which a terminal does not show if `hidden`; EndOfInput where none comes."""
        with unseen() if hidden else nullcontext():
            self.put(f"{chr(10).join(self.folded([prompt]))} ")
            return edited(self.line().decode("utf-8" if self.utf8 else "latin-1", "replace")).strip()

    def folded(self, lines: Iterable[str]) -> Iterable[str]:
        """Lines as they will stand: as wide as this terminal is, in characters that it can print."""
        return map(self.printable, folded((line for text in lines for line in text.split("\n")), self.width))

    def printable(self, line: str) -> str:
        """A line without anything that a terminal could take for a command, or cannot show."""
        return "".join(map(self.shown, line))

    def shown(self, character: str) -> str:
        """One character, or what comes near."""
        if " " <= character <= "~" or (self.utf8 and character.isprintable()):
            return character
        return ascii_like(character)

    def put(self, text: str) -> None:
        """Send text as it stands."""
        if self._gone:
            return
        try:
            self._write(text.encode("utf-8" if self.utf8 else "ascii"))
        except OSError:
            self._gone = True

    def line(self) -> bytes:
        """What is typed next, up to Enter."""
        while b"\n" not in self._typed:
            piece = b"" if self._gone else self._read()
            if not piece:
                raise EndOfInput
            self._typed += piece
        line, _, self._typed = self._typed.partition(b"\n")
        return line


def edited(line: str) -> str:
    """A line with its mistakes taken back, where the terminal driver expects another key for that."""
    kept: list[str] = []
    for character in line:
        if character not in ERASING:
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept)
