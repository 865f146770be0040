"""Every screen of the wizard, one after the other, by the driver; each stands cell for cell as under the stock one."""

import os
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from installer.facts import Facts
from installer.lock import BusyError, Lock
from screens.app import Wizard
from screens.looks import Look
from screens.pages import asked_pages
from tests.blank.machines import BLANK
from tests.captured.test_captured import facts
from tests.machines import dom0
from tests.screens.seat import Hands, LiveSeat, Seat, Size
from tests.screens.test_failure import BLOCKED
from tests.screens.test_new import choose_the_disk, give_a_password
from tests.serial.ports import MACHINES
from tests.serial_line.states import Shown, States, shown
from textual_serial.cells import Row
from textual_serial.kinds import Depth, Repertoire


class Taken(NamedTuple):
    """A screen by its name: what went over the line until it stood, and what stands."""

    name: str
    sent: bytes
    rows: list[Row]


class Tour:
    """One run of the wizard: somebody who types, and the line that shows what comes of it."""

    def __init__(self, screen: Shown) -> None:
        assert isinstance(screen.app, Wizard)
        self.screen = screen
        self.hands = Hands(screen.app, screen.pilot)
        self.taken: list[Taken] = []

    async def take(self, name: str, *texts: str) -> None:
        """Keep what stands there, once these texts do."""
        for text in texts:
            await self.hands.see(text)
        await self.screen.step()
        reference = self.screen.reference
        self.taken.append(Taken(name, bytes(reference.received), [row[:] for row in reference.rows()]))

    async def aside(self, name: str, key: str, *texts: str) -> None:
        """A dialog, and back."""
        await self.hands.press(key)
        await self.take(name, *texts)
        await self.hands.press("escape")

    async def go_ahead(self) -> None:
        """On Review: apply it, and say yes."""
        await self.hands.press("4")
        await self.hands.see("Not yet")
        await self.hands.press("2")

    async def watch(self, text: str) -> None:
        """Wait until this stands there; the line shows all that comes before."""
        for _ in range(6000):
            if text in self.hands.words:
                return
            await self.screen.step()
        raise AssertionError(f"{text!r} never came:\n{self.hands.screen}")


Walk = Callable[[Tour], Awaitable[None]]


async def pages(tour: Tour) -> None:
    """From the first page to the end of an apply."""
    hands = tour.hands
    await tour.take("welcome", "This machine", "Start")
    await tour.aside("welcome, help", "f1", "Esc closes this")
    await tour.aside("welcome, leaving", "f10", "Leave the wizard?")
    for page in asked_pages(None):
        await hands.to(page.title)
        await tour.take(page.name)
        await tour.aside(f"{page.name}, help", "ctrl+g", "Esc closes this")
        for key in ("down", "tab", "tab"):
            await hands.press(key)
            await tour.take(f"{page.name}, after {key}")
        if page.name == "memory":
            await hands.press("shift+tab", "shift+tab", "shift+tab")
            await hands.type("9T")
            await tour.take("memory, wrong", "9T")
            await hands.press("backspace", "backspace")
    await hands.to("Review")
    await review(tour)
    await tour.go_ahead()
    await tour.watch("Restart the machine to start Xen")
    await tour.take("applied")
    await hands.press("4")
    await tour.take("applied, the log")
    await tour.aside("restart", "1", "Restart this machine now?")


async def review(tour: Tour) -> None:
    """The plan, unfolded step by step and folded again, and what can be asked about it."""
    await tour.take("review", "changes:")
    for number, key in enumerate(("down", "down", "enter", "down", "down", "enter", "pagedown", "up", "enter")):
        await tour.hands.press(key)
        await tour.take(f"review, {number} after {key}")
    await tour.aside("review, saving", "2", "A new file:")
    await tour.aside("review, going ahead", "4", "Not yet")


async def ports(tour: Tour) -> None:
    """What the serial page can show and try."""
    await tour.hands.to("Serial console")
    await tour.take("serial, where they differ")
    await tour.aside("serial, the table", "f5", "Esc closes this")
    await tour.aside("serial, the test", "ctrl+r", "Not now")


async def verify(tour: Tour) -> None:
    """After the restart."""
    await tour.hands.until(lambda: "checks failed" in tour.hands.words or "verified" in tour.hands.words)
    await tour.take("verify")
    await tour.hands.press("pagedown")
    await tour.take("verify, further down")


async def new_debian(tour: Tour) -> None:
    """On a live system."""
    hands = tour.hands
    await hands.to("New Debian")
    await tour.take("install, none chosen")
    await choose_the_disk(hands)
    await tour.take("install")
    await hands.to("System")
    await give_a_password(hands)
    await tour.take("system")
    await hands.to("Review")
    await hands.see("[ 4 Apply ]", "Apply ]")
    await tour.aside("erase", "4", "will be lost, for ever")


async def failure(tour: Tour) -> None:
    """A change that fails, and what is said at the next look."""
    await tour.hands.to("Review")
    await tour.hands.see("Apply ]")
    await tour.go_ahead()
    await tour.take("failed", "It stopped at")
    await tour.aside("failed, taking it back", "3", "Roll everything back?")


async def busy(tour: Tour) -> None:
    """Another one is at work."""
    await tour.take("busy", "Another xenstrap is at work", "Take over")


def at(machine: Facts, folder: Path) -> Seat:
    """A seat at a machine."""
    seat = Seat(folder, machine)
    seat.host.root_uuid = machine.boot.root_uuid
    return seat


def seats(folder: Path) -> list[tuple[Seat, Walk]]:
    """The machines, and what is seen on each."""
    for name in ("fresh", "broken", "ports", "live", "busy"):
        (folder / name).mkdir()
    fresh = at(facts("trixie-uefi-networkd-native"), folder / "fresh")
    broken = at(facts("bookworm-bios-ifupdown-native"), folder / "broken")
    (broken.root / BLOCKED).write_text("in the way")
    return [
        (fresh, pages),
        (fresh, verify),
        (at(MACHINES["firmware-com2-grub-com1"][0], folder / "ports"), ports),
        (LiveSeat(folder / "live", BLANK["uefi-480"]), new_debian),
        (broken, failure),
        (at(facts("bookworm-bios-ifupdown-native"), folder / "busy"), busy),
    ]


async def go(folder: Path, look: Look, size: Size, depth: Depth, repertoire: Repertoire) -> list[Taken]:
    """Walk through all of it."""
    taken: list[Taken] = []
    for seat, walk in seats(folder):
        if walk is verify:
            seat.boot()
            seat.facts = dom0()
        with Lock(seat.state) if walk is busy else nullcontext():
            wizard = Wizard(seat.machine(), None, look, BusyError(os.getpid()) if walk is busy else None)
            wizard.driver_class = States
            async with shown(wizard, size, depth, repertoire) as screen:
                tour = Tour(screen)
                await walk(tour)
        taken += tour.taken
    return taken
