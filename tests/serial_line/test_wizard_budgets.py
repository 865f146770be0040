"""What each page of the wizard costs on a serial line, in bytes; they are exact, and a rise of a twentieth fails.

The least that a page can cost is the text that was not there before: no page may cost a quarter more than that.
"""

import asyncio
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.serial_line.pages import pages, wizard_on
from tests.serial_line.states import shown

FIRST, NEXT = 600, 400
"""The goals: for the first page, and for each after it."""
RECORDED = {
    "welcome": 1036,
    "storage": 1072,
    "bridge": 905,
    "memory": 607,
    "serial": 776,
    "boot": 407,
    "guests": 303,
    "review": 1195,
}
MORE = {"review"}
"""The plan is as long as what is to be changed, and scrolls."""
MOST = 1.25


class Cost(NamedTuple):
    """Bytes, and bytes of text that was not there before."""

    sent: int
    text: int


def text_of(after: str, before: str) -> int:
    """The text of the lines that changed, in bytes, words a blank apart."""
    old = before.splitlines() or [""] * len(after.splitlines())
    new = after.splitlines()
    return sum(len(" ".join(line.split())) for line, former in zip(new, old, strict=True) if line != former)


async def costs(folder: Path) -> dict[str, Cost]:
    """What each page costs, one after the other."""
    found: dict[str, Cost] = {}
    async with shown(wizard_on("trixie-uefi-networkd-native", folder)) as screen:
        before = ""
        async for name, sent in pages(screen):
            print(f"{name}: {sent} bytes for {text_of(screen.text(), before)} of text", screen.text(), sep="\n")
            found[name] = Cost(sent, text_of(screen.text(), before))
            before = screen.text()
    return found


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cost]:
    return asyncio.run(costs(tmp_path_factory.mktemp("wizard")))


@pytest.mark.parametrize("name", [name for name in RECORDED if name not in MORE])
def test_goal(measured: dict[str, Cost], name: str) -> None:
    assert measured[name].sent <= (FIRST if name == "welcome" else NEXT)


@pytest.mark.parametrize("name", RECORDED)
def test_no_page_costs_much_more_than_its_text_and_none_rises(measured: dict[str, Cost], name: str) -> None:
    assert measured.keys() == RECORDED.keys()
    assert measured[name].sent <= MOST * measured[name].text
    assert measured[name].sent <= RECORDED[name] * 1.05
