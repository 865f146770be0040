"""The verbs that run without a screen: what they do, apart from how their words were given."""

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from installer import __version__
from installer.answers import Answers
from installer.engine import DRAW_AGAIN, Event, apply
from installer.errors import AnswersError, DriftError, HostError, JournalError, UnfitError, XenstrapError
from installer.facts import Facts
from installer.files import write_atomically
from installer.finding import Finding, proved, unfit
from installer.host import Host
from installer.journal import End, Journal, Run, Verified, now
from installer.keys import without_secrets
from installer.plan import Change, Former, Plan, draw_plan, undo_steps
from installer.resources.kinds import rebuild
from installer.stage import Stage
from installer.steps import steps_at
from installer.steps.trial_ways import started_by_grub
from installer.trial import boot_id, read_stage


def touched(journal: Journal) -> list[Former]:
    """Each resource of the journal that is not in its first state, with that state, oldest first."""
    return [
        Former(resource=rebuild(before.kind, before.fields), state=before.state, brought_by=before.brought_by)
        for before in journal.touched().values()
    ]


def plan_for(answers: Answers, facts: Facts, host: Host, journal: Journal | None, *, notes: bool = True) -> Plan:
    """The plan of all steps on a host, as the trial stands; `notes` say what changes bring along: apt takes a while."""
    stage = read_stage(journal, answers, host) if journal else Stage()
    return draw_plan(steps_at(stage), answers, facts, host, touched(journal) if journal else (), notes=notes)


def draw_undo(host: Host, journal: Journal) -> Plan:
    """The plan of no steps: everything that we touched goes back to its first recorded state."""
    return Plan(steps=tuple(undo_steps(host, (), touched(journal))))


def require_root() -> None:
    """HostError for anybody but root."""
    if os.geteuid() != 0:
        raise HostError("changing this machine takes root", "run it with sudo; `plan` works without")


def require_good(plan: Plan) -> None:
    """AnswersError or UnfitError where findings forbid the plan."""
    if not plan.errors:
        return
    count = f"{len(plan.errors)} error(s), listed above"
    if any(finding.fault == "answers" for finding in plan.errors):
        raise AnswersError(f"the answers cannot be followed on this machine: {count}")
    raise UnfitError(f"this machine cannot become what was asked: {count}")


def require_approved(plan: Plan, wanted: str | None, journal: Journal) -> None:
    """DriftError unless the plan is the approved one, what is left of it after an interruption, or nothing at all."""
    if wanted is None or wanted == plan.hash or not plan.pending:
        return
    last = journal.last_run()
    if last and last.verb == "apply" and last.hash == wanted and last.aim == plan.aim:
        return
    raise DriftError(
        f"the plan is {plan.hash} now, approved was {wanted}: the machine, the answers or xenstrap changed since",
        "look at the plan again and approve its hash",
    )


def require_shown(plan: Plan, shown: Plan) -> None:
    """DriftError where a plan drawn anew cannot be followed, or erases otherwise than the one that was shown."""
    for error in plan.errors:
        raise DriftError(f"the machine is no longer as the plan showed it: {error.text}", error.hint or DRAW_AGAIN)
    now, then = erasing(plan), erasing(shown)
    for id, change in (then | now).items():
        if now.get(id) != then.get(id):
            raise DriftError(f"{change.resource.title} is no longer as the plan showed it", DRAW_AGAIN)


def erasing(plan: Plan) -> dict[str, Change]:
    """The changes still to be made that cannot be undone, by the ids of their resources."""
    return {change.resource.id: change for change in plan.pending if change.resource.destructive}


def require_erase(plan: Plan, erase: Sequence[str]) -> None:
    """AnswersError unless exactly the disks that the plan erases were named; one that it has erased by now may be."""
    destructive = [change for change in plan.changes if change.resource.destructive]
    erased = [change.resource.erases for change in destructive]
    pending = [change.resource.erases for change in destructive if change.action != "="]
    if missing := [names[0] for names in pending if not set(names) & set(erase)]:
        raise AnswersError(
            f"the plan erases {', '.join(missing)}", f"confirm with {' '.join(f'--erase {name}' for name in missing)}"
        )
    if wrong := sorted(set(erase) - {name for names in erased for name in names}):
        raise AnswersError(
            f"the plan does not erase {', '.join(wrong)}", "take --erase away, or look at the plan again"
        )


