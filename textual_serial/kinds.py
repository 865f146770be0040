"""The kinds of terminals; `typing` imports slowly, so that what paints early names them for the type checker only."""

from typing import Literal

Depth = Literal[0, 8, 16]
"""Colours that the terminal has."""
Repertoire = Literal["ascii", "vt100", "linux", "utf8"]
"""Characters that it has: seven bits, with VT100 line drawing, a PC's font by UTF-8, all of Unicode."""
