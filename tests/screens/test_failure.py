"""What goes wrong while applying stays on the screen, says what now holds, and can be gone on with."""

import re

import pytest

from installer.journal import Journal
from tests.debian import FakeDebian
from tests.screens.seat import Hands, Seat

BLOCKED = "etc/default/grub.d"


async def apply(hands: Hands) -> None:
    await hands.to("Review")
    await hands.see("[ 4 Apply ]")
    await hands.press("4")
    await hands.see("Not yet")
    await hands.press("2")


def test_a_failure_is_said_and_mended_by_retry(seat: Seat) -> None:
    (seat.root / BLOCKED).write_text("in the way")

    async def go(hands: Hands) -> None:
        await apply(hands)
        await hands.see("It stopped at")
        assert "/etc/default/grub.d/50-xenstrap.cfg cannot be" in hands.words
        assert re.search(r"0 of \d+ are done and stay", hands.words)
        assert "The machine still starts plain Linux." in hands.words
        assert "[ 2 Change ]" in hands.screen
        (seat.root / BLOCKED).unlink()
        await hands.press("1")
        await hands.see("[ 4 Apply ]")
        await hands.press("4", "2")
        await hands.see("Restart the machine to start Xen")

    seat.sit(go)
    assert not seat.host.rebooted


def test_the_next_start_knows_that_it_stopped_and_takes_it_back(seat: Seat) -> None:
    before = seat.host.tree()

    async def stop(hands: Hands) -> None:
        await hands.to("Memory and CPUs")
        await hands.type("3G")
        await apply(hands)
        await hands.see("It stopped at")
        await hands.press("4")

    blocker = seat.root / "etc/systemd/system/xendomains.service.d"
    blocker.parent.mkdir(parents=True)
    blocker.write_text("in the way")
    assert seat.sit(stop) == 1
    blocker.unlink()

    async def back(hands: Hands) -> None:
        await hands.see("Applying stopped just now at: Guests when the host restarts.")
        await hands.press("1")
        await hands.to("Memory and CPUs")
        assert "3G" in hands.screen
        await hands.press("escape", "escape", "escape")
        await hands.see("Roll back")
        await hands.press("3")
        await hands.see("Roll everything back?")
        await hands.press("2")
        await hands.see("Everything is as it was before xenstrap")

    seat.sit(back)
    assert seat.host.tree() == before


def test_leaving_while_it_applies_stops_between_two_changes(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    write = FakeDebian.write

    def asking(host: FakeDebian, name: str, text: str, mode: int = 0o644) -> None:
        write(host, name, text, mode)
        if "memory" in name:
            seat.app.call_from_thread(seat.app.told_to_stop)

    monkeypatch.setattr(FakeDebian, "write", asking)

    async def go(hands: Hands) -> None:
        await apply(hands)
        await hands.until(lambda: seat.app.return_value is not None)

    assert seat.sit(go) == 130
    end = Journal(seat.state).last_end()
    assert end is not None
    assert (end.status, end.text) == ("cancelled", "stopped after /etc/default/grub.d/50-xenstrap-memory.cfg")


def test_quitting_is_asked_once_and_says_that_nothing_was_changed(seat: Seat) -> None:
    async def go(hands: Hands) -> None:
        await hands.to("Memory and CPUs")
        await hands.type("3G")
        await hands.press("f10")
        await hands.see("Leave the wizard?")
        assert "Nothing has been changed on this machine." in hands.words
        await hands.press("escape")
        assert hands.title() == "Memory and CPUs"
        await hands.press("ctrl+x", "2")

    assert seat.sit(go) == 0

    async def again(hands: Hands) -> None:
        await hands.see("You stopped at Memory and CPUs just now. Nothing has been changed on this machine yet.")
        await hands.press("1")
        await hands.see("How much of this machine")
        assert "3G" in hands.screen
        await hands.press("escape", "escape")

    seat.sit(again)

    async def over(hands: Hands) -> None:
        await hands.see("You stopped at")
        await hands.press("2")
        await hands.to("Memory and CPUs")
        assert "3G" not in hands.screen

    seat.sit(over)