@contextmanager
def stop_between_changes() -> Iterator[Callable[[], bool]]:
    """Ctrl-C, a hang-up or a kill asks us to stop; we do between two changes, never in the middle of one."""
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    former = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def run_plan(
    plan: Plan,
    verb: str,
    answers: Answers | None,
    facts: Facts | None,
    host: Host,
    journal: Journal,
    show: Callable[[Event], None],
    stopped: Callable[[], bool],
    approved: str | None = None,
    further: Callable[[], bool] = lambda: False,
) -> bool:
    """Apply a plan and keep the journal; True when it was stopped before its end.

    `stopped` is asked between two changes. The exception of a failed change is recorded and passed on. `further` is
    what else the run consists of, in a new system with a journal of its own; True when that was stopped.
    """
    journal.add(
        Run.model_validate(
            {
                "verb": verb,
                "version": __version__,
                "boot": boot_id(host),
                "hash": approved or plan.hash,
                "aim": plan.aim,
                "answers": without_secrets(answers).model_dump(mode="json") if answers else {},
                "facts": facts.model_dump(mode="json") if facts else {},
            }
        )
    )
    try:
        for event in apply(plan, host, journal):
            show(event)
            if event.event in ("kept", "settled") and stopped() and event.done < event.of:
                journal.add(End(status="cancelled", text=f"stopped after {event.title}"))
                return True
        if further():
            journal.add(End(status="cancelled", text="stopped in the new system"))
            return True
    except XenstrapError as error:
        try:
            journal.add(End(status="failed", text=error.fact))
        except JournalError as other:  # the same disk may be the reason of both
            if not isinstance(error, JournalError):
                error.fact += f"; {other.fact}"
        raise
    journal.add(End(status="done"))
    return False


def examine(host: Host, journal: Journal, fresh: Facts) -> list[Finding]:
    """What is really in force, on fresh facts, and whether everything still stands as applied."""
    run = applied(journal)
    answers = Answers.model_validate(run.answers)
    before, stage = Facts.model_validate(run.facts), read_stage(journal, answers, host)
    steps = steps_at(stage.model_copy(update={"former": before.network}))
    findings = [finding for step in steps for finding in step.verify(answers, fresh)]
    if stage.name == "trying" and started_by_grub(before) and not started_by_grub(fresh):
        findings.append(unfit("dom0 has no driver for the machine's watchdog, which GRUB started", "modprobe wdat_wdt"))
    plan = plan_for(answers, before, host, journal, notes=False)
    if plan.pending:
        names = ", ".join(change.resource.title for change in plan.pending)
        findings.append(
            unfit(f"no longer as it was applied: {names}", "`xenstrap plan` shows the difference, `apply` mends it")
        )
    else:
        findings.append(proved(f"all {len(plan.changes)} files, packages and menus stand as applied"))
    return findings


def keep_verdict(host: Host, journal: Journal, findings: Sequence[Finding], directory: Path) -> bool:
    """Keep what a verification found, in the journal and as JSON; whether it passed."""
    passed = not any(finding.level == "error" for finding in findings)
    report = [finding.model_dump(mode="json") for finding in findings]
    journal.add(Verified(passed=passed, report=report, boot=boot_id(host)))
    text = json.dumps({"time": now(), "passed": passed, "findings": report}, indent=2) + "\n"
    write_atomically(directory / "verify.json", text.encode(), 0o600)
    return passed


def applied(journal: Journal) -> Run:
    """The last run, if it was an apply; HostError otherwise."""
    run = journal.last_run()
    if run is None or run.verb != "apply":
        raise HostError("nothing is applied on this machine", "`xenstrap apply` comes first")
    if Answers.model_validate(run.answers).install.disk:
        raise HostError("what was applied here is a system on another disk", "restart into it; it verifies itself")
    return run
