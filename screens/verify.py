"""After the restart: what is really in force."""

from __future__ import annotations

from textual.app import ComposeResult

from installer.errors import Exit, XenstrapError
from installer.report import verify_lines
from screens.confirm import Confirmation, leaving
from screens.fold import folded
from screens.frame import Frame, text
from screens.help import VERIFY, help_on
from screens.ways import FROM_VERIFY, VERIFYING, error_text, verdict
from screens.work import in_thread


class VerifyScreen(Frame):
    """Proves that this is the dom0 that was asked for."""

    place = "verify"
    keys = "Arrows scroll · Tab to the buttons · F1 ^G help · F10 ^X quit"

    def body(self) -> ComposeResult:
        """The verdict, then what it rests on."""
        yield text("Verify", classes="title")
        yield text(VERIFYING, id="verdict", classes="sentence")
        yield text(id="report")

    def actions(self) -> list[tuple[str, str]]:
        """The ways on."""
        return list(FROM_VERIFY.items())

    def on_mount(self) -> None:
        """Look at once."""
        self.action_again()

    def action_again(self) -> None:
        """Look again."""
        self.offer("leave", focus="leave")
        self.part("#verdict").update(VERIFYING)
        self.part("#report").update("")
        self.run_worker(self.look())

    async def look(self) -> None:
        """Look, without holding up the screen."""
        try:
            findings = await in_thread(self.wizard.machine.verify)
            self.wizard.known.stands(await in_thread(self.wizard.machine.standing))
        except XenstrapError as error:
            self.part("#verdict").update(error_text(error))
        else:
            self.part("#verdict").update(verdict(findings, self.wizard.known))
            self.part("#report").update("\n".join(folded(verify_lines(findings), self.room())))
        self.offer("leave", "again", "change", "rollback", focus="leave")

    def scrolls(self) -> bool:
        """Arrows scroll the report."""
        return True

    def help_text(self) -> str:
        """What the lines mean."""
        return help_on(VERIFY)

    def action_change(self) -> None:
        """Back to the answers."""
        self.wizard.go_to("welcome")

    def action_rollback(self) -> None:
        """Roll everything back, after a question."""
        self.wizard.ask_rollback()

    def action_leave(self) -> None:
        """Leave."""
        self.wizard.leave(Exit.DONE)

    def farewell(self) -> Confirmation:
        """Nothing depends on staying."""
        return leaving("Nothing is under way.")
