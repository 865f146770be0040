"""Colours and attributes of a rich terminal, reduced to no, 8 or 16 colours."""

import math
from typing import NamedTuple

from textual_serial.cells import BG_SHIFT, BOLD, FG_SHIFT, HIDDEN, REVERSE, UNDERLINE
from textual_serial.kinds import Depth

Rgb = tuple[int, int, int]
Colour = int | Rgb | None
"""A number of the palette, a mixture, or the terminal's own."""

_LOW = ((0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170))
_HIGH = ((85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255))
PALETTE: tuple[Rgb, ...] = (*_LOW, *_HIGH, (255, 255, 255))

ALIKE = 1.15
"""Below this contrast nobody reads the text: it is left out (frames in the colour of their ground)."""
MARKED = 0.1
"""Luminance from which a ground counts as marked on a terminal without colours."""
_BLACK, _GREY, _WHITE = 0, 7, 15


class Look(NamedTuple):
    """How a rich terminal would show a character."""

    fg: Colour = None
    bg: Colour = None
    bold: bool = False
    underline: bool = False
    reverse: bool = False
    conceal: bool = False


class Palette:
    """The colours that the line's terminal has."""

    def __init__(self, depth: Depth, dark: bool = True) -> None:
        self.depth: Depth = depth
        self._dark = dark
        self._known: dict[Look, int] = {}

    @property
    def dark(self) -> bool:
        """Whether the program's own ground is dark; a light one is turned over, as the terminal's ground is dark."""
        return self._dark

    @dark.setter
    def dark(self, dark: bool) -> None:
        if dark != self._dark:
            self._dark = dark
            self._known.clear()

    def reduce(self, look: Look) -> int:
        """The attributes on this terminal."""
        known = self._known.get(look)
        if known is None:
            known = self._known[look] = self._reduced(look)
        return known

    def _reduced(self, look: Look) -> int:
        fg, bg = self._mixture(look.fg, (224, 224, 224)), self._mixture(look.bg, (0, 0, 0))
        attributes = BOLD * look.bold | UNDERLINE * look.underline
        if look.conceal or ((look.fg != look.bg or look.fg is not None) and contrast(fg, bg) < ALIKE):
            attributes |= HIDDEN
        if self.depth == 0:
            marked = look.bg is not None and luminance(bg) >= MARKED
            return attributes | REVERSE * (marked != look.reverse)
        attributes |= REVERSE * look.reverse
        near_fg, near_bg = nearest(fg, self.depth), nearest(bg, self.depth)
        if near_fg == near_bg and not attributes & HIDDEN:
            near_fg = _BLACK if luminance(bg) > 0.3 else _GREY
        own_bg = near_bg == _BLACK
        own_fg = near_fg in (_GREY, _WHITE) and own_bg
        return attributes | (0 if own_fg else near_fg + 1) << FG_SHIFT | (0 if own_bg else near_bg + 1) << BG_SHIFT

    def _mixture(self, colour: Colour, own: Rgb) -> Rgb:
        if colour is None:
            return own
        mixture = PALETTE[colour] if isinstance(colour, int) else colour
        if not self._dark and max(mixture) - min(mixture) < 48:
            return (255 - mixture[0], 255 - mixture[1], 255 - mixture[2])
        return mixture


def nearest(colour: Rgb, depth: int) -> int:
    """The number of the palette's colour that is most like it."""
    red, green, blue = colour

    def distance(number: int) -> int:
        r, g, b = PALETTE[number]
        return (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2

    return min(range(depth), key=distance)


def luminance(colour: Rgb) -> float:
    """Relative luminance, 0 to 1."""
    red, green, blue = (math.pow(part / 255, 2.2) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
