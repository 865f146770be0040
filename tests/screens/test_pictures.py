"""The README's pictures of the wizard are what it shows: each is an SVG whose words are compared, cell by cell.

XENSTRAP_WRITE_GOLDEN=1 draws those anew that say something else.
"""

import os
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.blank.machines import BLANK
from tests.captured.test_captured import facts
from tests.debian import FakeDebian
from tests.machines import dom0
from tests.screens.album import steady
from tests.screens.seat import Hands, LiveSeat, Seat

ROOT = Path(__file__).parents[2]
FETCHED_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
CELL = 12.2
"""The width of a character in an SVG that Rich makes."""


def words_of(svg: str) -> list[str]:
    """The lines of text in such an SVG, without the empty ones."""
    cells = defaultdict[int, dict[int, str]](dict)
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        line = re.search(r"-line-(\d+)\)", element.get("clip-path", ""))
        if line:
            start = round(float(element.get("x", "0")) / CELL)
            text = (element.text or "").replace("\xa0", " ")
            cells[int(line[1])] |= {start + number: character for number, character in enumerate(text)}
    lines = ("".join(line.get(at, " ") for at in range(max(line) + 1)) for _, line in sorted(cells.items()))
    return [line.rstrip() for line in lines if line.strip()]


class Gallery:
    """Pictures of screens, one after the other."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands

    def compare(self, name: str) -> None:
        """What stands there is what the picture of that name shows."""
        path = ROOT / "docs" / f"{name}.svg"
        shown = [line for line in steady(self.hands.screen).splitlines() if line.strip()]
        drawn = FETCHED_FONT.sub("", self.hands.app.export_screenshot(title="xenstrap"))
        assert lines_of(drawn) == shown
        if os.environ.get("XENSTRAP_WRITE_GOLDEN") and (not path.exists() or lines_of(path.read_text()) != shown):
            path.write_text(drawn)
        assert lines_of(path.read_text()) == shown
        assert f"](docs/{name}.svg)" in (ROOT / "README.md").read_text()


def lines_of(svg: str) -> list[str]:
    """The lines of a picture, without what is different each time."""
    return steady("\n".join(words_of(svg))).splitlines()


def test_the_readme_shows_what_the_wizard_shows(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    held, go_on = threading.Event(), threading.Event()
    stream = FakeDebian.stream

    def slow(host: FakeDebian, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
        for line in stream(host, *argv, env=env):
            yield line
            if "install" in argv and not held.is_set():
                held.set()
                assert go_on.wait(60)

    monkeypatch.setattr(FakeDebian, "stream", slow)
    seat.facts = facts("trixie-uefi-networkd-native")
    seat.host.root_uuid = seat.facts.boot.root_uuid

    async def make(hands: Hands) -> None:
        gallery = Gallery(hands)
        await hands.see("> 1 Start <")
        gallery.compare("welcome")
        for page in hands.app.known.pages:
            await hands.to(page.title)
            if page.name == "memory":
                await hands.type("3G")
            gallery.compare(page.name)
        await hands.to("Review")
        await hands.until(lambda: "changes:" in hands.words)
        gallery.compare("review")
        await hands.press("4", "2")
        await hands.until(held.is_set)
        await hands.see("installing: Unpacking")
        gallery.compare("progress")
        go_on.set()
        await hands.see("Restart the machine to start Xen")
        gallery.compare("applied")

    seat.sit(make)
    seat.boot()
    seat.facts = dom0(network=facts("trixie-uefi-networkd-dom0").network)

    async def verify(hands: Hands) -> None:
        await hands.until(lambda: "checks failed" in hands.words or "verified" in hands.words)
        Gallery(hands).compare("verify")

    seat.sit(verify)


def test_the_readme_shows_what_is_asked_of_a_new_debian(tmp_path: Path) -> None:
    async def go(hands: Hands) -> None:
        gallery = Gallery(hands)
        await hands.to("New Debian")
        await hands.choose(2)
        await hands.see("after: ERASED")
        gallery.compare("install")
        await hands.to("System")
        gallery.compare("system")

    LiveSeat(tmp_path, BLANK["uefi-480"]).sit(go)
