"""Screens as they stand, one after the other: in each theme, and in grey, they say the same and can be read.

XENSTRAP_WRITE_GOLDEN=1 writes the golden files anew; read the difference before keeping it.
"""

import os
import re
from pathlib import Path

from rich.color import Color as RichColor
from textual.color import Color
from textual.filter import Monochrome

from screens.controls import Action, Choice, Tick
from tests.screens.seat import Hands

GOLDEN = Path(__file__).parent / "golden"
STEADY = {
    r"after \d+ s, at \d\d:\d\d UTC": "after 9 s, at 12:00 UTC",
    r"\b\d+ s so far": "9 s so far",
}
READABLE = 4.5
"""The least contrast of text (WCAG 2.1, 1.4.3)."""


class Album:
    """Screens one after the other, each checked in both themes."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.pages: list[str] = []

    async def take(self, name: str) -> None:
        """Keep what stands there; from then on the other theme is on."""
        shown = steady(self.hands.screen)
        self.check(name)
        await self.hands.press("f9")
        assert steady(self.hands.screen) == shown, "the other theme shows something else"
        self.check(name)
        assert all(len(line) <= self.hands.app.size.width for line in shown.splitlines())
        self.pages.append(f"=== {name} ===\n{shown}\n")

    def check(self, name: str) -> None:
        """Everything that is written stands out from what it is written on, and by a sign where one is."""
        for strip in self.hands.app.screen._compositor.render_strips():
            for segment in (*strip, *Monochrome().apply(list(strip), Color(0, 0, 0))):
                style = segment.style
                if segment.text.strip(" ▁▂▃▄▅▆▇█▓░") and style and style.color and style.bgcolor:
                    ratio = contrast(style.color, style.bgcolor)
                    assert ratio >= READABLE, (
                        f"{name}: {segment.text!r} {style} has {ratio:.1f} in {self.hands.app.theme}"
                    )
        if isinstance(self.hands.app.focused, Choice | Tick | Action):
            assert re.search(r"[›>] \S", self.hands.screen), f"{name}: where one is can only be told by a colour"


def contrast(one: RichColor, other: RichColor) -> float:
    """The contrast ratio of two colours (WCAG 2.1)."""
    shades = sorted(luminance(Color.from_rich_color(each)) for each in (one, other))
    return (shades[1] + 0.05) / (shades[0] + 0.05)


def luminance(color: Color) -> float:
    """The relative luminance of a colour (WCAG 2.1)."""
    parts = [part / 255 for part in (color.r, color.g, color.b)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def steady(shown: str) -> str:
    """A screen without what is different each time."""
    for different, same in STEADY.items():
        shown = re.sub(different, same, shown)
    return shown


def compare(name: str, shown: list[str]) -> None:
    """As it was, or written anew."""
    golden = GOLDEN / f"{name}.txt"
    text = "\n".join(shown)
    if os.environ.get("XENSTRAP_WRITE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()
