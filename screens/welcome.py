"""The first screen: what this will do, what it will not, what machine this is, and what speaks against it already."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.timer import Timer

from installer.errors import XenstrapError
from installer.facts import Facts
from installer.standing import Standing
from screens.draft import Draft, read_draft
from screens.frame import Frame, error_text, text
from screens.help import WELCOME, help_on
from screens.memory import size
from screens.pages import SEEN_BEFORE
from screens.row import finding_lines
from screens.times import ago
from screens.work import in_thread

PURPOSE = (
    "Makes this machine a Xen host: Xen starts first, this Debian goes on as the system that manages it (dom0), and "
    "other systems run beside it as guests."
)
PROMISE = (
    "You see every change before it is made, on the page Review; until then nothing is changed. Everything takes "
    "effect with the next restart, plain Linux stays in the boot menu, and all of it can be taken back."
)


class WelcomeScreen(Frame):
    """Looks at the machine while one reads."""

    place = "welcome"

    def __init__(self, *, again: bool = False) -> None:
        super().__init__()
        self.again = again
        self.slow: Timer | None = None

    def body(self) -> ComposeResult:
        """The sentences; the machine follows."""
        yield text("Welcome", classes="title")
        yield text(id="before", classes="sentence")
        yield text(PURPOSE, id="purpose", classes="sentence")
        yield text(PROMISE, id="promise", classes="sentence")
        yield text("Looking at this machine ...", id="machine")
        yield text(id="findings")

    def actions(self) -> list[tuple[str, str]]:
        """One of these is the way on."""
        return [("start", "Start"), ("resume", "Continue"), ("over", "Start over"), ("undo", "Undo all"),
                ("verify", "Verify"), ("restart", "Restart now"), ("retry", "Try again")]  # fmt: skip

    def on_mount(self) -> None:
        """Look at the machine, or show what is known."""
        self.offer()
        self.part("#before").display = False
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
            self.part("#machine").update(f"Looking at this machine ... waiting for: {name}")

    def show_machine(self) -> None:
        """What machine this is, what speaks against it, and how to go on."""
        wizard = self.wizard
        self.part("#head").update(wizard.known.head(self.place))
        self.part("#rail").update(wizard.known.rail(self.place))
        self.part("#machine").update(self.folded(machine_lines(wizard.known.facts)))
        by_step = wizard.known.judgement.by_step
        found = [finding for step in SEEN_BEFORE for finding in by_step.get(step, ())]
        elsewhere = [
            each for step in by_step if step not in SEEN_BEFORE for each in by_step[step] if each.level == "error"
        ]
        self.part("#findings").update(self.folded(finding_lines([*elsewhere, *found])))
        said, names = self.before()
        self.say("#before", said)
        self.part("#purpose").display = self.part("#promise").display = wizard.known.standing.phase == "fresh"
        self.offer(*names, focus=names[0])

    def before(self) -> tuple[str, list[str]]:
        """What was done before, and the ways on, the likeliest first."""
        known, standing, draft = self.wizard.known, self.wizard.known.standing, self.wizard.known.draft
        if standing.phase == "stopped":
            at = f" at: {standing.step}" if standing.step else ""
            why = f" {standing.text.rstrip('.')}." if standing.text else ""
            said = f"Applying stopped {ago(standing.when)}{at}.{why} What was done until then stays."
            return said, ["resume", "start", "undo"]
        if standing.phase == "half back":
            return f"Taking everything back stopped {ago(standing.when)}. {standing.text}".strip(), ["undo", "start"]
        if standing.phase == "failed":
            said = f"The trial of Xen failed, and this is plain Linux again: {standing.text.rstrip('.')}."
            return said, ["retry", "start", "undo"]
        if draft.at and not known.given and not self.again:
            at = known.places.get(draft.at, "the start")
            return f"You stopped at {at} {ago(draft.kept)}. {known.left_as(still=True)}", ["resume", "over"]
        if standing.phase == "applied":
            return "Everything is applied. Restart the machine to start Xen.", ["restart", "start", "undo"]
        if standing.phase in ("verified", "restarted"):
            return "Everything is applied. You may change your answers and apply again.", ["start", "verify", "undo"]
        if not self.wizard.machine.may_change:
            return "You can save your answers and the plan here. To apply them, start xenstrap with sudo.", ["start"]
        return "", ["start"]

    def help_text(self) -> str:
        """What Xen is."""
        return help_on(WELCOME)

    def action_next(self) -> None:
        """The likeliest way on."""
        if self.wizard.known.looked:
            self.call_later(self.run_action, f"screen.{self.before()[1][0]}")

    def action_start(self) -> None:
        """From the first page."""
        self.wizard.go_on(self.place)

    def action_resume(self) -> None:
        """Where it stopped."""
        self.wizard.go_to("review" if self.wizard.known.standing.phase == "stopped" else self.wizard.known.draft.at)

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
            self.wizard.known.standing = await in_thread(machine.standing)
        except XenstrapError as error:
            self.part("#machine").update(error_text(error))
            return
        self.show_machine()
        self.wizard.ask_restart()

    def action_restart(self) -> None:
        """Restart, after a question."""
        self.wizard.ask_restart()

    def action_undo(self) -> None:
        """Take everything back, after a question."""
        self.wizard.ask_undo()


def machine_lines(facts: Facts) -> Iterator[str]:
    """What machine this is."""
    yield "This machine"
    yield f"  {facts.hostname}: {facts.release.name}"
    board = f"{facts.firmware.board}, " if facts.firmware.board else ""
    yield f"  {board}{facts.firmware.kind.upper()}, {facts.cpu.model}"
    nics = len([nic for nic in facts.network.nics if nic.kind in ("nic", "wifi")])
    parts = (counted(facts.cpu.threads, "processor"), f"{size(facts.memory_mib)} of memory")
    yield f"  {', '.join((*parts, counted(len(facts.disks), 'disk'), counted(nics, 'network card')))}"


def counted(number: int, name: str) -> str:
    """So many of something."""
    return f"{number} {name}{'s' * (number != 1)}"
