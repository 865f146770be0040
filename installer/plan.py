"""The difference between what should be true and what is: per step, and with a hash that names it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, warn
from installer.host import Host
from installer.model import Model
from installer.resources.base import Resource, State, observe_many
from installer.steps.base import Step

ROLLBACK, ROLLBACK_TITLE = "rollback", "Back to what was before xenstrap"
"""What no step wants any more has a part of the plan of its own: its name and its title."""
Action = Literal["+", "~", "-", "="]


class Change(Model):
    """One resource, its state now and the state that it shall have."""

    step: str
    resource: Resource
    before: State
    after: State

    @property
    def action(self) -> Action:
        """+ appears, ~ changes, - goes back to what it was before us, = is right already."""
        if self.before == self.after:
            return "="
        if self.after != self.resource.expected():
            return "-"
        return "+" if self.before is None else "~"

    @property
    def last(self) -> bool:
        """Whether it goes, and when all else is settled."""
        return self.resource.goes_last and self.after is None


class Former(Model):
    """A resource that we once touched, its state before that, and the ids of those that it came along with."""

    resource: Resource
    state: State
    brought_by: tuple[str, ...] = ()


class StepPlan(Model):
    """What one step found, chose and wants changed; `picture` is its choices beside what there is, `note` what its
    changes bring along.
    """

    name: str
    title: str
    findings: tuple[Finding, ...] = ()
    choices: tuple[Choice, ...] = ()
    picture: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    note: str = ""


class Plan(Model):
    """The steps' plans in order; what is no longer wanted comes last, under a name of its own."""

    steps: tuple[StepPlan, ...]

    @property
    def findings(self) -> Iterator[Finding]:
        """Every finding of every step."""
        return (finding for step in self.steps for finding in step.findings)

    @property
    def errors(self) -> list[Finding]:
        """The findings that forbid applying."""
        return [finding for finding in self.findings if finding.level == "error"]

    @property
    def changes(self) -> list[Change]:
        """Every change, kept ones included, in the order of settling: derived ones last, then what goes last."""
        changes = [change for step in self.steps for change in step.changes]
        return sorted(changes, key=lambda change: (change.last, change.resource.derived))

    @property
    def pending(self) -> list[Change]:
        """The changes that are not "=" already."""
        return [change for change in self.changes if change.action != "="]

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal digits that name exactly these changes from exactly these states."""
        return digest([[change.resource.id, change.before, change.after] for change in self.changes])

    @property
    def aim(self) -> str:
        """The same, of the states that are wanted alone: it survives an interruption half-way."""
        return digest([[change.resource.id, change.after] for change in self.changes])


def digest(value: object) -> str:
    """A short hash of plain data."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def draw_plan(
    steps: Iterable[Step],
    answers: Answers,
    facts: Facts,
    host: Host,
    touched: Iterable[Former] = (),
    *,
    notes: bool = True,
) -> Plan:
    """Compare what the steps want with the host; what we once touched and nobody wants goes back to its first state.

    `touched` is what the journal remembers, oldest first; without `notes` nobody asks what changes bring along.
    """
    touched = list(touched)
    known = {former.resource.id: former.resource for former in touched}
    plans = [draw_step(step, answers, facts, host, known, notes) for step in steps]
    wanted = [change.resource.id for plan in plans for change in plan.changes]
    return Plan(steps=(*plans, *undo_steps(host, wanted, touched)))


def undo_steps(host: Host, wanted: Iterable[str], touched: Iterable[Former]) -> Iterator[StepPlan]:
    """What we touched and is neither among the `wanted` ids nor came with one, newest first, on its way back.

    What was erased cannot go back, and what others use by now stays as it is.
    """
    kept = set(wanted)
    unwanted = [former for former in touched if not kept & {former.resource.id, *former.brought_by}]
    staying = {former.resource.id: why for former in unwanted if (why := why_it_stays(host, former.resource))}
    kept |= staying.keys() | {
        need for former in unwanted if former.resource.id in staying for need in former.resource.needs
    }
    going = [former for former in unwanted if not kept & {former.resource.id, *former.brought_by}]
    if unwanted:
        changes = observed(host, ROLLBACK, [(former.resource, former.state) for former in reversed(going)])
        findings = tuple(warn(f"{former.resource.title} stays: {staying[former.resource.id]}.")
                         for former in unwanted if former.resource.id in staying)  # fmt: skip
        yield StepPlan(name=ROLLBACK, title=ROLLBACK_TITLE, findings=findings, changes=changes)


def why_it_stays(host: Host, resource: Resource) -> str:
    """Why a resource does not go back to its former state, "" where it does."""
    return "what was on it cannot be brought back" if resource.destructive else resource.stays(host)


def draw_step(
    step: Step, answers: Answers, facts: Facts, host: Host, known: Mapping[str, Resource], notes: bool
) -> StepPlan:
    """One step's part of the plan, given the resources that the journal knows; a step with errors plans nothing."""
    findings = tuple(step.check(answers, facts))
    if any(finding.level == "error" for finding in findings):
        return StepPlan(name=step.name, title=step.title, findings=findings)
    wanted = [resource.since(known.get(resource.id)) for resource in step.resources(answers, facts)]
    changes = observed(host, step.name, [(resource, resource.expected()) for resource in wanted])
    return StepPlan(
        name=step.name,
        title=step.title,
        findings=findings,
        choices=tuple(step.choices(answers, facts)),
        picture=tuple(step.picture(answers, facts)),
        changes=changes,
        note=" ".join(previews(host, changes)) if notes else "",
    )


def observed(host: Host, step: str, wanted: Sequence[tuple[Resource, State]]) -> tuple[Change, ...]:
    """Changes from what is to what shall be."""
    befores = observe_many(host, [resource for resource, _ in wanted])
    return tuple(
        Change(step=step, resource=resource, before=before, after=after)
        for (resource, after), before in zip(wanted, befores, strict=True)
    )


def previews(host: Host, changes: Iterable[Change]) -> Iterator[str]:
    """What each kind of change says that it brings along."""
    pending = [change for change in changes if change.action in "+~"]
    for kind, group in groupby(pending, key=lambda change: type(change.resource)):
        if said := kind.preview(host, [(change.resource, change.after) for change in group]):
            yield said
