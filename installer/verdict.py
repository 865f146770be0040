"""Judging a new dom0, and what follows: Xen as the default, or plain Linux and the reason why."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from installer.answers import Answers
from installer.engine import Event
from installer.errors import HostError, XenstrapError
from installer.facts import Facts
from installer.finding import Finding, unfit
from installer.headless import (
    applied,
    examine,
    keep_verdict,
    plan_for,
    require_erase,
    require_good,
    run_plan,
    stop_between_changes,
)
from installer.host import Host
from installer.journal import Journal, Network, Trial
from installer.notice import renew_notices
from installer.plan import Plan, StepPlan
from installer.resources.boot import GRUB_CFG, GRUBENV, PLAIN, default_entry
from installer.resources.once import next_entry
from installer.stage import Stage
from installer.trial import left_open, read_stage, under_xen, why

PATIENCE, PAUSE = 120.0, 10.0
Guard = AbstractContextManager[Callable[[], bool]]


class Bench:
    """Where judgement is held: the machine, the journal, how facts are had, and the state directory."""

    def __init__(
        self,
        host: Host,
        journal: Journal,
        look: Callable[[Host], Facts],
        directory: Path,
        show: Callable[[Event], None],
        guard: Callable[[], Guard] = stop_between_changes,
    ) -> None:
        self.host = host
        self.journal = journal
        self.look = look
        self.directory = directory
        self.show = show
        self.guard = guard

    @property
    def answers(self) -> Answers:
        """What was applied; HostError where nothing is."""
        return Answers.model_validate(applied(self.journal).answers)

    @property
    def stage(self) -> Stage:
        """How the trial of it stands."""
        return read_stage(self.journal, self.answers, self.host)

    def judge(self, patience: float = 0.0) -> list[Finding]:
        """Verify, again and again for `patience` seconds while something fails; then keep the verdict and follow it."""
        until = time.monotonic() + patience
        findings = self.examine()
        while time.monotonic() < until and any(finding.level == "error" for finding in findings):
            time.sleep(PAUSE)
            findings = self.examine()
        if keep_verdict(self.host, self.journal, findings, self.directory):
            self.follow()
        else:
            renew_notices(self.host, self.journal, self.directory)
        return findings

    def follow(self) -> None:
        """What a dom0 that has passed wants, and a notice of it, or of why that has not come to its end."""
        try:
            self.settle()
        except XenstrapError:
            with suppress(OSError):  # what failed first is what counts
                renew_notices(self.host, self.journal, self.directory)
            raise
        renew_notices(self.host, self.journal, self.directory)

    def examine(self) -> list[Finding]:
        """What is in force; a machine that cannot even be looked at has failed too."""
        try:
            return examine(self.host, self.journal, self.look(self.host))
        except HostError as error:
            return [unfit(error.fact, error.hint)]

    def comes_back(self) -> bool:
        """Whether a restart ends in plain Linux: neither its one-shot entry nor its default may start Xen."""
        started = default_entry(self.host.read(GRUB_CFG) or "", self.host.read(GRUBENV) or "")
        return not next_entry(self.host) and started == PLAIN

    def settle(self, only: str = "") -> None:
        """Bring the machine to what the stage now wants, all of it or one kind of thing."""
        run = applied(self.journal)
        facts = Facts.model_validate(run.facts)
        plan = plan_for(self.answers, facts, self.host, self.journal)
        if only:
            plan = Plan(steps=tuple(of_kind(step, only) for step in plan.steps))
        if plan.pending or (not only and left_open(self.answers, self.stage)):
            with self.guard() as stopped:
                run_plan(plan, "apply", self.answers, facts, self.host, self.journal, self.show, stopped, run.hash)

    def arm(self) -> bool:
        """Arm Xen for one more boot; True when that was stopped before its end. HostError where no trial is wanted."""
        answers, stage, approved = self.answers, self.stage, applied(self.journal).hash
        if not (answers.boot.xen and answers.boot.trial):
            raise HostError("what was applied wants no trial: boot.trial or boot.xen is false", "set both, then apply")
        if stage.name == "trying" and under_xen(self.host):
            raise HostError("the trial is under way: nobody has judged it yet", "`xenstrap verify` judges it now")
        if stage.name != "untried":
            self.journal.add(Trial(verdict="again"))
        if stage.network.name == "given back":
            self.journal.add(Network(verdict="again"))
        facts = self.look(self.host)
        plan = plan_for(answers, facts, self.host, self.journal)
        require_good(plan)
        require_erase(plan, ())
        early = False
        if plan.pending:
            with self.guard() as stopped:
                early = run_plan(plan, "apply", answers, facts, self.host, self.journal, self.show, stopped, approved)
        renew_notices(self.host, self.journal, self.directory)
        return early

    def back_in_linux(self) -> str:
        """Keep, and show, why the trial failed."""
        text, hint = why(self.journal, self.host)
        self.journal.add(Trial(verdict="failed", text=text, hint=hint))
        renew_notices(self.host, self.journal, self.directory)
        return text

    def too_late(self, minutes: int) -> None:
        """Keep that nothing was heard of the trial in time."""
        late = unfit(f"dom0 had not verified itself {minutes} minutes after its start", "journalctl --boot=-1")
        keep_verdict(self.host, self.journal, [late], self.directory)


def of_kind(step: StepPlan, kind: str) -> StepPlan:
    """What a step wants of one kind of thing."""
    return step.model_copy(update={"changes": tuple(each for each in step.changes if each.resource.kind == kind)})
