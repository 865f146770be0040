"""A disk is erased only after its name, or the end of its serial number, was typed."""

import pytest

from screens.confirm import ask_disk
from screens.dialogs import Question
from tests.screens.seat import Hands, Seat
from tests.storage.machines import MACHINES

SPARE = "ata-HDD_H1"


async def ask(hands: Hands, name: str, disk: str, answers: list[str | None]) -> None:
    hands.app.push_screen(Question(ask_disk((disk,), MACHINES[name])), answers.append)
    await hands.see("will be lost, for ever")


@pytest.mark.parametrize("typed", ["sdb", "H1", "SDB "])
def test_the_right_name_lets_it_go_ahead(seat: Seat, typed: str) -> None:
    answers: list[str | None] = []

    async def go(hands: Hands) -> None:
        await ask(hands, "sata-full-blank-second", SPARE, answers)
        assert "Type sdb or H1, the end of its serial number, to go on." in hands.words
        assert "On it now: blank" in hands.words
        await hands.type(typed)
        await hands.press("enter")
        assert "> 1 Not yet <" in hands.screen
        await hands.press("2")

    seat.sit(go)
    assert answers == ["yes"]


@pytest.mark.parametrize("typed", ["", "sda", "sdbb", "1"])
def test_any_other_name_does_not(seat: Seat, typed: str) -> None:
    answers: list[str | None] = []

    async def go(hands: Hands) -> None:
        await ask(hands, "sata-full-blank-second", SPARE, answers)
        await hands.type(typed)
        await hands.press("enter", "2", "right", "2")
        await hands.see("will be lost, for ever")
        await hands.press("enter")

    seat.sit(go)
    assert answers == ["no"]


def test_a_serial_number_that_two_disks_have_is_not_asked_for(seat: Seat) -> None:
    answers: list[str | None] = []

    async def go(hands: Hands) -> None:
        await ask(hands, "twins-of-one-serial", "ata-HDD_SAME", answers)
        assert "Type sdc to go on." in hands.words
        await hands.type("SAME")
        await hands.press("enter", "2")
        await hands.see("will be lost, for ever")
        await hands.press("escape")

    seat.sit(go)
    assert answers == [""]
