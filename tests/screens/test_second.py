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


def apply(terminal: Terminal) -> None:
    terminal.wait_for("Apply ]")
    terminal.type("4")
    terminal.wait_for("Not yet")
    terminal.type("2")


def test_it_takes_over_what_the_first_one_typed(seat: Seat) -> None:
    with Terminal(seat.folder, "serial") as first:
        go_to(first, "storage", "bridge", "memory")
        first.wait_for("Xen about")
        first.type("3G")
        first.wait_for_draft('"memory.dom0":"3G"')
        with Terminal(seat.folder) as second:
            second.wait_for(
                f"It is process {first.pid}", "Nothing is being changed", "was kept just now, at Memory and"
            )
            second.type("2")
            second.wait_for("You stopped at Memory and CPUs")
            assert first.process.wait(30) == 0
            second.type("1")
            second.wait_for("How much of this machine", "3G")
            assert second.process.poll() is None


def test_it_looks_on_while_the_first_one_applies_and_goes_on_when_that_stops(seat: Seat, tmp_path: Path) -> None:
    hold = tmp_path / "hold"
    hold.touch()
    with Terminal(seat.folder) as first:
        go_to(first, *PLACES)
        apply(first)
        first.wait((tmp_path / "holding").exists)
        with Terminal(seat.folder) as second:
            second.wait_for("Applying: 2 changes are done.", "at work file /etc/default/grub.d/50-xenstrap-cpus.cfg")
            second.type("2")
            second.wait_for("It was asked to stop")
            first.wait_for("stopping after this change")
            hold.unlink()
            assert first.process.wait(30) == 130
            second.wait_for("Applying stopped just now at: CPUs of dom0.")
            second.type("2")
            apply(second)
            second.wait_for("Restart now")
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
