"""A plan as a tree to walk through: findings first, then each step's changes, each foldable to its diff."""

from __future__ import annotations

from collections.abc import Iterable

from rich.style import Style
from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from installer import report
from installer.plan import Change, Plan, StepPlan
from screens.fold import folded
from screens.looks import Glyphs
from screens.page import Page
from screens.remarks import SIGNS, choice_line, counted, finding_lines, in_our_words


class PlanTree(Tree[None]):
    """The lines of a plan; arrows walk, Enter and space fold."""

    show_root = False
    show_guides = False
    guide_depth = 2

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(Text("plan"))
        self.glyphs = glyphs
        self.ICON_NODE = f"{glyphs.fold} "
        self.ICON_NODE_EXPANDED = f"{glyphs.unfold} "

    def render_label(self, node: TreeNode[None], base_style: Style, style: Style) -> Text:
        """A line, with a mark at the cursor."""
        mark = self.glyphs.here if node is self.cursor_node and self.has_focus else " "
        return Text.assemble((f"{mark} ", base_style), super().render_label(node, base_style, style))

    def on_focus(self) -> None:
        """The cursor is somewhere from the beginning, so that one sees where one is."""
        self.cursor_line = max(self.cursor_line, 0)

    def show_plan(self, plan: Plan, asked: Iterable[Page], width: int) -> None:
        """Fill it; what is amiss names its page, where that is asked."""
        self.clear()
        findings = report.by_weight(plan.findings)
        if findings:
            node = self.root.add(Text(self.headline(plan)), expand=bool(plan.errors) or not self.glyphs.brief)
            leaves(node, finding_lines(findings, asked), width - 8)
        lost = [change for change in plan.pending if change.resource.destructive]
        if lost:
            node = self.root.add(Text("CANNOT BE UNDONE"), expand=True)
            leaves(node, (change.resource.title for change in lost), width - 8)
        if not plan.errors:
            for step in plan.steps:
                self.show_step(step, width)

    def headline(self, plan: Plan) -> str:
        """Of the findings, how many there are where they are folded away."""
        numbers = {level: sum(each.level == level for each in plan.findings) for level in SIGNS}
        said = ", ".join(counted(number, SIGNS[level].lower()) for level, number in numbers.items() if number)
        return f"What this machine says: {said}" if self.glyphs.brief else "What this machine says"

    def show_step(self, step: StepPlan, width: int) -> None:
        """One step: what was chosen, and what is not right yet."""
        pending = [change for change in step.changes if change.action != "="]
        right = len(step.changes) - len(pending)
        if not step.changes and not step.choices:
            return
        what = counted(len(pending), "change") if pending else "nothing to do"
        node = self.root.add(Text(f"{step.title}: {what}"), expand=bool(pending) and not self.glyphs.brief)
        leaves(node, map(choice_line, step.choices), width - 8)
        for change in pending:
            show_change(node, change, width)
        if right:
            leaves(node, [report.right_already(right)], width - 8)
        leaves(node, [in_our_words(step.note)] if step.note else [], width - 8)


def show_change(node: TreeNode[None], change: Change, width: int) -> None:
    """One change with its reason and its diff folded away."""
    because = change.resource.because if change.action in "+~" else ""
    lines = [f"because {because}"] if because else []
    lines += list(report.diff(change))
    title = Text(f"{change.action} {change.resource.title}{report.undone(change)}")
    if lines:
        leaves(node.add(title), lines, width - 10)
    else:
        node.add_leaf(title)


def leaves(node: TreeNode[None], lines: Iterable[str], width: int) -> None:
    """Lines below a node, folded where they are longer than there is room."""
    for line in folded(lines, width):
        node.add_leaf(Text(line))
