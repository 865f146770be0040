"""Plans, findings and events as text for people and as JSON lines for programs."""

import difflib
import json
from collections.abc import Callable, Iterable, Iterator

from installer.answers import Answers
from installer.engine import Event
from installer.finding import Choice, Finding
from installer.plan import Change, Plan, StepPlan
from installer.steps.install_debian import PLACE

Where = Callable[[str], str]
"""Names the place of a key in the answer file: "memory.dom0" -> "answers.toml:7: memory.dom0"."""

WORDS = {"error": "ERROR", "warning": "Warning", "note": "Note", "ok": "ok"}
NAMES = {"+": "new", "~": "changed", "-": "rolled back", "=": "right already"}


def plan_lines(plan: Plan, where: Where) -> Iterator[str]:
    """A plan as people read it: findings first, then each step's changes with their diffs, then the sum."""
    findings = list(plan.findings)
    if findings:
        yield "What this machine says"
        for finding in by_weight(findings):
            yield from finding_lines(finding, where)
        yield ""
    if plan.errors:
        yield f"Nothing can be applied before the {len(plan.errors)} error(s) above are gone."
        return
    for step in plan.steps:
        if step.changes or step.choices:
            yield from step_lines(step)
            yield ""
    yield summary(plan)
    yield f"plan hash {plan.hash}"


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Findings, the gravest first."""
    return sorted(findings, key=lambda finding: list(WORDS).index(finding.level))


def finding_lines(finding: Finding, where: Where) -> Iterator[str]:
    """A finding with its place and its hint."""
    place = f"{where(finding.key)}: " if finding.key and finding.fault == "answers" else ""
    yield f"  {WORDS[finding.level]}: {place}{finding.text}"
    if finding.hint:
        yield f"    -> {finding.hint}"


def step_lines(step: StepPlan) -> Iterator[str]:
    """One step: its choices with their reasons, beside what there is, then its changes."""
    yield f"{step.title} [{step.name}]"
    for choice in step.choices:
        yield f"    {choice_line(choice)}"
    yield from (f"    {line}" for line in step.picture)
    for change in step.changes:
        yield f"  {change_line(change)}"
        if change.action != "=":
            yield from (f"      {line}" for line in diff(change))
    if step.note:
        yield f"    {step.note}"


def choice_line(choice: Choice) -> str:
    """What was chosen for a key, and why."""
    return f"{choice.key} = {choice.value}   because {choice.because}"


def change_line(change: Change) -> str:
    """One change, with its reason where it is about to be made."""
    reason = change.resource.because if change.action in "+~" else ""
    return f"{change.action} {change.resource.title}{undone(change)}" + (f"   because {reason}" if reason else "")


def next_step(answers: Answers) -> str:
    """What is left to a person when all is applied."""
    restart, verify = "Restart the machine", "xenstrap verify"
    if answers.install.disk:
        restart = "Restart the machine from the new disk, without the live system's medium,"
        verify = f"{PLACE}/xenstrap verify"
    start = " to start Xen"
    if not answers.boot.xen:
        start = " and choose Xen in the boot menu"
    elif answers.boot.trial:
        start += ": once, as a trial, and by default as soon as that has verified itself"
    return f"{restart}{start}. Then `{verify}` says whether all is in force."


def right_already(count: int) -> str:
    """So many things are left alone."""
    return f"= {count} {'is' if count == 1 else 'are'} right already"


def undone(change: Change) -> str:
    """The warning that belongs beside what cannot be given back."""
    return "   CANNOT BE UNDONE" if change.resource.destructive and change.action != "=" else ""


def diff(change: Change) -> Iterator[str]:
    """A unified diff of the two states without its file heads; the whole of a new state marked as such."""
    before, after = change.resource.describe(change.before), change.resource.describe(change.after)
    if change.resource.plain and (change.before is None or change.after is None):
        return
    if change.before is None or change.after is None:
        mark, lines = ("+", after) if change.before is None else ("-", before)
        yield from (f"{mark} {line}" for line in lines)
        return
    yield from list(difflib.unified_diff(before, after, lineterm="", n=2))[2:]


def summary(plan: Plan) -> str:
    """How much would be done, in one sentence."""
    counts = {action: sum(change.action == action for change in plan.changes) for action in NAMES}
    if not plan.pending:
        return f"Nothing to do: all {len(plan.changes)} things are right already."
    parts = [f"{counts[action]} {name}" for action, name in NAMES.items() if counts[action]]
    lost = [change.resource.title for change in plan.pending if change.resource.destructive]
    end = (
        f"CANNOT BE UNDONE: {', '.join(lost)}."
        if lost
        else "Nothing is destroyed; `xenstrap rollback` rolls it all back."
    )
    return f"{len(plan.pending)} changes: {', '.join(parts)}. {end}"


def plan_json(plan: Plan, where: Where) -> Iterator[str]:
    """A plan as JSON lines: findings, choices, changes, and the hash last."""
    for step in plan.steps:
        for finding in step.findings:
            yield finding_json(finding, step.name, where)
        for choice in step.choices:
            yield json.dumps({"event": "choice", "step": step.name} | choice.model_dump())
        if step.picture:
            yield json.dumps({"event": "picture", "step": step.name, "lines": step.picture})
        for change in step.changes:
            yield json.dumps(
                {
                    "event": "change",
                    "step": step.name,
                    "id": change.resource.id,
                    "action": change.action,
                    "destructive": change.resource.destructive,
                    "because": change.resource.because,
                    "before": change.resource.describe(change.before),
                    "after": change.resource.describe(change.after),
                }
            )
    yield json.dumps({"event": "plan", "hash": plan.hash, "pending": len(plan.pending), "errors": len(plan.errors)})


def finding_json(finding: Finding, step: str, where: Where) -> str:
    """A finding as one JSON line."""
    place = {"where": where(finding.key)} if finding.key else {}
    return json.dumps({"event": "finding", "step": step} | finding.model_dump() | place)


def verify_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """A verification as people read it."""
    for finding in findings:
        mark = {"ok": "ok  ", "error": "FAIL", "warning": "note", "note": "note"}[finding.level]
        yield f"  {mark}  {finding.text}"
        if finding.hint and finding.level != "ok":
            yield f"        -> {finding.hint}"


class Narrator:
    """Events as lines for people; progress at most once every tenth of the way."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self._last: tuple[str, int] = ("", -1)

    def event(self, event: Event) -> None:
        """Say one event."""
        match event.event:
            case "settling":
                self.say(f"[{event.done + 1}/{event.of}] {event.action} {event.title}")
            case "progress":
                tenth = (event.text.partition(":")[0], int((event.percent or 0) // 10))
                if event.percent is None or tenth != self._last:
                    percent = "" if event.percent is None else f" ({event.percent:.0f} %)"
                    self.say(f"        {event.text}{percent}")
                self._last = tenth
            case "settled" | "kept":
                pass
