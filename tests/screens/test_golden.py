"""Every screen as it stands, at each size and in each look; in every theme it says the same, and can be read.

XENSTRAP_WRITE_GOLDEN=1 writes the golden files anew; read the difference before keeping it.
"""

import os
import re
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from textual.color import Color

from screens.looks import Look
from screens.pages import asked_pages
from tests.captured.test_captured import facts
from tests.machines import dom0
from tests.screens.seat import Hands, Seat, Size

GOLDEN = Path(__file__).parent / "golden"
SIZES: list[Size] = [(80, 24), (120, 40), (60, 20)]
CASES: list[tuple[Size, Look]] = [*((size, "rich") for size in SIZES), *((size, "serial") for size in SIZES[:2])]
READABLE = 4.5
"""The least contrast of text (WCAG 2.1, 1.4.3)."""


class Album:
    """Screens one after the other, each checked in both themes."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.pages: list[str] = []

    async def take(self, name: str) -> None:
        """Keep what stands there."""
        shown = self.hands.screen
        await self.hands.press("f9")
        assert self.hands.screen == shown, "the light theme shows something else"
        self.check(name)
        await self.hands.press("f9")
        self.check(name)
        assert all(len(line) <= self.hands.app.size.width for line in shown.splitlines())
        self.pages.append(f"=== {name} ===\n{steady(shown)}\n")

    def check(self, name: str) -> None:
        """Everything that is written stands out from what it is written on."""
        for strip in self.hands.app.screen._compositor.render_strips():
            for segment in strip:
                style = segment.style
                if segment.text.strip(" ▁▂▃▄▅▆▇█▓░") and style and style.color and style.bgcolor:
                    ratio = contrast(style.color, style.bgcolor)
                    assert ratio >= READABLE, f"{name}: {segment.text!r} has {ratio:.1f} in {self.hands.app.theme}"


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
    return re.sub(r"after \d+ s, at \d\d:\d\d UTC", "after 9 s, at 12:00 UTC", shown)


def compare(name: str, shown: list[str]) -> None:
    """As it was, or written anew."""
    golden = GOLDEN / f"{name}.txt"
    text = "\n".join(shown)
    if os.environ.get("XENSTRAP_WRITE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()


@pytest.mark.parametrize(("size", "look"), CASES, ids=str)
def test_every_screen_is_the_golden_one(seat: Seat, size: Size, look: Look) -> None:
    seat.facts = facts("trixie-uefi-networkd-native")
    seat.host.root_uuid = seat.facts.boot.root_uuid
    shown: list[str] = []

    async def make(hands: Hands) -> None:
        album = Album(hands)
        await hands.see("This machine", "Start")
        await album.take("Welcome")
        await hands.press("f1")
        await album.take("Welcome: help")
        await hands.press("escape", "f10")
        await album.take("Welcome: leave")
        await hands.press("escape")
        for page in asked_pages(None):
            await hands.to(page.title)
            await album.take(page.title)
        await hands.to("Review")
        await hands.until(lambda: "changes:" in hands.words)
        await album.take("Review")
        await hands.press("2")
        await album.take("Review: save")
        await hands.press("escape", "4")
        await album.take("Review: apply")
        await hands.press("2")
        await hands.see("Restart the machine to start Xen")
        await album.take("Applied")
        shown.extend(album.pages)

    seat.sit(make, size=size, look=look)
    seat.boot()
    seat.facts = dom0()

    async def verify(hands: Hands) -> None:
        album = Album(hands)
        await hands.until(lambda: "checks failed" in hands.words or "verified" in hands.words)
        await album.take("Verify")
        shown.extend(album.pages)

    seat.sit(verify, size=size, look=look)
    compare(f"{size[0]}x{size[1]}-{look}", shown)


def test_a_wrong_answer_is_said_beside_its_field_and_holds_one_on_the_page(seat: Seat) -> None:
    seat.facts = facts("trixie-uefi-networkd-native")

    async def go(hands: Hands) -> None:
        album = Album(hands)
        await hands.to("Memory and CPUs")
        await hands.type("9T")
        await album.take("Memory: wrong")
        await hands.press("enter")
        assert hands.title() == "Memory and CPUs"
        await hands.to("Memory and CPUs")
        await hands.press("f1")
        await album.take("Memory: help")
        compare("wrong", album.pages)

    seat.sit(go)


def test_a_terminal_that_is_too_small_says_so(seat: Seat) -> None:
    async def go(hands: Hands) -> None:
        await hands.see("This terminal has 50 columns and 15 rows; the wizard needs 60 and 20.")
        await hands.pilot.resize_terminal(80, 24)
        await hands.see("Makes this machine a Xen host")

    seat.sit(go, size=(50, 15))


def test_the_readme_shows_a_page_on_a_serial_line_as_it_is(seat: Seat) -> None:
    seat.facts = facts("trixie-uefi-networkd-native")

    async def go(hands: Hands) -> None:
        await hands.to("Network")
        lines = [line for line in hands.screen.splitlines() if line.strip()]
        readme = (Path(__file__).parents[2] / "README.md").read_text().splitlines()
        assert all(line in readme for line in lines), hands.screen

    seat.sit(go, look="serial")
