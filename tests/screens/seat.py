"""Somebody in front of the wizard: a small Debian behind it, keys typed at it, and what it shows."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from textual.pilot import Pilot

from installer.answers import Answers
from installer.facts import Facts
from installer.host import NoHost
from installer.lock import BusyError
from installer.machine import Machine
from screens.app import Wizard
from screens.controls import Choice
from screens.looks import Look
from tests.blank.desk import LiveDesk
from tests.debian import FakeDebian, LookOnlyDebian
from tests.machines import machine

Size = tuple[int, int]
TITLES = ("Storage", "Network", "Memory and CPUs", "Serial console", "Xen and boot menu", "Guests", "Review")
"""The places after the welcome, on a machine that nothing speaks against."""


class Seat:
    """One machine, its state directory, and one run of the wizard after the other."""

    def __init__(self, folder: Path, facts: Facts | None = None) -> None:
        self.folder = folder
        self.root = folder / "root"
        self.state = folder / "state"
        self.host = FakeDebian(self.root)
        self.facts = facts or machine()
        self.boot()
        self.app: Wizard

    def boot(self) -> bool:
        """Restart the machine; whether that starts Xen."""
        return self.host.boot()

    def machine(self) -> Machine:
        """The machine, as root has it."""
        return Machine(self.state, LookOnlyDebian(self.root), lambda host: self.facts, lambda: self.host)

    def look_only(self) -> Machine:
        """The machine, as anybody but root has it."""
        return Machine(self.state, NoHost(), lambda host: self.facts)

    @contextmanager
    def held(self, made: Machine, *, hold: bool) -> Iterator[BusyError | None]:
        """A run on the machine; with `hold` it needs it for itself, as a real one does, and meets who has it."""
        busy = None
        try:
            if hold:
                made.hold()
        except BusyError as error:
            busy = error
        try:
            yield busy
        finally:
            made.release()

    def sit(
        self,
        script: Callable[["Hands"], Awaitable[None]],
        *,
        size: Size = (80, 24),
        given: Answers | None = None,
        look: Look = "rich",
        only_look: bool = False,
        hold: bool = False,
    ) -> int | None:
        """Run the wizard and type; its exit code."""
        made = self.look_only() if only_look else self.machine()
        with self.held(made, hold=hold) as busy:
            self.app = Wizard(made, given, look, busy)
            return asyncio.run(self._sit(script, size))

    async def _sit(self, script: Callable[["Hands"], Awaitable[None]], size: Size) -> int | None:
        async with self.app.run_test(size=size) as pilot:
            hands = Hands(self.app, pilot)
            await hands.until(lambda: bool(self.app.screen.focused))
            await script(hands)
        return self.app.return_value


class LiveSeat(Seat):
    """A seat at a live system."""

    def __init__(self, folder: Path, facts: Facts) -> None:
        super().__init__(folder, facts)
        self.desk = LiveDesk(folder / "live")

    def machine(self) -> Machine:
        return Machine(self.state, self.desk, lambda host: self.facts, lambda: self.desk)


class Hands:
    """Types, and looks at the screen."""

    def __init__(self, app: Wizard, pilot: "Pilot[int]") -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> str:
        """What stands on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    @property
    def words(self) -> str:
        """The same as one line, as one reads it: across the whole width, and beside the rail."""
        beside = " ".join(line[21:] for line in self.screen.splitlines())
        return f"{' '.join(self.screen.split())}\n{' '.join(beside.split())}"

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            await self.pilot.press(key)
            for _ in range(60000):
                if self.app.typed.done or not self.app.is_running:
                    break
                await self.pilot.pause(0.001)
            else:
                raise AssertionError(f"{key} is never done:\n{self.screen}")
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type a text."""
        names = {" ": "space", ".": "full_stop", "/": "slash", ":": "colon", "-": "minus", "_": "underscore"}
        await self.press(*(names.get(each, each) for each in text))

    async def choose(self, number: int) -> None:
        """By arrows, the option with that number of the field with the focus."""
        choice = self.app.focused
        assert isinstance(choice, Choice)
        before, after = ("up", "down") if choice.column else ("left", "right")
        way = number - 1 - choice.at
        await self.press(*[after if way > 0 else before] * abs(way))

    async def save(self, digit: str, path: Path) -> None:
        """On Review: the button that saves the answers or the plan, and where to."""
        await self.press(digit)
        await self.see("A new file:")
        for _ in range(40):
            await self.press("backspace")
        await self.type(str(path))
        await self.press("enter")

    async def see(self, *texts: str) -> None:
        """Wait until one of these stands on the screen."""
        for _ in range(6000):
            if any(text in self.screen or text in self.words for text in texts):
                await self.pilot.pause()
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"none of {texts} came:\n{self.screen}")

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until this holds."""
        for _ in range(6000):
            if holds():
                await self.pilot.pause()
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"it never came to that:\n{self.screen}")

    async def to(self, title: str) -> None:
        """Enter until the page of that title is there."""
        for _ in range(12):
            if self.title() == title:
                return
            before = self.title()
            await self.press("ctrl+n")
            for _ in range(200):
                if self.title() != before:
                    break
                await self.pilot.pause(0.01)
        raise AssertionError(f"no page {title}:\n{self.screen}")

    def title(self) -> str:
        """The title of the screen."""
        titles = self.app.screen.query(".title")
        return str(titles.first().render()) if titles else ""
