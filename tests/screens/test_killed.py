"""Killed on any screen and in the middle of an apply, hung up, its terminal closed: nothing is lost."""

import os
import signal
from pathlib import Path

import pytest

from installer.answers import Answers
from installer.journal import Journal
from installer.newroot import draw
from screens.looks import Look
from screens.pages import asked_pages
from screens.review import ReviewScreen
from tests.blank.machines import BLANK
from tests.keystrokes import DOWN
from tests.machines import dom0
from tests.screens.process import Terminal
from tests.screens.seat import Hands, LiveSeat, Seat

PLACES = [*(page.name for page in asked_pages(None)), "review"]
NEW_PLACES = [*(page.name for page in asked_pages(None, new=True)), "review"]
TITLES = {page.name: page.title for page in asked_pages(None, new=True)} | {"review": "Review"}


def go_to(terminal: Terminal, places: list[str]) -> None:
    """From the first page, page by page; on that of a new Debian the disk is chosen."""
    terminal.wait_for("Start")
    for name in places:
        terminal.shown = b""
        terminal.type("\r")
        terminal.wait_for_draft(f'"at":"{name}"')
        if name == "install":
            terminal.wait_for("none chosen")
            terminal.type(DOWN)
            terminal.wait_for_draft('"install.disk":"ata-SSD_S1"')


async def plan_of(hands: Hands) -> str:
    """On to the review; the hash of what it shows."""
    await hands.to("Review")
    await hands.see("changes:")
    review = hands.app.screen
    assert isinstance(review, ReviewScreen)
    assert review.plan
    return review.plan.hash


def hash_of(answers: Answers, seat: Seat) -> str:
    """The hash of the plan that these answers have without any screen."""
    return draw(answers, seat.facts, seat.machine().look_only, None).hash


@pytest.mark.parametrize("place", PLACES)
def test_killed_on_any_page_it_comes_back_there_with_the_same_plan(seat: Seat, place: str) -> None:
    with Terminal(seat.folder) as terminal:
        go_to(terminal, PLACES[: PLACES.index(place) + 1])
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.process.wait(30)

    async def again(hands: Hands) -> None:
        await hands.see("You stopped at")
        await hands.press("1")
        await hands.until(lambda: hands.title() == TITLES[place])
        assert await plan_of(hands) == hash_of(Answers(), seat)

    seat.sit(again)


@pytest.mark.parametrize("place", ["install", "system"])
def test_killed_while_a_new_debian_is_asked_for_it_comes_back_with_the_disk(tmp_path: Path, place: str) -> None:
    with Terminal(tmp_path, kind="live") as terminal:
        go_to(terminal, NEW_PLACES[: NEW_PLACES.index(place) + 1])
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.process.wait(30)

    async def again(hands: Hands) -> None:
        await hands.see("You stopped at")
        await hands.press("1")
        await hands.until(lambda: hands.title() == TITLES[place])
        assert hands.app.known.judgement.answers.install.disk == ("ata-SSD_S1",)

    LiveSeat(tmp_path, BLANK["uefi-480"]).sit(again)


def test_killed_on_the_first_screen_and_on_verify_nothing_is_lost(seat: Seat) -> None:
    with Terminal(seat.folder) as terminal:
        terminal.wait_for("Start")
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.process.wait(30)

    async def make(hands: Hands) -> None:
        await hands.see("> 1 Start <")
        assert await plan_of(hands) == hash_of(Answers(), seat)
        await hands.see("[ 4 Apply ]")
        await hands.press("4", "2")
        await hands.see("Restart the machine to start Xen")

    seat.sit(make)
    seat.boot()
    with Terminal(seat.folder, kind="dom0") as terminal:
        terminal.wait_for("verified Xen dom0")
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.process.wait(30)
    seat.facts = dom0()

    async def again(hands: Hands) -> None:
        await hands.see("Everything is applied. You may change your answers")
        await hands.press("2")
        await hands.see("This machine is a verified Xen dom0.")

    seat.sit(again)


@pytest.mark.parametrize("way", ["hang-up", "terminate", "close"])
def test_what_was_typed_is_there_again_however_it_ended(seat: Seat, way: str) -> None:
    with Terminal(seat.folder) as terminal:
        go_to(terminal, ["storage", "bridge", "memory"])
        terminal.wait_for("More settings")
        terminal.type("3G")
        terminal.wait_for_draft('"memory.dom0":"3G"')
        if way == "close":
            terminal.close()
        else:
            os.kill(terminal.pid, signal.SIGHUP if way == "hang-up" else signal.SIGTERM)
        assert terminal.process.wait(30) == 0
    assert oct((seat.state / "draft.json").stat().st_mode & 0o777) == "0o600"

    async def again(hands: Hands) -> None:
        await hands.see("You stopped at Memory and CPUs")
        await hands.press("1")
        await hands.see("How much of this machine")
        assert "3G" in hands.screen

    seat.sit(again)


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_terminal_that_stands_still_keeps_it_neither_from_working_nor_from_ending(seat: Seat, goes_on: bool) -> None:
    with Terminal(seat.folder) as terminal:
        go_to(terminal, ["storage", "bridge", "memory"])
        terminal.wait_for("More settings")
        terminal.still.set()
        terminal.type("\x14" * 100)  # from dark to light and back: all is painted each time
        terminal.type("3G")
        terminal.wait_for_draft('"memory.dom0":"3G"')
        if goes_on:
            terminal.still.clear()
            terminal.wait_for("Memory and CPUs", "3G")
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.process.wait(30) == 0


@pytest.mark.parametrize(
    ("way", "look"), [("kill", "rich"), ("hang-up", "rich"), ("close", "rich"), ("close", "serial")]
)
def test_killed_while_it_applies_it_goes_on_to_the_same_end(seat: Seat, tmp_path: Path, way: str, look: Look) -> None:
    hold = tmp_path / "hold"
    hold.touch()
    with Terminal(seat.folder, look) as terminal:
        go_to(terminal, PLACES)
        terminal.wait_for("Apply ]")
        terminal.type("4")
        terminal.wait_for("Not yet")
        terminal.type("2")
        terminal.wait((tmp_path / "holding").exists)
        if way == "close":
            terminal.close()
        else:
            os.kill(terminal.pid, signal.SIGKILL if way == "kill" else signal.SIGHUP)
        if way != "kill":
            terminal.wait((seat.state / "told").exists)
            hold.unlink()
        terminal.process.wait(30)
    end = Journal(seat.state).last_end()
    assert (end and end.status) == (None if way == "kill" else "cancelled")

    async def again(hands: Hands) -> None:
        # A kill leaves the change that it fell into; who is hung up on ends the one at hand, and that may be another.
        await hands.see("Applying stopped just now at: " + ("CPUs of dom0." if way == "kill" else ""))
        await hands.press("2")
        await hands.see("[ 4 Apply ]")
        await hands.press("4", "2")
        await hands.see("Restart the machine to start Xen")

    seat.sit(again)
    done = Journal(seat.state).last_end()
    assert done is not None
    assert done.status == "done"
    (tmp_path / "alone").mkdir()
    alone = Seat(tmp_path / "alone")
    machine = alone.machine()
    assert not machine.apply(machine.plan(Answers(), alone.facts), Answers(), alone.facts, print, lambda: False)
    assert seat.host.tree() == alone.host.tree()
    assert seat.host.packages() == alone.host.packages()
