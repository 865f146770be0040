"""The README's pictures of the wizard are what it shows: each is an SVG whose words are compared, cell by cell.

XENSTRAP_WRITE_GOLDEN=1 draws those anew that say something else.
"""

import os
import re
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.captured.test_captured import facts
from tests.screens.seat import Hands, Seat

ROOT = Path(__file__).parents[2]
PICTURES = {"storage": "Storage", "memory": "Memory and CPUs", "review": "Review"}
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


@pytest.mark.parametrize("name", PICTURES)
def test_the_readme_shows_what_the_wizard_shows(seat: Seat, name: str) -> None:
    seat.facts = facts("trixie-uefi-networkd-native")
    seat.host.root_uuid = seat.facts.boot.root_uuid
    path = ROOT / "docs" / f"{name}.svg"

    async def go(hands: Hands) -> None:
        await hands.to(PICTURES[name])
        if name == "memory":
            await hands.type("3G")
        if name == "review":
            await hands.until(lambda: "changes:" in hands.words)
        shown = [line for line in hands.screen.splitlines() if line.strip()]
        drawn = FETCHED_FONT.sub("", hands.app.export_screenshot(title="xenstrap"))
        assert words_of(drawn) == shown
        if os.environ.get("XENSTRAP_WRITE_GOLDEN") and (not path.exists() or words_of(path.read_text()) != shown):
            path.write_text(drawn)
        assert words_of(path.read_text()) == shown

    seat.sit(go)
    assert f"](docs/{name}.svg)" in (ROOT / "README.md").read_text()
