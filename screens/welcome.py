"""The first screen: what this will do, what it will not, what machine this is, and what speaks against it already."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.timer import Timer

from installer.errors import XenstrapError
from installer.facts import Facts
from installer.standing import Standing
from screens.draft import Draft, read_draft
from screens.frame import Frame, text
from screens.help import WELCOME, help_on, ways_on
from screens.purpose import BRIEF_KEYS, BRIEF_LOOKING, LOOKING, purpose
from screens.remarks import finding_lines, paragraphs
from screens.ways import (
    FROM_WELCOME,
    before,
    brief_machine,
    error_text,
    first_findings,
    machine_lines,
    resumed,
)
from screens.work import in_thread


class WelcomeScreen(Frame):
    """Looks at the machine while one reads."""

    place = "welcome"
    keys = "Enter goes on · Tab to the buttons · Arrows scroll · F1 ^G help · F10 ^X quit"
    brief_keys = BRIEF_KEYS

    def __init__(self, *, again: bool = False) -> None:
        super().__init__()
        self.again = again
        self.slow: Timer | None = None

    @property
    def looking(self) -> str:
        """What it does meanwhile."""
        return BRIEF_LOOKING if self.brief else LOOKING

    def body(self) -> ComposeResult:
        """The sentences; the machine follows."""
        yield text("Welcome", id="title", classes="title")
        yield text(id="before", classes="sentence")
        yield text(id="against", classes="sentence fault")
        yield text(purpose(new=False, brief=self.brief), id="purpose", classes="sentence")
        yield text(self.looking, id="machine")
        yield text(id="findings")

    def actions(self) -> list[tuple[str, str]]:
        """One of these is the way on."""
        return list(FROM_WELCOME.items())

    def on_mount(self) -> None:
        """Look at the machine, or show what is known."""
        self.offer()
        for part in ("#before", "#against"):
            self.part(part).display = False
        if self.again:
            self.show_machine()
        else:
            self.slow = self.set_interval(1, self.say_what_it_waits_for)
            self.run_worker(self.look())

    async def look(self) -> None:
        """Look, without holding up the screen."""
        try:
            facts, standing, draft = await in_thread(self.read)
        except XenstrapError as error:
            self.part("#machine").update(error_text(error))
            return
        finally:
            if self.slow:
                self.slow.stop()
        self.wizard.looked_at(facts, standing, draft)
        if standing.phase == "restarted" and not self.wizard.known.given:
            self.wizard.verify()
        else:
            self.show_machine()

    def read(self) -> tuple[Facts, Standing, Draft | None]:
        """What the machine and its state directory say."""
        machine = self.wizard.machine
        return machine.facts(), machine.standing(), read_draft(machine.draft())

    def say_what_it_waits_for(self) -> None:
        """A slow disk or network card is named."""
        if name := self.wizard.machine.waits_for:
            self.part("#machine").update(f"{self.looking} waiting for: {name}")

    def show_machine(self) -> None:
        """What machine this is, what speaks against it, and how to go on."""
        wizard = self.wizard
        self.part("#head").update(wizard.known.head(self.place))
        self.part("#rail").update(wizard.known.rail(self.place))
        facts = wizard.known.facts
        self.part("#machine").update(self.folded(brief_machine(facts) if self.brief else machine_lines(facts)))
        levels = ("warning",) if self.brief else ("warning", "note")
        self.part("#findings").update(self.folded(self.findings(*levels)))
        self.say("#against", self.folded(self.findings("error")))
        said, names = self.before()
        self.say("#before", said)
        self.part("#purpose").display = wizard.known.standing.phase == "fresh"
        self.part("#purpose").update(purpose(new=wizard.known.new, brief=self.brief))
        self.offer(*names, focus=names[0])

    def findings(self, *levels: str) -> list[str]:
        """What speaks against this machine, or for it."""
        found = first_findings(self.wizard.known.judgement) if self.wizard.known.looked else []
        return list(finding_lines(each for each in found if each.level in levels))

    def before(self) -> tuple[str, list[str]]:
        """What was done before, and the ways on, the likeliest first."""
        return before(self.wizard.known, self.wizard.machine, again=self.again)

    def scrolls(self) -> bool:
        """Arrows scroll; left and right go from button to button."""
        return True

    def help_text(self) -> str:
        """What Xen is."""
        notes = paragraphs(self.findings("note")) if self.brief else []
        ways = ways_on(self.before()[1]) if self.wizard.known.looked else []
        return help_on((*ways, *notes, *WELCOME))

    def action_next(self) -> None:
        """The likeliest way on."""
        if self.wizard.known.looked:
            self.call_later(self.run_action, f"screen.{self.before()[1][0]}")

    def action_back(self) -> None:
        """There is nothing before this but to leave."""
        self.wizard.action_leave()

    def action_start(self) -> None:
        """From the first page."""
        self.wizard.go_on(self.place)

    def action_resume(self) -> None:
        """Where it stopped."""
        self.wizard.go_to(resumed(self.wizard.known))

    def action_over(self) -> None:
        """From the first page, with nothing typed."""
        self.wizard.known.start_over()
        self.wizard.go_on(self.place)

    def action_verify(self) -> None:
        """Look whether all is in force."""
        self.wizard.verify()

    def action_retry(self) -> None:
        """Xen once more."""
        self.run_worker(self.retry())

    async def retry(self) -> None:
        """Arm Xen, then ask for the restart."""
        machine = self.wizard.machine
        try:
            await in_thread(machine.try_again)
            self.wizard.known.stands(await in_thread(machine.standing))
        except XenstrapError as error:
            self.part("#machine").update(error_text(error))
            return
        self.show_machine()
        self.wizard.ask_restart()

    def action_restart(self) -> None:
        """Restart, after a question."""
        self.wizard.ask_restart()

    def action_rollback(self) -> None:
        """Roll everything back, after a question."""
        self.wizard.ask_rollback()
