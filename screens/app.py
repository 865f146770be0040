"""The program: what it knows, where the user is, and the way from screen to screen."""

from __future__ import annotations

import asyncio
import gc
import signal
from typing import ClassVar

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.driver import Driver
from textual.events import Event, Key, Paste

from installer.answers import Answers
from installer.errors import Exit, HostError
from installer.facts import Facts
from installer.keys import Key as AnswerKey
from installer.lock import BusyError
from installer.machine import Machine
from installer.plan import Plan
from installer.standing import Standing
from screens.ahead import Typed
from screens.busy import BusyScreen
from screens.confirm import RESTART, rolling_back
from screens.dialogs import Question
from screens.draft import Draft
from screens.frame import Frame
from screens.keeping import Keeping
from screens.known import Known
from screens.looks import GLYPHS, Look
from screens.port import PortScreen
from screens.progress import ProgressScreen
from screens.review import ReviewScreen
from screens.step import StepScreen
from screens.themes import DARK, LIGHT
from screens.tree import TreeScreen
from screens.verify import VerifyScreen
from screens.welcome import WelcomeScreen
from screens.work import in_thread

SCREENS: dict[str, type[StepScreen]] = {"install": TreeScreen, "storage": TreeScreen, "serial": PortScreen}
"""Pages that can do more than ask."""


class Wizard(App[int]):
    """The wizard on one machine; it returns an exit code."""

    CSS_PATH = "xenstrap.tcss"
    TITLE = "xenstrap"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        machine: Machine,
        given: Answers | None = None,
        look: Look = "rich",
        busy: BusyError | None = None,
        driver: type[Driver] | None = None,
    ) -> None:
        super().__init__(driver)
        self.machine = machine
        self.busy = busy
        self.look = look
        self.glyphs = GLYPHS[look]
        self.known = Known(given, self.glyphs)
        self.animation_level = "none"
        self.typed = Typed(self, super().on_event)
        self.set_class(look == "serial", "serial")
        self.keeping = Keeping(self)

    def on_mount(self) -> None:
        """Start with the first screen, and leave in good order when a signal asks for it."""
        gc.freeze()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        loop = asyncio.get_running_loop()
        for number, heed in {signal.SIGTERM: self.told_to_stop, signal.SIGINT: self.told_to_stop,
                             signal.SIGHUP: self.hung_up}.items():  # fmt: skip
            loop.add_signal_handler(number, heed)
        self.push_screen(BusyScreen(self.busy) if self.busy else WelcomeScreen())
        self.run_worker(self.typed.take(), group="keys")

    async def on_event(self, event: Event) -> None:
        """What is typed or pasted waits for its turn."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self.typed.put(event)
        else:
            await super().on_event(event)

    def begin(self) -> None:
        """The machine is ours."""
        self.show(WelcomeScreen())

    # --- what is typed -----------------------------------------------------------------------------------------

    def looked_at(self, facts: Facts, standing: Standing, draft: Draft | None) -> None:
        """The machine was looked at."""
        self.known.look(facts, standing, draft)
        self.keeping.is_kept()

    def type_text(self, key: AnswerKey, text: str) -> None:
        """Something was typed."""
        self.known.type_text(key, text)
        self.keeping.keep()

    # --- the way -----------------------------------------------------------------------------------------------

    def show(self, screen: Frame, at: str = "") -> None:
        """Go to a screen; `at` is the place that a later start comes back to."""
        if at:
            self.known.draft = self.known.draft.at_page(at)
            self.keeping.keep()
        self.typed.free.set()
        self.run_worker(self._settle(self.switch_screen(screen)), group="show")

    async def _settle(self, switched: AwaitComplete) -> None:
        """Paint a new screen once, when it stands; the memory of the one before it serves the next."""
        gc.disable()
        try:
            with self.batch_update():
                await switched
                await asyncio.sleep(0)
        finally:
            self.call_later(self._tidy)

    def _tidy(self) -> None:
        """What is no longer needed goes once the new screen stands there, and not while somebody waits for it."""
        gc.enable()
        gc.collect()

    def go_to(self, name: str) -> None:
        """To the place of that name; to the first page for one that is not asked."""
        place = self.known.place(name)
        if place == "welcome":
            self.show(WelcomeScreen(again=True))
            return
        page = None if place == "review" else self.known.page(place)
        screen = SCREENS.get(place, StepScreen)(page) if page else ReviewScreen()
        if self.glyphs.brief and isinstance(self.screen, Frame):
            self.screen.foretell(place, self.known.places[place], (page.brief or page.sentence) if page else "")
            self.typed.free.clear()
            self.call_after_refresh(self.show, screen, place)
        else:
            self.show(screen, place)

    def go_on(self, name: str) -> None:
        """On from a place, which is done."""
        self.known.draft = self.known.draft.at_page(name, done=[name])
        self.go_to(self.known.after(name))

    def go_back(self, name: str) -> None:
        """Back from a place."""
        self.go_to(self.known.before(name))

    def apply(self, plan: Plan) -> None:
        """Change the machine as it was shown."""
        self.known.draft = self.known.draft.at_page(self.known.draft.at, done=["review"])
        self.show(ProgressScreen(plan, "apply"))

    def roll_back(self, plan: Plan) -> None:
        """Roll everything back."""
        self.show(ProgressScreen(plan, "rollback"))

    def verify(self) -> None:
        """Prove what is in force."""
        self.show(VerifyScreen())

    def applied(self) -> None:
        """All is applied: what was typed is in the journal now."""
        self.known.applied()
        self.keeping.drop()

    def rolled_back(self) -> None:
        """Everything is as it was before."""
        self.known.rolled_back()
        self.keeping.drop()

    def ask_rollback(self) -> None:
        """Ask whether to roll everything back."""
        self.run_worker(self._ask_rollback(), group="rollback", exclusive=True)

    async def _ask_rollback(self) -> None:
        try:
            plan = await in_thread(self.machine.plan_back)
        except HostError as error:
            self.notify(error.fact, severity="error")
            return
        answer = await self.push_screen_wait(Question(rolling_back(plan)))
        if answer == "yes":
            self.roll_back(plan)

    def ask_restart(self) -> None:
        """Ask whether to restart now."""
        self.run_worker(self._ask_restart(), group="restart", exclusive=True)

    async def _ask_restart(self) -> None:
        answer = await self.push_screen_wait(Question(RESTART))
        if answer != "yes":
            return
        try:
            await in_thread(self.machine.restart)
        except HostError as error:
            self.notify(error.fact, severity="error")
        else:
            self.leave(Exit.DONE)

    # --- leaving -----------------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Ask once."""
        screen = self.screen
        if isinstance(screen, Frame):
            self.push_screen(Question(screen.farewell()), self._left)

    def _left(self, answer: str | None) -> None:
        if answer == "leave":
            self.told_to_stop()

    def told_to_stop(self) -> None:
        """Leave: at once, or between two changes."""
        for screen in self.screen_stack:
            if isinstance(screen, ProgressScreen) and screen.at_work:
                screen.stop()
                return
        self.leave(Exit.DONE)

    def hung_up(self) -> None:
        """Leave, and read no more: a terminal that is gone has nothing to say, over and over, while a change ends."""
        self.told_to_stop()
        if self._driver:
            self._driver.disable_input()

    def leave(self, code: Exit) -> None:
        """End the program."""
        try:
            self.keeping.end()
        except HostError as error:
            self.exit(int(code), message=error.fact)
        else:
            self.exit(int(code))

    def action_light(self) -> None:
        """From dark to light, or back."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name
