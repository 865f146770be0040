"""A second start looks on, or takes over; the first one stops between two changes and keeps what was typed."""

from pathlib import Path

from installer.journal import Journal
from screens.pages import asked_pages
from tests.screens.process import Terminal
from tests.screens.seat import Hands, Seat

PLACES = [*(page.name for page in asked_pages(None)), "review"]


def go_to(terminal: Terminal, *places: str) -> None:
    terminal.wait_for("Start")
    for name in places:
        terminal.shown = b""
        terminal.type("\r")
        terminal.wait_for_draft(f'"at":"{name}"')


def test_it_takes_over_what_the_first_one_typed(seat: Seat) -> None:
    with Terminal(seat.folder) as first:
        go_to(first, "storage", "bridge", "memory")
        first.wait_for("More settings")
        first.type("3G")
        first.wait_for_draft('"memory.dom0":"3G"')

        async def second(hands: Hands) -> None:
            await hands.see(f"It is process {first.pid}")
            await hands.see("Nothing is being changed at the moment.")
            await hands.press("2")
            await hands.see("You stopped at Memory and CPUs")
            await hands.press("1")
            await hands.see("How much of this machine")
            assert "3G" in hands.screen

        seat.sit(second, hold=True)
        assert first.process.wait(30) == 0


def test_it_looks_on_while_the_first_one_applies_and_goes_on_when_that_stops(seat: Seat, tmp_path: Path) -> None:
    hold = tmp_path / "hold"
    hold.touch()
    with Terminal(seat.folder) as first:
        go_to(first, *PLACES)
        first.wait_for("Apply ]")
        first.type("4")
        first.wait_for("Not yet")
        first.type("2")
        first.wait((tmp_path / "holding").exists)

        async def second(hands: Hands) -> None:
            await hands.see("Applying: 2 changes are done.")
            await hands.see("at work file /etc/default/grub.d/50-xenstrap-cpus.cfg")
            await hands.press("2")
            await hands.see("It was asked to stop")
            hold.unlink()
            await hands.see("Applying stopped just now at: Processors of dom0.")
            await hands.press("2")
            await hands.see("[ 4 Apply ]")
            await hands.press("4", "2")
            await hands.see("Restart the machine to start Xen")

        seat.sit(second, hold=True)
        assert first.process.wait(30) == 130
    end = Journal(seat.state).last_end()
    assert end is not None
    assert end.status == "done"


def test_leaving_leaves_the_first_one_alone(seat: Seat) -> None:
    with Terminal(seat.folder) as first:
        go_to(first, "storage")

        async def second(hands: Hands) -> None:
            await hands.see("Another xenstrap is at work")
            await hands.press("1")

        assert seat.sit(second, hold=True) == 0
        assert first.process.poll() is None
