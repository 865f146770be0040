"""A new Debian on a blank disk, from a live or rescue system, and Xen in it: the same steps on a host rooted there."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from installer.answers import Answers
from installer.archive import lacking
from installer.closing import activate, afterwards, as_error, closed_again
from installer.engine import Event
from installer.errors import XenstrapError
from installer.facts import Facts
from installer.facts_network import Nic
from installer.headless import plan_for, require_good, run_plan, touched
from installer.hooks import Teller, told_run
from installer.host import Host, NoHost
from installer.journal import End, Journal
from installer.log import Log
from installer.notice import renew_notices
from installer.plan import ROLLBACK, Plan, draw_plan
from installer.resources.debian import POLICY, STATE, DebianPackages, with_nothing_started, with_sources
from installer.resources.failing import name_failing
from installer.resources.filesystem import TARGET, SystemDisk
from installer.resources.packages import Package
from installer.steps.install import NEW, inside, install_steps, is_new
from installer.steps.install_debian import new_nic
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
    with (
        Teller(answers.hooks, host, "apply", say) as teller,
        closed_again(host, first, answers.storage.group),
        disk_named(host, first, journal),
    ):
        watched = teller.watching(show)
        early = run_plan(first, "apply", answers, facts, host, journal, watched, stopped, approved,
                         lambda: run_inside(answers, facts, host, watched, stopped, approved))  # fmt: skip
        if early:
            teller.stop("stopped between two changes, as asked")
        return early


@contextmanager
def disk_named(host: Host, plan: Plan, journal: Journal) -> Iterator[None]:
    """What fails within because a disk of the new system fails, or has gone, is told so; the journal keeps it."""
    try:
        with as_error():
            yield
    except XenstrapError as error:
        disks = [change.resource.name for change in plan.changes if isinstance(change.resource, SystemDisk)]
        if name_failing(host, disks, error):
            journal.add(End(status="failed", text=error.fact))
        raise


@as_error()
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
        log_other_name(new, answers, facts, later)
        plan = plan_for(inner, later, new, kept, notes=False)
        require_good(plan)
        with_nothing_started(new)
        with afterwards(lambda: tidy(new, kept, directory), "in the new system"):
            return run_plan(plan, "apply", inner, later, new, kept, show, stopped, approved)


def log_other_name(new: Host, answers: Answers, facts: Facts, later: Facts) -> None:
    """Log where the new system's own udev would call the interface otherwise than the live one's: the pin holds."""
    from installer.probe.nic_names import predict_name  # libudev is for who probes

    nic, kept, suite = new_nic(answers.install, facts), later.network.uplink, answers.install.suite
    own = predict_name(new, nic.name, suite) if isinstance(nic, Nic) else ""
    if own not in ("", kept):
        new.log(f"udev of Debian {suite} would call the interface {own}; a .link file calls it {kept}")


def tidy(new: Host, kept: Journal, directory: Path) -> None:
    """Let the new system start its services, and say at its logins what it is."""
    new.remove(POLICY)
    renew_notices(new, kept, directory)
