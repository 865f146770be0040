"""What the wizard's pages and keys cost on a serial line, in bytes; they are exact, and a rise of a twentieth fails.

The least that a page can cost is the text that was not there before: no page may cost a quarter more than that.
"""

import asyncio
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.serial_line.pages import pages, wizard_on
from tests.serial_line.states import shown

MACHINES = ("trixie-uefi-networkd-native", "bookworm-bios-ifupdown-native")
FIRST, NEXT = 600, 400
"""The goals: for the first page, and for each after it."""
RECORDED = {
    "welcome": (592, 595),
    "storage": (397, 397),
    "bridge": (396, 377),
    "memory": (304, 298),
    "serial": (341, 341),
    "boot": (248, 248),
    "guests": (221, 190),
    "review": (782, 793),
}
LONGER = {"review"}
"""It names every step of the plan, a dozen on any machine: to see less of what will be done would be dear later."""
MOST = 1.25

KEYS = {
    ("storage", "tab"): 131,
    ("memory", "tab"): 30,
    ("boot", "down"): 11,
    ("boot", "space"): 4,
    ("guests", "right"): 14,
    ("review", "tab"): 16,
    ("review", "2"): 304,
    ("review", "x"): 1,
    ("review", "backspace"): 3,
}
"""What a key costs: from a field with many options to the next, and between plain ones; ticks, choices, buttons; a
dialog, and what is typed there."""
TYPED, TOGGLED, BUTTON = 2, 4, 40
"""The goals for three of them."""


class Cost(NamedTuple):
    """Bytes, and bytes of text that was not there before."""

    sent: int
    text: int


def text_of(after: str, before: str) -> int:
    """The text of the lines that changed, in bytes, words a blank apart."""
    old = before.splitlines() or [""] * len(after.splitlines())
    new = after.splitlines()
    return sum(len(" ".join(line.split())) for line, former in zip(new, old, strict=True) if line != former)


async def costs(machine: str, folder: Path) -> dict[str, Cost]:
    """What each page costs, one after the other."""
    found: dict[str, Cost] = {}
    async with shown(wizard_on(machine, folder)) as screen:
        before = ""
        async for name, sent in pages(screen):
            found[name] = Cost(sent, text_of(screen.text(), before))
            before = screen.text()
    return found


async def keys(folder: Path) -> dict[tuple[str, str], int]:
    """What keys cost on those pages."""
    found: dict[tuple[str, str], int] = {}
    async with shown(wizard_on(MACHINES[0], folder)) as screen:
        async for name, _ in pages(screen):
            for page, key in KEYS:
                if page == name:
                    found[page, key] = len(await screen.step(key))
    return found


@pytest.fixture(scope="module", params=MACHINES)
def measured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Cost]]:
    """The number of a machine, and what its pages cost."""
    machine = request.param
    return MACHINES.index(machine), asyncio.run(costs(machine, tmp_path_factory.mktemp("wizard")))


@pytest.mark.parametrize("name", [name for name in RECORDED if name not in LONGER])
def test_goal(measured: tuple[int, dict[str, Cost]], name: str) -> None:
    assert measured[1][name].sent <= (FIRST if name == "welcome" else NEXT)


@pytest.mark.parametrize("name", RECORDED)
def test_no_page_costs_much_more_than_its_text_and_none_rises(measured: tuple[int, dict[str, Cost]], name: str) -> None:
    number, found = measured
    assert found.keys() == RECORDED.keys()
    assert found[name].sent <= MOST * found[name].text
    assert found[name].sent <= RECORDED[name][number] * 1.05


def test_no_key_has_become_dearer(tmp_path: Path) -> None:
    found = asyncio.run(keys(tmp_path))
    assert {key: sent for key, sent in found.items() if sent > KEYS[key] * 1.05} == {}
    assert found.keys() == KEYS.keys()
    assert found["review", "x"] <= TYPED
    assert found["boot", "space"] <= TOGGLED
    assert found["review", "tab"] <= BUTTON
