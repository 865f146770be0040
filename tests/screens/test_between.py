"""What stands between the pages and after them: dialogs, an apply under way, its failure, another one at work."""

import threading

import pytest

from installer.guard import CONFIRMED
from installer.lock import Lock
from installer.notice import ASKED
from installer.steps.bridge_guard import UNIT as GUARD
from installer.steps.trial import JUDGE
from screens.confirm import ask_disk
from screens.dialogs import Question
from screens.looks import Look
from tests.debian import FakeDebian
from tests.screens.album import Album, compare
from tests.screens.seat import Hands, Seat, Size
from tests.storage.machines import MACHINES


@pytest.mark.parametrize(
    ("size", "look", "name"),
    [((80, 24), "rich", "80x24"), ((120, 40), "rich", "120x40"), ((80, 24), "serial", "80x24-serial")],
)
def test_it_is_the_golden_one(seat: Seat, monkeypatch: pytest.MonkeyPatch, size: Size, look: Look, name: str) -> None:
    seat.facts = MACHINES["sata-full-blank-second"]
    held, go_on = threading.Event(), threading.Event()
    write = FakeDebian.write

    def slow(host: FakeDebian, name: str, text: str, mode: int = 0o644) -> None:
        write(host, name, text, mode)
        if "cpus" in name:
            held.set()
            assert go_on.wait(60)

    monkeypatch.setattr(FakeDebian, "write", slow)
    (seat.root / "etc/systemd/system").mkdir(parents=True)
    (seat.root / "etc/systemd/system/xendomains.service.d").write_text("in the way")
    shown: list[str] = []

    async def stop(hands: Hands) -> None:
        album = Album(hands)
        hands.app.push_screen(Question(ask_disk(("ata-HDD_H1",), seat.facts)))
        await hands.see("will be lost, for ever")
        await album.take("Erase")
        await hands.press("escape")
        await hands.to("Storage")
        await hands.press("ctrl+y")
        await album.take("Disks")
        await hands.press("escape", "f1")
        await album.take("Storage: help")
        await hands.press("escape")
        await hands.to("Serial console")
        await hands.press("ctrl+y")
        await album.take("Serial console: table")
        await hands.press("escape", "ctrl+r")
        await hands.see("There is no serial line to test.")
        await album.take("Serial console: test")
        await hands.press("escape")
        await hands.to("Review")
        await hands.see("[ 4 Apply ]")
        await hands.press("4", "2")
        await hands.until(held.is_set)
        await album.take("Applying")
        await hands.press("f10")
        await album.take("Applying: stop")
        await hands.press("escape")
        go_on.set()
        await hands.see("It stopped at")
        await album.take("Failed")
        await hands.press("5")
        await album.take("Failed: log")
        await hands.press("5", "3")
        await hands.see("Roll everything back?")
        await album.take("Roll back")
        await hands.press("escape", "4")
        shown.extend(album.pages)

    assert seat.sit(stop, size=size, look=look) == 1

    async def again(hands: Hands) -> None:
        album = Album(hands)
        await hands.see("Applying stopped just now")
        await album.take("Welcome after a failure")
        shown.extend(album.pages)

    seat.sit(again, size=size, look=look)

    async def second(hands: Hands) -> None:
        album = Album(hands)
        await hands.see("Another xenstrap is at work")
        await hands.see("Nothing is being changed")
        await album.take("Busy")
        shown.extend(album.pages)

    def at_work(name: str) -> None:
        monkeypatch.setattr(FakeDebian, "main_pid", lambda host, unit: 4711 if unit == name else 0)

    async def judged(hands: Hands) -> None:
        album = Album(hands)
        await hands.see("The trial of Xen is being judged")
        await album.take("Busy: trial")
        shown.extend(album.pages)

    async def guarded(hands: Hands) -> None:
        album = Album(hands)
        await hands.see("The guard of the network is at work")
        await album.take("Busy: guard")
        seat.host.write(ASKED, "the bridge xenbr0 waits 5 minutes for `xenstrap network --confirm`, else ...\n")
        await hands.see("Keep the bridge")
        await album.take("Busy: guard that asks")
        await hands.press("2")
        await hands.see("was told to keep the bridge")
        assert seat.host.exists(CONFIRMED)
        shown.extend(album.pages)

    with Lock(seat.state):
        (seat.state / "lock").write_text("4711\n")
        seat.sit(second, size=size, look=look, hold=True)
        at_work(JUDGE)
        seat.sit(judged, size=size, look=look, hold=True)
        at_work(GUARD)
        seat.sit(guarded, size=size, look=look, hold=True)
    compare(f"between-{name}", shown)
