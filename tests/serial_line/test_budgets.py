"""What each thing costs, in bytes; they are exact, and a rise of a twentieth fails."""

import asyncio

import pytest

from tests.serial_line.sample import Sample, Work
from tests.serial_line.states import Shown, States, shown


def text_of(screen: Shown) -> int:
    """The page's text in bytes, words a blank apart."""
    return sum(len(" ".join(line.split())) for line in screen.text().splitlines())


async def costs() -> dict[str, int]:
    """Everything that the goals speak of, once."""
    found: dict[str, int] = {}
    async with shown(Sample(driver_class=States)) as screen:
        found["first page"] = len(await screen.step())
        found["text of the first page"] = text_of(screen)
        found["menu move"] = len(await screen.step("down"))
        await screen.step("tab")
        found["button to button"] = len(await screen.step("tab"))
        await screen.step("shift+tab")
        found["next page"] = len(await screen.step("enter"))
        found["typed character"] = len(await screen.step("7"))
        await screen.step("tab")
        found["toggle"] = len(await screen.step("space"))
        await screen.step("tab", "tab")
        await screen.step("enter")
        work = screen.app.screen
        assert isinstance(work, Work)
        work.done = 20
        await screen.step()
        work.done = 23
        found["progress step"] = len(await screen.step())
        found["idle"] = len(await screen.step())
    return found


GOALS = {
    "first page": 600,
    "next page": 400,
    "menu move": 16,
    "typed character": 2,
    "toggle": 4,
    "button to button": 40,
    "idle": 0,
    "progress step": 30,
}
RECORDED = {
    "first page": 417,
    "next page": 167,
    "menu move": 5,
    "typed character": 1,
    "toggle": 2,
    "button to button": 5,
    "idle": 0,
    "progress step": 12,
}


@pytest.fixture(scope="module")
def measured() -> dict[str, int]:
    return asyncio.run(costs())


@pytest.mark.parametrize("what", GOALS)
def test_goal(measured: dict[str, int], what: str) -> None:
    assert measured[what] <= GOALS[what]


@pytest.mark.parametrize("what", RECORDED)
def test_nothing_has_become_dearer_by_a_twentieth(measured: dict[str, int], what: str) -> None:
    assert measured[what] <= RECORDED[what] * 1.05


def test_a_page_costs_little_more_than_its_text(measured: dict[str, int]) -> None:
    assert measured["first page"] <= 1.25 * measured["text of the first page"]
