"""Every screen of the way as it stands, at each size and in each look."""

from pathlib import Path

import pytest

from screens.looks import Look
from screens.pages import asked_pages
from tests.captured.test_captured import facts
from tests.machines import dom0
from tests.screens.album import Album, compare
from tests.screens.seat import Hands, Seat, Size

SIZES: list[Size] = [(80, 24), (120, 40), (60, 20)]
CASES: list[tuple[Size, Look]] = [*((size, "rich") for size in SIZES), *((size, "serial") for size in SIZES[:2])]


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
    seat.facts = dom0(network=facts("trixie-uefi-networkd-dom0").network)

    async def verify(hands: Hands) -> None:
        album = Album(hands)
        await hands.until(lambda: "checks failed" in hands.words or "verified" in hands.words)
        await album.take("Verify")
        shown.extend(album.pages)

    seat.sit(verify, size=size, look=look)
    compare(f"{size[0]}x{size[1]}-{look}", shown)


def test_without_colours_all_is_grey(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def go(hands: Hands) -> None:
        await hands.to("Storage")
        for strip in hands.app.screen._compositor.render_strips():
            for segment in strip:
                for color in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                    assert color is None or len(set(color.get_truecolor())) == 1

    seat.sit(go)


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
