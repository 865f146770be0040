"""The plan before anything is done: the same that `xenstrap plan` prints."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult

from installer import report
from installer.errors import HostError, XenstrapError
from installer.plan import Plan
from installer.toml_write import written
from screens.confirm import Confirmation, questions
from screens.dialogs import Question, SaveDialog
from screens.frame import Frame, text
from screens.help import REVIEW, help_on
from screens.plan_tree import PlanTree
from screens.ways import COMPARING, FROM_REVIEW, SAVED, error_text, summary, ways_with
from screens.work import in_thread


class ReviewScreen(Frame):
    """Shows the plan, and goes ahead when told to."""

    place = "review"
    keys = "Enter unfolds · Digits or Tab: buttons · Esc back · F1 ^G help · F10 ^X quit"

    def __init__(self) -> None:
        super().__init__()
        self.plan: Plan | None = None
        self.to_confirm: list[Confirmation] = []

    def body(self) -> ComposeResult:
        """The sum, then the tree."""
        yield text("Review", id="title", classes="title")
        yield text(COMPARING, id="sum")
        yield PlanTree(self.wizard.glyphs)

    def actions(self) -> list[tuple[str, str]]:
        """The safe ones first."""
        return list(FROM_REVIEW.items())

    def on_mount(self) -> None:
        """Draw the plan, without holding up the screen."""
        self.offer("back", focus="back")
        self.run_worker(self.draw())

    async def draw(self) -> None:
        """Draw the plan."""
        wizard = self.wizard
        try:
            plan = await in_thread(partial(wizard.machine.plan, wizard.known.answers, wizard.known.facts))
        except XenstrapError as error:
            self.part("#sum").update(error_text(error))
            return
        self.plan = plan
        tree = self.query_one(PlanTree)
        tree.show_plan(plan, wizard.known.pages, tree.size.width)
        self.part("#sum").update(summary(plan, wizard.machine))
        self.offer(*self.ways(plan))
        tree.focus()

    def ways(self, plan: Plan) -> list[str]:
        """What can be done with this plan."""
        return ways_with(plan, self.wizard.known, self.wizard.machine)

    def help_text(self) -> str:
        """What the lines mean."""
        return help_on(REVIEW)

    def action_move(self, step: int) -> None:
        """From the buttons, arrows go to the plan."""
        self.query_one(PlanTree).focus()

    def action_back(self) -> None:
        """Back to the last page."""
        self.wizard.go_back(self.place)

    def action_answers(self) -> None:
        """Save the answers."""
        self.save(*SAVED["answers"], written(self.wizard.known.answers))

    def action_plan(self) -> None:
        """Save the plan."""
        if self.plan:
            lines = "\n".join(report.plan_lines(self.plan, str))
            self.save(*SAVED["plan"], f"{lines}\n")

    def save(self, said: str, name: str, content: str, fault: str = "") -> None:
        """Ask for a name until it is a good one."""
        self.app.push_screen(SaveDialog(said, name, fault), partial(self.saved, said, content))

    def saved(self, said: str, content: str, name: str | None) -> None:
        """Write it, or ask again."""
        if not name:
            return
        try:
            path = self.wizard.machine.save(name, content)
        except HostError as error:
            self.save(said, name, content, f"{error.fact}: {error.hint}")
        else:
            self.part("#sum").update(f"Saved: {path}")

    def action_verify(self) -> None:
        """Nothing is to be done: prove it."""
        self.wizard.verify()

    def action_apply(self) -> None:
        """Ask, for each disk that is lost and for the whole; then go ahead."""
        if self.plan and "apply" in self.ways(self.plan):
            self.to_confirm = questions(self.plan, self.wizard.known)
            self.confirm("yes")

    def confirm(self, answer: str | None) -> None:
        """The next question, or ahead."""
        if answer != "yes" or self.plan is None:
            return
        if self.to_confirm:
            self.app.push_screen(Question(self.to_confirm.pop(0)), self.confirm)
        else:
            self.wizard.apply(self.plan)
