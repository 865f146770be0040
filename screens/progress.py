"""Applying: each change as it happens; a failure stays on the screen with the ways on."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime
from functools import partial

from textual.app import ComposeResult

from installer.engine import Event
from installer.errors import Exit, XenstrapError
from installer.plan import Plan
from screens.confirm import Confirmation
from screens.course import DOING, Course
from screens.frame import Frame, text
from screens.help import PROGRESS, help_on
from screens.ways import FROM_END, Ending, Verb, failed, finished, stopped_early
from screens.work import in_thread


class ProgressScreen(Frame):
    """Shows an apply or a rollback while it runs, and what it came to."""

    place = "progress"
    keys = "F10 ^X stop between two changes · F1 ^G help"

    def __init__(self, plan: Plan, verb: Verb) -> None:
        super().__init__()
        self.plan = plan
        self.verb = verb
        self.course = Course(plan, time.monotonic)
        self.at_work = False
        self.leaving = False
        self.ending: Ending | None = None
        self._stop = threading.Event()

    def body(self) -> ComposeResult:
        """From the whole to the detail."""
        yield text(DOING[self.verb], classes="title", id="title")
        yield text(id="outcome")
        yield text(id="bar")
        yield text(id="now")
        yield text(id="time", classes="quiet")
        yield text(id="steps")
        yield text(id="log", classes="quiet")

    def actions(self) -> list[tuple[str, str]]:
        """While it runs, the log; then the ways on."""
        return [*FROM_END.items(), ("log", "Log")]

    def on_mount(self) -> None:
        """Go ahead."""
        self.part("#log").display = False
        self.part("#outcome").display = False
        self.offer("log", focus="log")
        self.set_interval(1 if self.wizard.look == "rich" else 10, self.show_time)
        self.start()

    def on_unmount(self) -> None:
        """The program ends, whatever ended it: so does the run, between two changes."""
        self._stop.set()

    def start(self) -> None:
        """Run the plan in a thread."""
        self.at_work = True
        self.run_worker(self.run_plan())

    async def run_plan(self) -> None:
        """Until its end, until somebody stops it, or until a change fails."""
        machine, wizard = self.wizard.machine, self.wizard
        loop = asyncio.get_running_loop()

        def show(event: Event) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self.take, event)

        stopped = self._stop.is_set
        if self.verb == "apply":
            job = partial(machine.apply, self.plan, wizard.known.answers, wizard.known.facts, show, stopped)
        else:
            job = partial(machine.roll_back, self.plan, show, stopped)
        try:
            was_stopped = await in_thread(job, keep=True)
        except XenstrapError as error:
            await self.come_to_rest()
            self.end(failed(self.verb, self.course, error, self.wizard.known.facts))
        else:
            await self.come_to_rest()
            self.end(stopped_early(self.verb, self.course)) if was_stopped else self.finished()
        if self.leaving:
            self.wizard.leave(Exit.INTERRUPTED)

    async def come_to_rest(self) -> None:
        """The journal says where the machine stands now."""
        self.at_work = False
        machine = self.wizard.machine
        self.wizard.known.stands(await in_thread(machine.standing), machine.seen)

    def take(self, event: Event) -> None:
        """One event, on the screen."""
        self.course.take(event)
        if self.is_mounted:
            self.show_course()

    def show_course(self) -> None:
        """Everything that an event may have changed."""
        course, glyphs = self.course, self.wizard.glyphs
        percent = f" ({course.percent:.0f} %)" if course.percent is not None else ""
        self.say("#bar", course.bar(glyphs, self.room()))
        self.say("#now", f"now: {course.now}\n{course.said}{percent}" if self.at_work else "\n")
        self.say("#steps", "\n".join(course.steps(glyphs)))
        if self.part("#log").display:
            self.say_log()
        self.show_time()

    def say_log(self) -> None:
        """The log; who reads its end goes on seeing that."""
        body = self.query_one("#body")
        at_end = body.scroll_offset.y >= body.max_scroll_y
        self.part("#log").update(self.folded(self.course.log))
        if at_end:
            self.call_after_refresh(body.scroll_end, animate=False)

    def show_time(self) -> None:
        """How long, and how much longer."""
        if self.at_work:
            more = "stopping after this change" if self._stop.is_set() else self.course.remaining()
            self.say("#time", f"{self.course.time()} so far; {more}".rstrip("; "))

    # --- how it may end ----------------------------------------------------------------------------------------

    def finished(self) -> None:
        """All is done."""
        self.wizard.applied() if self.verb == "apply" else self.wizard.rolled_back()
        self.end(finished(self.verb, self.wizard.known))

    def end(self, ending: Ending) -> None:
        """Say what it came to, for whoever comes back later."""
        self.ending = ending
        at = datetime.now(UTC).strftime("%H:%M UTC")
        self.say("#title", self.folded([ending.title]))
        self.say("#time", f"after {self.course.time()}, at {at}")
        self.say("#now", "")
        errors = ("ERROR:", "  ")
        said = (self.folded([line]) if line.startswith(errors) else line for line in ending.said.split("\n"))
        self.say("#outcome", "\n".join(said))
        self.part("#rail").update(self.wizard.known.rail(self.place))
        self.keys = "Digits or Tab and Enter choose · F1 ^G help · F10 ^X quit"
        self.say_keys()
        self.offer(*ending.ways, "log", focus=ending.ways[0])
        self.call_after_refresh(self.query_one("#body").scroll_home, animate=False)

    def stop(self) -> None:
        """Stop between two changes, then leave."""
        self._stop.set()
        self.leaving = True
        self.show_time()

    # --- what the buttons do -----------------------------------------------------------------------------------

    def action_log(self) -> None:
        """Unfold the log, or fold it away."""
        log = self.part("#log")
        log.display = not log.display
        self.part("#steps").display = not log.display
        log.update(self.folded(self.course.log) if log.display else "")
        body = self.query_one("#body")
        self.call_after_refresh(body.scroll_end if log.display else body.scroll_home, animate=False)

    def action_restart(self) -> None:
        """Restart, after a question."""
        self.wizard.ask_restart()

    def action_retry(self) -> None:
        """Draw the plan again: what is done is not done twice."""
        self.wizard.ask_rollback() if self.verb == "rollback" else self.wizard.go_to("review")

    def action_change(self) -> None:
        """Back to the answers."""
        self.wizard.go_to("welcome")

    def action_rollback(self) -> None:
        """Roll everything back, after a question."""
        self.wizard.ask_rollback()

    def action_leave(self) -> None:
        """Leave; it can be gone on with."""
        self.wizard.leave(self.ending.code if self.ending else Exit.DONE)

    def scrolls(self) -> bool:
        """Arrows scroll the log while it is there."""
        return bool(self.part("#log").display)

    def help_text(self) -> str:
        """What one sees."""
        return help_on(PROGRESS)

    def farewell(self) -> Confirmation:
        """What has and has not been done."""
        course = self.course
        if self.at_work:
            said = (
                f"Stop?\n\n{course.done} of {course.of} changes are done and stay. The one at work is finished first; "
                "starting xenstrap again goes on from there."
            )
            return Confirmation(said, (("stay", "Let it run"), ("leave", "Stop after this change")))
        return super().farewell()
