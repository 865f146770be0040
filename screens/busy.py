"""Another xenstrap is at work on this machine: look on, or take over."""

from __future__ import annotations

from textual.app import ComposeResult

from installer.errors import Exit, XenstrapError
from installer.lock import BusyError
from screens.confirm import Confirmation, leaving
from screens.course import course_lines
from screens.draft import read_draft
from screens.frame import Frame, text
from screens.help import BUSY, help_on
from screens.ways import FROM_BUSY, TAKEN, error_text, who
from screens.work import in_thread

SECONDS = 2


class BusyScreen(Frame):
    """Shows what the other one does, from the journal, until it ends or is asked to."""

    place = "welcome"
    keys = "Digits or Tab and Enter choose · F1 ^G help · F10 ^X quit"

    def __init__(self, busy: BusyError) -> None:
        super().__init__()
        self.busy = busy
        self.asked = False

    def body(self) -> ComposeResult:
        """Who it is, and what it does."""
        yield text("Another xenstrap is at work", classes="title")
        yield text(who(self.busy), id="who", classes="sentence")
        yield text(id="course")

    def actions(self) -> list[tuple[str, str]]:
        """Looking on needs no button."""
        return list(FROM_BUSY.items())

    def on_mount(self) -> None:
        """Look on."""
        self.query_one("#do-leave").focus()
        self.set_interval(SECONDS, self.look)
        self.look()

    def look(self) -> None:
        """Look again."""
        self.run_worker(self.look_on(), group="look", exclusive=True)

    async def look_on(self) -> None:
        """What the journal says now; once the other one has gone, on to the first screen."""
        machine = self.wizard.machine
        try:
            journal, draft = await in_thread(lambda: (machine.journal(), read_draft(machine.draft())))
            self.say("#course", self.folded(course_lines(journal, draft)))
            await in_thread(machine.hold)
        except BusyError as busy:
            self.busy = busy
        except XenstrapError as error:
            self.say("#course", error_text(error))
        else:
            self.wizard.begin()

    async def ask(self) -> None:
        """Ask the other one to stop; `look_on` sees when it has."""
        self.asked = True
        self.say("#who", TAKEN)
        self.offer("leave", focus="leave")
        try:
            await in_thread(lambda: self.wizard.machine.ask_to_stop(self.busy))
        except XenstrapError as error:
            self.say("#who", error_text(error))

    def action_take(self) -> None:
        """Take over."""
        if not self.asked:
            self.run_worker(self.ask())

    def action_leave(self) -> None:
        """Leave the other one alone."""
        self.wizard.exit(int(Exit.DONE))

    def help_text(self) -> str:
        """What taking over means."""
        return help_on(BUSY)

    def farewell(self) -> Confirmation:
        """The other one goes on."""
        return leaving("The other one goes on.")
