"""What each page of the wizard costs on a serial line, in bytes; they are exact, and a rise of a twentieth fails.

The least that a page can cost is the text that was not there before: no page may cost a quarter more than that.
"""

import asyncio
from pathlib import Path

from screens.app import Wizard
from screens.pages import asked_pages
from tests.captured.test_captured import facts
from tests.screens.seat import Seat
from tests.serial_line.states import Shown, States, shown

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
MOST = 1.25


def text_of(after: str, before: str = "") -> int:
    """The text of the lines that changed, in bytes, words a blank apart."""
    old = before.splitlines() or [""] * len(after.splitlines())
    new = after.splitlines()
    return sum(len(" ".join(line.split())) for line, former in zip(new, old, strict=True) if line != former)


async def until(screen: Shown, *words: str) -> int:
    """The bytes until these stand on the screen and nothing more comes."""
    count = 0
    for _ in range(2000):
        sent = len(await screen.step())
        count += sent
        if not sent and all(word in screen.text() for word in words):
            return count
        await screen.pilot.pause(0.005)
    raise AssertionError(f"{words} never came:\n{screen.text()}")


async def costs(wizard: Wizard) -> dict[str, tuple[int, int]]:
    """Bytes and new text of each page, one after the other."""
    found: dict[str, tuple[int, int]] = {}
    async with shown(wizard) as screen:
        found["welcome"] = await until(screen, "> 1 Start <", "without both."), text_of(screen.text())
        titles = {page.name: page.title for page in asked_pages(None)}
        for name, word in [*titles.items(), ("review", "changes:")]:
            before = screen.text()
            sent = len(await screen.step("ctrl+n"))
            sent += await until(screen, word)
            found[name] = sent, text_of(screen.text(), before)
    return found


def test_no_page_costs_much_more_than_its_text_and_none_rises(tmp_path: Path) -> None:
    seat = Seat(tmp_path)
    seat.facts = facts("trixie-uefi-networkd-native")
    wizard = Wizard(seat.machine(), None, "serial")
    wizard.driver_class = States
    found = asyncio.run(costs(wizard))
    assert {name: sent for name, (sent, text) in found.items() if sent > MOST * text} == {}
    assert {name: sent for name, (sent, _) in found.items() if sent > RECORDED[name] * 1.05} == {}
    assert found.keys() == RECORDED.keys()
