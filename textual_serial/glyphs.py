"""Characters as the line's terminal can show them: ASCII, VT100 line drawing, a PC's font, or all of Unicode."""

from __future__ import annotations

import unicodedata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from textual_serial.kinds import Repertoire

DRAWN = {
    **dict(zip("◆▒°±┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·", "`afgjklmnopqrstuvwxyz{|}~", strict=True)),
}
"""What a VT100's line drawing set has, and the letter that stands for it."""

_FOLDED: dict[str, str] = {}
for _to, _from in {
    "─": "━╌╍┄┅┈┉╴╶╸╺═╼╾",
    "│": "┃╎╏┆┇┊┋╵╷╹╻║╽╿▏▕",
    "┌": "┍┎┏╒╓╔╭",
    "┐": "┑┒┓╕╖╗╮",
    "└": "┕┖┗╘╙╚╰",
    "┘": "┙┚┛╛╜╝╯",
    "├": "┝┞┟┠┡┢┣╞╟╠",
    "┤": "┥┦┧┨┩┪┫╡╢╣",
    "┬": "┭┮┯┰┱┲┳╤╥╦",
    "┴": "┵┶┷┸┹┺┻╧╨╩",
    "┼": "┽┾┿╀╁╂╃╄╅╆╇╈╉╊╋╪╫╬",
    "⎺": "▔",
    "⎽": "▁",
    "▒": "░▓",
}.items():
    _FOLDED.update(dict.fromkeys(_from, _to))

_ASCII: dict[str, str] = {}
for _to, _from in {
    "-": "─⎺⎻⎼▀▄‐‑–—−",
    "_": "⎽▂▃",
    "|": "│▎▍▌▋▊▉▐",
    "+": "┌┐└┘├┤┬┴┼╱╲╳",
    "#": "█▇▆▅■▪◼",
    ":": "▒",
    "*": "•●◉◆★✱",
    "o": "○◯°◦",
    ".": "·…",
    ">": "▶▸►❯›→»⏵➜≥",
    "<": "◀◂◄❮‹←«≤",
    "^": "▲▴↑⌃⏶",
    "v": "▼▾↓⏷",
    "x": "✓✔✗✘✕×☒☑",
    "'": "‘’′",
    '"': "“”″",
    " ": "\u00a0\u2007\u202f\u3000☐",
}.items():
    _ASCII.update(dict.fromkeys(_from, _to))

_LINUX = frozenset("─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬█▀▄▌▐░▒▓·°±≤≥π£•→←↑↓◆»«")
"""Beside Latin-1: what the fonts of Linux's own console have."""
_LINUX_FOLD = {"▔": "▀", "▁": "▄", "▂": "▄", "▃": "▄", "▅": "█", "▆": "█", "▇": "█", "▏": "▌", "▎": "▌", "▍": "▌"}
_LINUX_FOLD |= {"▕": "▐", "▋": "█", "▊": "█", "▉": "█", "⎺": "─", "⎽": "─"}


class Glyphs:
    """Chooses for each character one of the same width that the terminal has, and knows its bytes."""

    def __init__(self, repertoire: Repertoire, encoding: str = "ascii") -> None:
        self.repertoire: Repertoire = repertoire
        self.encoding = "utf-8" if repertoire in ("linux", "utf8") else encoding
        self._known: dict[str, str] = {}
        self._encoded: dict[str, tuple[bool, bytes]] = {}

    def shown(self, character: str) -> str:
        """The character in its place; of combining ones only what fits."""
        if " " <= character <= "~":
            return character
        known = self._known.get(character)
        if known is None:
            known = self._known[character] = self._chosen(character)
        return known

    def encode(self, character: str) -> tuple[bool, bytes]:
        """Whether the character is one of the line drawing set, and its byte or bytes."""
        encoded = self._encoded.get(character)
        if encoded is None:
            drawn = DRAWN.get(character) if self.repertoire == "vt100" else None
            encoded = (True, drawn.encode("ascii")) if drawn else (False, character.encode(self.encoding))
            self._encoded[character] = encoded
        return encoded

    def _chosen(self, character: str) -> str:
        if self.repertoire == "utf8":
            return character if character.isprintable() else "?"
        base = unicodedata.normalize("NFC", character)[0]
        if self.repertoire == "linux":
            base = _LINUX_FOLD.get(base, base)
            if base in _LINUX or "\xa0" < base <= "\xff":
                return base
        base = _FOLDED.get(base, base)
        if (self.repertoire == "linux" and base in _LINUX) or (self.repertoire == "vt100" and base in DRAWN):
            return base
        return base if self._encodes(base) else ascii_like(base)

    def _encodes(self, character: str) -> bool:
        """Whether it is one byte of the locale, and none that is a control of eight bits elsewhere."""
        try:
            encoded = character.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return self.encoding != "utf-8" and len(encoded) == 1 and encoded >= b"\xa0" and character.isprintable()


def ascii_like(character: str) -> str:
    """One ASCII character that comes near, "?" where none does."""
    if character in _ASCII:
        return _ASCII[character]
    plain = unicodedata.normalize("NFKD", character)[0]
    plain = _ASCII.get(plain, plain)
    return plain if " " <= plain <= "~" else "?"
