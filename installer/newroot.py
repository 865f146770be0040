"""A new Debian on a blank disk, from a live or rescue system, and Xen in it: the same steps on a host rooted there."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Literal

from installer.answers import Answers
from installer.archive import lacking
from installer.engine import Event
from installer.errors import XenstrapError
from installer.facts import Facts
from installer.headless import plan_for, require_good, run_plan, touched
from installer.hooks import Teller, told_run
from installer.host import Host, NoHost
from installer.journal import End, Journal
from installer.log import Log
from installer.notice import renew_notices
from installer.ours import read_ours
from installer.plan import ROLLBACK, Plan, draw_plan
from installer.resources.array import Array
from installer.resources.debian import POLICY, STATE, DebianPackages, with_nothing_started, with_sources
from installer.resources.filesystem import TARGET
from installer.resources.luks import Luks
from installer.resources.packages import Package
from installer.steps.install import NEW, inside, install_steps, is_new
from installer.steps.install_sources import archive_lacks, archives, inner_sources, is_medium
from installer.terminal import say


def draw(answers: Answers, facts: Facts, host: Host, journal: Journal | None, *, notes: bool = True) -> Plan:
    """The plan: of this machine, or of a new Debian on a disk of it and of Xen in there, of which nothing is yet."""
    if not is_new(answers, facts):
        return plan_for(answers, facts, host, journal, notes=notes)
    steps = install_steps(answers.install)
    unfit = any(finding.level == "error" for finding in steps[0].check(answers, facts))
    known = touched(journal) if journal and not unfit else ()
    first = draw_plan(steps[:1] if unfit else steps, answers, facts, host, known, notes=False)
    if first.errors:
        return first
    inner, later = inside(answers, facts)
    whole = Plan(steps=(*first.steps, *plan_for(inner, later, NoHost(), None, notes=False).steps))
    archive, _ = archives(answers.install, facts)
    missing = lacking(host, archive, answers.install.suite, wanted(whole)) if is_medium(archive) else []
    if not missing:
        return whole
    lacks = archive_lacks(archive, missing)
    step = first.steps[0]
    return Plan(steps=(step.model_copy(update={"findings": (*step.findings, lacks), "changes": ()}),))


def wanted(plan: Plan) -> set[str]:
    """The packages that the new system shall have."""
    found: set[str] = set()
    for step in plan.steps[1:]:
        for change in step.changes:
            match change.resource:
                case DebianPackages(packages=names):
                    found.update(names)
                case Package(name=name):
                    found.add(name)
    return found


def run(
    plan: Plan,
    answers: Answers,
    facts: Facts,
    host: Host,
    journal: Journal,
    show: Callable[[Event], None],
    stopped: Callable[[], bool],
    approved: str | None = None,
) -> bool:
    """Apply such a plan; True when that was stopped before its end. Nothing of a new Debian stays mounted."""
    if not is_new(answers, facts):
        return told_run(plan, "apply", answers, facts, host, journal, show, stopped, approved)
    first = Plan(steps=tuple(step for step in plan.steps if step.name in (*NEW, ROLLBACK)))
    approved = approved or plan.hash
    with Teller(answers.hooks, host, "apply", say) as teller, closed_again(host, first):
        watched = teller.watching(show)
        early = run_plan(first, "apply", answers, facts, host, journal, watched, stopped, approved)
        if not early:
            early = with_end_kept(journal, lambda: run_inside(answers, facts, host, watched, stopped, approved))
        if early:
            teller.stop("stopped between two changes, as asked")
        return early


def with_end_kept(journal: Journal, inside: Callable[[], bool]) -> bool:
    """What the live system's journal says of the end is true of both halves of the run."""
    try:
        early = inside()
    except XenstrapError as error:
        journal.add(End(status="failed", text=error.fact))
        raise
    if early:
        journal.add(End(status="cancelled", text="stopped in the new system"))
    return early


def run_inside(
    answers: Answers,
    facts: Facts,
    host: Host,
    show: Callable[[Event], None],
    stopped: Callable[[], bool],
    approved: str,
) -> bool:
    """Make the mounted Debian a dom0, with a journal of its own in it; True when that was stopped before its end."""
    directory = host.path(TARGET + STATE)
    inner, later = inside(answers, facts)
    with closing(Log(directory)) as log:
        new, kept = Host(host.path(TARGET), log), Journal(directory)
        new = with_sources(new, inner_sources(answers.install, facts))
        activate(new, "y")
        plan = plan_for(inner, later, new, kept, notes=False)
        require_good(plan)
        with_nothing_started(new)
        try:
            return run_plan(plan, "apply", inner, later, new, kept, show, stopped, approved)
        finally:
            new.remove(POLICY)
            renew_notices(new, kept, directory)


@contextmanager
def closed_again(host: Host, plan: Plan) -> Iterator[None]:
    """Whatever happens within, afterwards the new system's volumes are closed and nothing of it is mounted.

    What cannot be closed is said after what failed before it, and does not take its place.
    """
    failed: XenstrapError | None = None
    try:
        yield
    except XenstrapError as error:
        failed = error
        raise
    finally:
        try:
            close(host, plan)
        except XenstrapError as error:
            if failed is None:
                raise
            failed.fact += f"; then, while the new system was closed again: {error.fact}"


def close(host: Host, plan: Plan) -> None:
    """Close the new system's volumes, encryption and arrays, and unmount all of it."""
    new = host.rooted(TARGET)
    if mounted(host, f"{TARGET}/dev"):
        activate(new, "n")
    while mounted(host, TARGET):
        host.run("umount", "--recursive", TARGET)
    for change in reversed(plan.changes):
        if isinstance(change.resource, Array | Luks):
            change.resource.close(host)


def activate(new: Host, how: Literal["y", "n"]) -> None:
    """Open or close the new system's volume groups, as far as they are there yet."""
    ours = read_ours(new)
    for group in sorted(ours.groups | {volume.partition("/")[0] for volume in ours.volumes}):
        new.query("vgchange", "--activate", how, group)


def mounted(host: Host, name: str) -> bool:
    """Whether something is mounted there."""
    return host.query("findmnt", "--mountpoint", name).status == 0
