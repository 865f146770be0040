"""Another xenstrap is at work on this machine: look on, or take over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult

from installer.errors import Exit, XenstrapError
from installer.lock import BusyError
from installer.occupant import Occupant
from screens.confirm import Confirmation, leaving
from screens.course import course_lines
from screens.draft import read_draft
from screens.frame import Frame, text
from screens.help import BUSY, help_on
from screens.others import FROM_BUSY, KEPT, TAKEN, met
from screens.ways import error_text
from screens.work import in_thread

SECONDS = 2


class BusyScreen(Frame):
    """Shows what the other one does, from the journal, until it ends, or is asked to or told something."""

    place = "welcome"
    keys = "Digits or Tab and Enter choose · F1 ^G help · F10 ^X quit"

    def __init__(self, busy: BusyError) -> None:
        super().__init__()
        self.busy = busy
        self.asked = False
        self.ways: Sequence[str] = ()

    def body(self) -> ComposeResult:
        """Who it is, and what it does."""
        yield text("Another xenstrap is at work", id="title", classes="title")
        yield text(id="who", classes="sentence")
        yield text(id="course")

    def actions(self) -> list[tuple[str, str]]:
        """Looking on needs no button."""
        return list(FROM_BUSY.items())

    def on_mount(self) -> None:
        """Look on."""
        self.offer("leave", focus="leave")
        self.set_interval(SECONDS, self.look)
        self.look()

    def look(self) -> None:
        """Look again."""
        self.run_worker(self.look_on(), group="look", exclusive=True)

    async def look_on(self) -> None:
        """What the journal says now; once the other one has gone, on to the first screen."""
        machine = self.wizard.machine
        try:
            journal, draft, other = await in_thread(
                lambda: (machine.journal(), read_draft(machine.draft()), machine.occupant(self.busy))
            )
            self.say("#course", "" if other.unit else self.folded(course_lines(journal, draft)))
            self.meet(other)
            await in_thread(machine.hold)
        except BusyError as busy:
            self.busy = busy
        except XenstrapError as error:
            self.say("#course", error_text(error))
        else:
            self.wizard.begin()

    def meet(self, other: Occupant) -> None:
        """Who it is, and what can be done, until something was."""
        if self.asked:
            return
        title, said, ways = met(other)
        self.say("#title", title)
        self.say("#who", said)
        if self.ways != ways:
            self.ways = ways
            self.offer(*ways)

    async def tell(self, said: str, tell: Callable[[], None]) -> None:
        """Tell the other one something; `look_on` sees what comes of it."""
        self.asked = True
        self.say("#who", said)
        self.offer("leave", focus="leave")
        try:
            await in_thread(tell)
        except XenstrapError as error:
            self.say("#who", error_text(error))

    def action_take(self) -> None:
        """Take over."""
        if not self.asked:
            self.run_worker(self.tell(TAKEN, lambda: self.wizard.machine.ask_to_stop(self.busy)))

    def action_keep(self) -> None:
        """Somebody's word that the bridge works."""
        if not self.asked:
            self.run_worker(self.tell(KEPT, self.wizard.machine.keep_bridge))

    def action_leave(self) -> None:
        """Leave the other one alone."""
        self.wizard.exit(int(Exit.DONE))

    def help_text(self) -> str:
        """What taking over means."""
        return help_on(BUSY)

    def farewell(self) -> Confirmation:
        """The other one goes on."""
        return leaving("The other one goes on.")
