"""Killed on any page and in the middle of an apply, hung up, its terminal closed: nothing is lost."""

import os
import signal
from pathlib import Path

import pytest

from installer.journal import Journal
from screens.pages import asked_pages
from tests.screens.process import Terminal
from tests.screens.seat import Hands, Seat

PLACES = [*(page.name for page in asked_pages(None)), "review"]


@pytest.mark.parametrize("place", PLACES)
def test_killed_on_any_page_it_comes_back_there(seat: Seat, place: str) -> None:
    with Terminal(seat.folder) as terminal:
        terminal.wait_for("Start")
        for name in PLACES[: PLACES.index(place) + 1]:
            terminal.type("\r")
            terminal.wait_for_draft(f'"at":"{name}"')
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.process.wait(30)

    async def again(hands: Hands) -> None:
        await hands.see("You stopped at")
        await hands.press("1")
        title = {page.name: page.title for page in asked_pages(None)}.get(place, "Review")
        await hands.until(lambda: hands.title() == title)

    seat.sit(again)


@pytest.mark.parametrize("way", ["hang-up", "terminate", "close"])
def test_what_was_typed_is_there_again_however_it_ended(seat: Seat, way: str) -> None:
    with Terminal(seat.folder) as terminal:
        terminal.wait_for("Start")
        for name in ("storage", "bridge", "memory"):
            terminal.shown = b""
            terminal.type("\r")
            terminal.wait_for_draft(f'"at":"{name}"')
        terminal.wait_for("More settings")
        terminal.type("3G")
        terminal.wait_for_draft('"memory.dom0":"3G"')
        if way == "close":
            terminal.close()
        else:
            os.kill(terminal.pid, signal.SIGHUP if way == "hang-up" else signal.SIGTERM)
        # Without a terminal Python cannot flush its output as it ends, and says so by 120.
        assert terminal.process.wait(30) == (120 if way == "close" else 0)
    assert oct((seat.state / "draft.json").stat().st_mode & 0o777) == "0o600"

    async def again(hands: Hands) -> None:
        await hands.see("You stopped at Memory and CPUs")
        await hands.press("1")
        await hands.see("How much of this machine")
        assert "3G" in hands.screen

    seat.sit(again)


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGHUP])
def test_killed_while_it_applies_it_goes_on_to_the_same_end(seat: Seat, tmp_path: Path, way: signal.Signals) -> None:
    hold = tmp_path / "hold"
    hold.touch()
    with Terminal(seat.folder) as terminal:
        terminal.wait_for("Start")
        for name in PLACES:
            terminal.type("\r")
            terminal.wait_for_draft(f'"at":"{name}"')
        terminal.wait_for("Apply ]")
        terminal.type("4")
        terminal.wait_for("Not yet")
        terminal.type("2")
        terminal.wait((tmp_path / "holding").exists)
        os.kill(terminal.pid, way)
        if way != signal.SIGKILL:
            hold.unlink()
        terminal.process.wait(30)
    end = Journal(seat.state).last_end()
    assert (end and end.status) == (None if way == signal.SIGKILL else "cancelled")

    async def again(hands: Hands) -> None:
        # A kill leaves the change that it fell into; who is hung up on ends the one at hand, and that may be another.
        await hands.see("Applying stopped just now at: " + ("Processors of dom0." if way == signal.SIGKILL else ""))
        await hands.press("2")
        await hands.see("[ 4 Apply ]")
        await hands.press("4", "2")
        await hands.see("Restart the machine to start Xen")

    seat.sit(again)
    done = Journal(seat.state).last_end()
    assert done is not None
    assert done.status == "done"
