"""The serial page's own buttons: who speaks on which port now, and whether a line arrives at the other end."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from installer.errors import XenstrapError
from installer.steps.serial_port import find_line
from installer.steps.serial_table import speakers, table
from installer.try_port import SECONDS, Asked, Outcome, arrived, make_asked
from screens.confirm import Confirmation
from screens.dialogs import MARGIN, HelpDialog, Question
from screens.step import StepScreen
from screens.ways import error_text
from screens.work import in_thread

ASK = (("no", "Not now"), ("write", "Write and ask"), ("listen", "Write and listen"))
CAME = (("no", "Nothing, or not this"), ("yes", "It arrived"))


class PortScreen(StepScreen):
    """The page of the serial line."""

    own_keys = ("F5 ^Y table", "F6 ^R test")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,ctrl+y", "ports", "Table", priority=True),
        Binding("f6,ctrl+r", "test", "Test", priority=True),
    ]

    def actions(self) -> list[tuple[str, str]]:
        """On or back, and what a line can be looked at by."""
        return [*super().actions(), ("ports", "Table"), ("test", "Test")]

    def action_ports(self) -> None:
        """The whole table."""
        known = self.wizard.known
        answers, facts, width = known.judgement.answers, known.facts, self.app.size.width
        rows = speakers(find_line(answers, facts), answers, facts)
        lines = list(table(rows, width - MARGIN))
        if any(row.differs for row in rows):
            lines += ["", "! does not go together with the line"]
        self.app.push_screen(HelpDialog("\n".join(lines)))

    def action_test(self) -> None:
        """Try the port, beside the screen."""
        self.run_worker(self.test(), group="port", exclusive=True)

    async def test(self) -> None:
        """Ask how, write, and say what came of it."""
        line = find_line(self.wizard.known.judgement.answers, self.wizard.known.facts)
        if line is None:
            self.app.push_screen(HelpDialog("There is no serial line to test.\n\nChoose a port first."))
            return
        asked = make_asked(line.tty, line.speed, flow=line.flow)
        said = (
            f"Test {asked.tty} at {asked.speed} baud?\n\nA line with a random word is written to it. Then you say "
            f"which word arrived at the other end, or xenstrap listens {SECONDS:g} seconds for it to come back: from a "
            "plug that echoes, or typed by somebody there."
        )
        how = await self.app.push_screen_wait(Question(Confirmation(said, ASK)))
        if how in ("write", "listen"):
            try:
                outcome = await self.try_port(asked, SECONDS if how == "listen" else 0.0)
            except XenstrapError as error:
                self.app.push_screen(HelpDialog(error_text(error)))
            else:
                hint = f"\n\n  -> {outcome.hint}" if outcome.hint else ""
                self.app.push_screen(HelpDialog(f"{outcome.text}{hint}"))

    async def try_port(self, asked: Asked, seconds: float) -> Outcome:
        """Write, and listen or ask; the port's settings are put back whatever becomes of this screen."""
        machine, facts = self.wizard.machine, self.wizard.known.facts
        waiting = HelpDialog(f"Listening on {asked.tty} for {seconds:g} seconds.\n\nThe word is {asked.word}.")
        if seconds:
            await self.app.push_screen(waiting)
        try:
            outcome = await in_thread(lambda: machine.try_port(facts, asked, seconds), keep=True)
        finally:
            if self.app.screen is waiting:
                self.app.pop_screen()
        if outcome.kind != "written":
            return outcome
        said = f"{outcome.text}\n\nWhich word stands at its end, at the other end? Type it here."
        answer = await self.app.push_screen_wait(Question(Confirmation(said, CAME, [asked.word])))
        return arrived(asked, asked.word if answer == "yes" else "")
