"""The plan in lines: what is found, chosen and changed, each change with a number, and its diff when asked for."""

from collections.abc import Iterable, Iterator

from installer import report
from installer.plan import Change, Plan
from screens.page import Page
from screens.remarks import choice_line, finding_lines, in_our_words


def short(plan: Plan, asked: Iterable[Page]) -> Iterator[str]:
    """Findings, with the page that asks, then each step with what was chosen and its changes, numbered from 1."""
    yield from finding_lines(report.by_weight(plan.findings), asked)
    if plan.errors:
        return
    numbers = {change.resource.id: number for number, change in enumerate(in_order(plan), 1)}
    for step in plan.steps:
        if not step.changes and not step.choices:
            continue
        yield step.title
        yield from (f"    {choice_line(choice)}" for choice in step.choices)
        for change in step.changes:
            if change.action != "=":
                yield f"  {numbers[change.resource.id]}. {report.change_line(change)}"
        right = sum(change.action == "=" for change in step.changes)
        if right:
            yield f"  {report.right_already(right)}"
        if step.note:
            yield f"    {in_our_words(step.note)}"
    yield ""


def in_order(plan: Plan) -> list[Change]:
    """What would be changed, in the order in which it is shown."""
    return [change for step in plan.steps for change in step.changes if change.action != "="]


def diff_of(plan: Plan, typed: str) -> list[str] | None:
    """The diff of the change with the number that was typed; None for no number of one."""
    changes = in_order(plan)
    if not (typed.isdecimal() and typed.isascii() and len(typed) < 6 and 1 <= int(typed) <= len(changes)):
        return None
    change = changes[int(typed) - 1]
    return [report.change_line(change), *(f"  {line}" for line in report.diff(change))]
