"""What arrives on the line, put together into whole keys: sequences come torn, and some keys never come."""

import codecs
import re

PATIENCE = 0.5
"""Seconds that an unfinished sequence is waited for; lines and consoles tear them by up to 450 ms."""
REPAINT = "\x0c"
PREFIX = "\x0f"
"""Ctrl-O: a letter or digit after it stands for a key that the line or the viewer does not let through."""

_WHOLE = re.compile(r"\x1b(?:\[\[[A-E]|\[(?!\[)[0-?]*[ -/]*[@-~]|O[ -~]|[^\[O\x1b])")
_BEGUN = re.compile(r"\x1b(?:\[\[?|\[[0-?]*[ -/]*|O)?$")
_REPORT = re.compile(r"\x1b\[(?:\?[\d;]*[cnRy]|[\d;]*(?:c|n|\$y)|>[\d;]*c)$")
"""Answers to questions that were asked before us, or too late."""
_F_KEYS = ("P", "Q", "R", "S", "15~", "17~", "18~", "19~", "20~", "21~")
TWINS = {str(number % 10): ("\x1bO" if number <= 4 else "\x1b[") + _F_KEYS[number - 1] for number in range(1, 11)}
"""After Esc or Ctrl-O: 1 to 9 and 0 are F1 to F10."""
_LETTERS = {"q": "\x11", "s": "\x13", "l": "\x0c", "e": "\x1b", "z": "\x1a"}
"""After Ctrl-O: Ctrl-Q and Ctrl-S, which the line's flow control swallows, and Esc."""
_AFTER_ESCAPE = {**TWINS, "q": "\x11", "s": "\x13"}


class Keys:
    """Bytes in, whole keys out: each a character, a run of them, or one escape sequence."""

    def __init__(self, encoding: str = "utf-8") -> None:
        # A terminal of seven bits sends no others; whatever comes is noise of the line.
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._eight_bit_controls = encoding != "utf-8"
        self._rest = ""
        self._since = 0.0
        self._after_return = False
        self._prefixed = False

    def deadline(self) -> float | None:
        """When an unfinished sequence is to be taken for what it is."""
        return self._since + PATIENCE if self._rest else None

    def feed(self, received: bytes, now: float) -> list[str]:
        """The keys that are whole now."""
        if self._eight_bit_controls:
            received = received.replace(b"\x9b", b"\x1b[").replace(b"\x8f", b"\x1bO")
        if received:
            self._rest += self._decoder.decode(received)
            self._since = now
        keys: list[str] = []
        while self._rest:
            key = self._first(now)
            if not key:
                break
            self._rest = self._rest[len(key) :]
            keys += self._meant(key)
        return keys

    def _first(self, now: float) -> str:
        """The first whole key of what is there, "" while it may still grow."""
        if self._rest[0] != "\x1b":
            return self._rest[0]
        if whole := _WHOLE.match(self._rest):
            return whole[0]
        if _BEGUN.match(self._rest) and now < self._since + PATIENCE:
            return ""
        return "\x1b"

    def _meant(self, key: str) -> list[str]:
        """What a key stands for on a line."""
        after_return, self._after_return = self._after_return, key == "\r"
        if (key in ("\n", "\0") and after_return) or _REPORT.match(key):
            return []
        if self._prefixed:
            self._prefixed = False
            twin = PREFIX if key == PREFIX else TWINS.get(key) or _LETTERS.get(key)
            return [twin] if twin else [PREFIX, key]
        if key == PREFIX:
            self._prefixed = True
            return []
        if key == "\n":
            return ["\r"]
        if len(key) == 2 and key[0] == "\x1b":
            return [_AFTER_ESCAPE.get(key[1], key)]
        return [key]
