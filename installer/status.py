"""Where this machine stands: what was done, what was in flight, what is next."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.errors import HostError
from installer.facts import Facts
from installer.headless import plan_for
from installer.host import Host
from installer.journal import Journal, Run
from installer.lock import BusyError, find_holder
from installer.model import Model
from installer.notice import question
from installer.occupant import find_occupant
from installer.resources.debian import STATE
from installer.resources.filesystem import TARGET
from installer.steps.bridge_guard import AGAIN
from installer.trial import boot_id, read_guarded, read_stage, under_xen


class Status(Model):
    """What the journal and the machine say; `run` is None where nothing was ever done, `elsewhere` says that it was
    about a new system on another disk; `plain_linux`, that Xen does not run below us now; `trial_open`, that the
    trial has passed and Xen is not the default yet; `by_hand`, that Xen shall not be the default at all; `unseen`, why
    what is settled and what is pending cannot be told; `at_work`, the process whose run is under way just now.
    """

    event: str = "status"
    run: str | None
    end: str | None
    text: str = ""
    at_work: int | None = None
    in_flight: tuple[str, ...] = ()
    settled: int = 0
    pending: tuple[str, ...] = ()
    unseen: str = ""
    verified: bool | None = None
    plain_linux: bool = False
    trial: str | None = None
    trial_text: str = ""
    trial_hint: str = ""
    trial_open: bool = False
    by_hand: bool = False
    elsewhere: bool = False
    network: str | None = None
    network_text: str = ""
    network_hint: str = ""


def read_status(host: Host, journal: Journal) -> Status:
    """The status, with what an interrupted or disturbed apply still has to do."""
    run, end, verified = journal.last_run(), journal.last_end(), journal.last_verified()
    status = Status(
        run=run.verb if run else None,
        end=end.status if end else None,
        text=end.text if end else "",
        at_work=find_worker(host, run, journal) if run and end is None else None,
        in_flight=in_flight(journal),
        verified=verified.passed if verified else None,
        plain_linux=not under_xen(host),
    )
    if run is None or run.verb != "apply":
        return status
    answers = Answers.model_validate(run.answers)
    if answers.install.disk:
        made = set(journal.touched()) - {(before.kind, before.fields["name"]) for before in journal.in_flight()}
        lasting = [kind for kind, _ in made if kind != "mount"]  # what was mounted is not any more
        inner = Journal(host.path(TARGET + STATE))  # there only where we were killed, and could not unmount it
        flying = status.in_flight + in_flight(inner)
        return status.model_copy(update={"elsewhere": True, "settled": len(lasting), "in_flight": flying})
    network = read_guarded(journal, answers)
    stage = read_stage(journal, answers, host) if answers.boot.trial and answers.boot.xen else None
    pending: tuple[str, ...] = ()
    try:
        plan = plan_for(answers, Facts.model_validate(run.facts), host, journal)
    except HostError as error:  # a disk is gone, for instance: what the journal knows is said all the same
        status = status.model_copy(update={"unseen": error.fact})
    else:
        pending = tuple(change.resource.id for change in plan.pending)
        status = status.model_copy(update={"pending": pending, "settled": len(plan.changes) - len(pending)})
    known: dict[str, str | bool] = {
        "by_hand": not answers.boot.xen,
        "network": network.name,
        "network_text": network.text or question(host),
        "network_hint": network.hint,
    }
    known |= {"trial": stage.name, "trial_text": stage.text, "trial_hint": stage.hint} if stage else {}
    known |= {"trial_open": bool(pending) and stage.left_open} if stage else {}
    if stage and stage.passed and verified is None:  # what made Xen the default was a run of its own
        known["verified"] = True
    return status.model_copy(update=known)


def find_worker(host: Host, run: Run, journal: Journal) -> int | None:
    """The process whose run that is, None where it was cut off; a unit of ours that holds the lock has another task."""
    pid = find_holder(journal.path.parent) if run.boot == boot_id(host) else None
    return None if pid is None or find_occupant(host, BusyError(pid)).unit else pid


def in_flight(journal: Journal) -> tuple[str, ...]:
    """The changes that were begun and did not come to their end, for people."""
    return tuple(f"{before.kind}:{before.fields['name']}" for before in journal.in_flight())


def status_lines(status: Status) -> Iterator[str]:
    """The status as people read it."""
    if status.run is None:
        yield "xenstrap has changed nothing on this machine."
        return
    under_way = status.at_work is not None
    yield {
        None: f"The last {status.run} is under way (pid {status.at_work})."
        if under_way
        else f"The last {status.run} was cut off: it neither ended nor failed (a kill, a power cut).",
        "failed": f"The last {status.run} failed: {status.text}",
        "cancelled": f"The last {status.run} was {status.text}, as asked.",
        "done": f"The last {status.run} came to its end.",
    }[status.end]
    if status.in_flight:
        yield f"In flight{'' if under_way else ' when it ended'}: {', '.join(status.in_flight)}."
    if under_way:
        yield "Next: wait for its end; `xenstrap` shows how far it is."
    if status.run != "apply" or under_way:
        return
    if status.elsewhere:
        what = "1 change was" if status.settled == 1 else f"{status.settled} changes were"
        yield f"{what} made for the new system from here."
        done = "restart into the new system, without this live system; it verifies itself."
        yield f"Next: {done if status.end == 'done' else '`xenstrap apply` with the same answers goes on from here.'}"
        return
    if status.unseen:
        yield f"What is as it should be, and what is not, cannot be told: {status.unseen}."
    else:
        yield f"{status.settled} things are as they should be, {len(status.pending)} are not."
    yield from (f"    {name}" for name in status.pending)
    if status.network == "given back":
        yield f"The bridge did not work, and the former network was given back: {status.network_text}"
        yield f"    -> {status.network_hint}; {AGAIN}"
    elif status.network_text:
        yield f"Now {status.network_text}."
    if status.trial in ("failed", "seen"):
        yield f"The trial of Xen failed, this is plain Linux: {status.trial_text}"
        if status.trial_hint:
            yield f"    -> {status.trial_hint}"
        yield "Next: `xenstrap trial` tries once more; `xenstrap rollback --yes` rolls everything back."
        if status.trial == "failed":
            yield "`xenstrap trial --acknowledge` takes the notice of it away."
    elif status.trial_open:
        yield "The trial of Xen has passed, but what makes Xen the default has not come to its end."
        yield "Next: the next start goes on with it, and so does `xenstrap apply` with the same answers."
    elif status.pending or status.unseen:
        yield "Next: `xenstrap apply` with the same answers goes on from here."
    elif status.trial == "trying":
        yield "The trial of Xen is under way: nobody has judged it yet."
    elif status.verified is None and status.trial == "untried":
        yield "Next: restart: Xen starts once, as a trial, and is the default when that has verified itself."
    elif status.verified is None and status.by_hand:
        yield "Next: restart, and choose Xen in the boot menu: plain Linux is the default; then run `xenstrap verify`."
    elif status.verified is None:
        yield "Next: restart into Xen, then run `xenstrap verify`."
    elif status.verified and status.plain_linux:
        yield "Verified, but this is plain Linux: Xen did not start, or was not chosen in the boot menu."
    elif status.verified:
        yield "Verified: this is the dom0 that was asked for."
    else:
        yield "The last verification failed: run `xenstrap verify` again to see why."
