"""The plan before anything is done: the same that `xenstrap plan` prints."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult

from installer import report
from installer.errors import HostError, XenstrapError
from installer.plan import Plan
from installer.toml_write import written
from screens.confirm import questions
from screens.dialogs import Question, SaveDialog
from screens.frame import Frame, error_text, text
from screens.help import REVIEW, help_on
from screens.plan_tree import PlanTree
from screens.work import in_thread

ANSWERS, PLAN = "xenstrap-answers.toml", "xenstrap-plan.txt"


class ReviewScreen(Frame):
    """Shows the plan, and goes ahead when told to."""

    place = "review"
    keys = "Arrows walk · Enter unfolds · Esc back · F1 ^G help · F10 ^X quit"

    def __init__(self) -> None:
        super().__init__()
        self.plan: Plan | None = None
        self.to_confirm: list[Question] = []

    def body(self) -> ComposeResult:
        """The sum, then the tree."""
        yield text("Review", classes="title")
        yield text("Comparing your answers with this machine ...", id="sum")
        yield PlanTree(self.wizard.glyphs)

    def actions(self) -> list[tuple[str, str]]:
        """The safe ones first."""
        return [("back", "Back"), ("answers", "Save answers"), ("plan", "Save plan"), ("apply", "Apply"),
                ("verify", "Verify")]  # fmt: skip

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
        tree.show_plan(plan, tree.size.width)
        self.part("#sum").update(self.summary(plan))
        self.offer(*self.ways(plan))

    def summary(self, plan: Plan) -> str:
        """The plan in a sentence."""
        if plan.errors:
            count = len(plan.errors)
            return (
                f"Nothing can be applied before {'this error is' if count == 1 else f'these {count} errors are'} gone."
            )
        return report.summary(plan)

    def ways(self, plan: Plan) -> list[str]:
        """What can be done with this plan."""
        names = ["back", "answers", "plan"]
        if self.wizard.machine.may_change and not plan.errors:
            if plan.pending or self.wizard.known.standing.phase == "stopped":
                names.append("apply")
            elif self.wizard.known.facts.domain == "dom0":
                names.append("verify")
        return names

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
        self.save("The answers, for `xenstrap apply`. A new file:", ANSWERS, written(self.wizard.known.answers))

    def action_plan(self) -> None:
        """Save the plan."""
        if self.plan:
            lines = "\n".join(report.plan_lines(self.plan, str))
            self.save("The plan, to read. A new file:", PLAN, f"{lines}\n")

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
            self.to_confirm = questions(self.plan, self.wizard.known.facts)
            self.confirm("yes")

    def confirm(self, answer: str | None) -> None:
        """The next question, or ahead."""
        if answer != "yes" or self.plan is None:
            return
        if self.to_confirm:
            self.app.push_screen(self.to_confirm.pop(0), self.confirm)
        else:
            self.wizard.apply(self.plan)
