"""Applying a plan: observe, record, settle, observe again, record. Nothing else in the program changes the machine."""

from collections.abc import Iterator, Sequence
from typing import Literal

from installer.errors import DriftError, HostError
from installer.host import Host
from installer.journal import After, Before, Journal
from installer.model import Model
from installer.plan import Change, Plan
from installer.resources.base import Progress, Resource, Said, State, Touched, observe_many
from installer.resources.complaints import room
from installer.resources.kinds import rebuild

DRAW_AGAIN = "draw the plan again"


class Event(Model):
    """What happens to one resource; `done` of `of` changes are behind us."""

    event: Literal["kept", "settling", "progress", "settled"]
    step: str
    id: str
    title: str
    action: str
    text: str = ""
    percent: float | None = None
    done: int = 0
    of: int = 0


def apply(plan: Plan, host: Host, journal: Journal) -> Iterator[Event]:
    """Settle every change of a plan, batch by batch; the consumer stops us by no longer asking.

    DriftError where a destructive change no longer finds what was shown; HostError where a change fails or does
    not take.
    """
    done, of = 0, len(plan.changes)
    record_derived(plan, journal)
    record_brought(host, journal)
    touched = journal.touched()
    cut_off = {(before.kind, before.fields["name"]) for before in journal.in_flight()}
    for batch in batches(plan.changes):
        pending = []
        for change, before in zip(batch, observe_many(host, [change.resource for change in batch]), strict=True):
            if before == change.after:
                done += 1
                key = (change.resource.kind, change.resource.name)
                if key in cut_off or (key in touched and touched[key].state == before):
                    journal.add(After(kind=change.resource.kind, name=change.resource.name, state=before))
                yield event("kept", change, done=done, of=of)
                continue
            if change.resource.destructive and before != change.before:
                raise DriftError(f"{change.resource.title} is no longer as the plan showed it", DRAW_AGAIN)
            pending.append((change, before))
        if pending:
            yield from settle_batch(pending, host, journal, done, of)
            done += len(pending)


def record_derived(plan: Plan, journal: Journal) -> None:
    """Record what derives from others before the first of these is changed."""
    known = journal.touched()
    for change in plan.pending:
        resource = change.resource
        if resource.derived and (resource.kind, resource.name) not in known:
            journal.add(before_of(change, change.before, early=True))


def record_brought(host: Host, journal: Journal) -> None:
    """Record how what came along with others stands, where an interruption left that open."""
    brought = [rebuild(before.kind, before.fields) for before in journal.in_flight() if before.brought_by]
    for resource, state in zip(brought, observe_many(host, brought), strict=True):
        journal.add(After(kind=resource.kind, name=resource.name, state=state))


def before_of(change: Change, state: State, *, early: bool = False) -> Before:
    """The record of a change about to be made."""
    resource = change.resource
    return Before(step=change.step, kind=resource.kind, fields=resource.fields(), state=state, early=early)


def settle_batch(
    pending: Sequence[tuple[Change, State]], host: Host, journal: Journal, done: int, of: int
) -> Iterator[Event]:
    """Settle changes of one kind together, with records before and after each of them."""
    for change, before in pending:
        journal.add(before_of(change, before))
        yield event("settling", change, done=done, of=of)
    first = pending[0][0]
    also: list[Resource] = []
    bringers = tuple(change.resource.id for change, _ in pending)
    for said in settling(host, pending):
        match said:
            case Progress():
                yield event("progress", first, said.text, said.percent, done=done, of=of)
            case Touched():
                resource = rebuild(said.kind, {"name": said.name})
                journal.add(
                    Before(
                        step=first.step,
                        kind=said.kind,
                        fields=resource.fields(),
                        state=said.before,
                        brought_by=bringers,
                    )
                )
                also.append(resource)
    for resource, after in zip(also, observe_many(host, also), strict=True):
        journal.add(After(kind=resource.kind, name=resource.name, state=after))
    for (change, _), after in zip(pending, observe_many(host, [change.resource for change, _ in pending]), strict=True):
        if after != change.after:
            raise HostError(*difference(change, after))
        journal.add(After(kind=change.resource.kind, name=change.resource.name, state=after))
    for number, (change, _) in enumerate(pending, 1):
        yield event("settled", change, done=done + number, of=of)


def settling(host: Host, pending: Sequence[tuple[Change, State]]) -> Iterator[Said]:
    """What is said while a batch settles; HostError with a hint where that fails."""
    first = pending[0][0].resource
    try:
        yield from type(first).settle_all(host, [(change.resource, change.after) for change, _ in pending])
    except HostError as error:
        if error.hint:
            raise
        raise HostError(error.fact, room(f"{error.said}\n{error.fact}") or first.remedy) from error


def batches(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Neighbours of one kind that settle together, everything else by itself."""
    batch: list[Change] = []
    for change in changes:
        if batch and not (change.resource.batch and type(change.resource) is type(batch[-1].resource)):
            yield batch
            batch = []
        batch.append(change)
    if batch:
        yield batch


def difference(change: Change, after: State) -> tuple[str, str]:
    """Fact and hint for a change that did not take."""
    wanted, got = change.resource.describe(change.after), change.resource.describe(after)
    missing = [line for line in wanted if line not in got] or wanted or ["not to be there"]
    instead = [line for line in got if line not in wanted] or got or ["not there"]
    fact = f"{change.resource.title} did not take: wanted {'; '.join(missing[:4])}, found {'; '.join(instead[:4])}"
    return fact, change.resource.remedy


def event(
    kind: Literal["kept", "settling", "progress", "settled"],
    change: Change,
    text: str = "",
    percent: float | None = None,
    *,
    done: int,
    of: int,
) -> Event:
    """An event about a change."""
    return Event(
        event=kind,
        step=change.step,
        id=change.resource.id,
        title=change.resource.title,
        action=change.action,
        text=text,
        percent=percent,
        done=done,
        of=of,
    )
