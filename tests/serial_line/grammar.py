"""The words that may leave the driver: a subset of the VT100's, and nothing else."""

import re
from typing import NamedTuple

from textual_serial.kinds import Depth, Repertoire

_WORDS = (
    rb"[ -~]",
    rb"[\x08\n\r\x0f\a]",
    rb"\x1b\[\?7[hl]",
    rb"\x1bM",
    rb"\x1b\[(?:\d{1,3})?C",
    rb"\x1b\[(?:\d{1,3})?(?:;\d{1,3})?H",
    rb"\x1b\[[JK]",
    rb"\x1b\[(?:\d{1,3};\d{1,3})?r",
)
_DRAWING = (rb"\x0e", rb"\x1b\)0")
_LETTERS = rb"\x1b\(B"
_QUESTION = rb"\x1b\[6n"
_BEGUN = re.compile(rb"\x1b(?:[()]|\[\??[\d;]*)?|[\xc2-\xf4][\x80-\xbf]*")
_LOOKS: dict[Depth, bytes] = {0: rb"[147]", 8: rb"(?:[147]|[34][0-7])", 16: rb"(?:[147]|[349][0-7]|10[0-7])"}


class Grammar(NamedTuple):
    """What a terminal understands: its characters, its colours, and whether it may be asked for its size."""

    repertoire: Repertoire
    depth: Depth
    encoding: str = "ascii"
    asked: bool = False

    def check(self, line: bytes, *, ended: bool = True) -> None:
        """Every byte belongs to a word of the grammar; where a line has not `ended`, its last one may be unfinished."""
        words, at = self.words(), 0
        while at < len(line):
            word = words.match(line, at)
            if not word and not ended and _BEGUN.fullmatch(line, at):
                return
            assert word, f"not in the grammar: {line[at : at + 20]!r} at byte {at}"
            at = word.end()
            assert word["letter"] is None or word["letter"].decode(self.encoding).isprintable(), word["letter"]

    def words(self) -> re.Pattern[bytes]:
        """All of them; a letter beyond ASCII is none of the controls of eight bits."""
        look = _LOOKS[self.depth]
        words = [*_WORDS, rb"\x1b\[(?:;?" + look + rb"(?:;" + look + rb")*)?m"]
        words += _DRAWING if self.repertoire == "vt100" else ()
        words += [_LETTERS] if self.repertoire != "ascii" else []
        words += [_QUESTION] if self.asked else []
        if self.encoding == "utf-8":
            words.append(rb"(?P<letter>[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})")
        else:
            words.append(rb"(?P<letter>[\xa0-\xff])" if self.encoding != "ascii" else rb"(?P<letter>(?!))")
        return re.compile(b"|".join(words))
