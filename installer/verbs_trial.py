"""The verb of the trial: once more, seen, and what systemd calls at boot."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from installer import headless, report, verbs
from installer.engine import Event
from installer.errors import Exit, XenstrapError
from installer.hooks import Teller
from installer.journal import Journal, Trial
from installer.lock import BusyError, Lock
from installer.notice import renew_notices
from installer.steps.trial import JUDGE, MINUTES
from installer.terminal import say
from installer.trial import left_open, under_xen
from installer.verdict import PATIENCE, Bench


def trial(options: argparse.Namespace) -> Exit:
    """Try Xen once more, take note of a failed trial, or judge it at boot."""
    headless.require_root()
    if options.deadline:
        return end_of_patience()
    with Lock(verbs.STATE, wait=options.at_boot):
        bench = open_bench(quiet if options.at_boot else verbs.shower(options.json))
        if options.at_boot:
            return at_boot(bench)
        return acknowledge(bench) if options.acknowledge else again(bench, options.reboot)


def open_bench(show: Callable[[Event], None]) -> Bench:
    """The machine that we run on, its journal and its state."""
    return Bench(verbs.root_host(), Journal(verbs.STATE), verbs.look, verbs.STATE, show)


def quiet(event: Event) -> None:
    """No word on the console, where somebody may be logging in; the log has it all."""


def at_boot(bench: Bench) -> Exit:
    """Judge the trial that this boot is or follows; a verdict whose consequence was cut off gets that now."""
    if is_applied(bench) and left_open(bench.answers, bench.stage):
        with telling(bench) as teller:
            bench.follow()
        return conclude(bench, teller)
    if not waits_for_verdict(bench):
        return Exit.DONE
    return judge_dom0(bench) if under_xen(bench.host) else say_why(bench)


def is_applied(bench: Bench) -> bool:
    """Whether what was done last was to apply answers."""
    run = bench.journal.last_run()
    return run is not None and run.verb == "apply"


def waits_for_verdict(bench: Bench) -> bool:
    """Whether a trial was started and nobody has judged it."""
    return is_applied(bench) and bench.answers.boot.trial and bench.stage.name == "trying"


@contextmanager
def telling(bench: Bench) -> Iterator[Teller]:
    """Whom the trial concerns: told where it cannot be judged, or what follows fails."""
    teller = Teller(bench.answers.hooks, bench.host, "trial", say)
    try:
        yield teller
    except XenstrapError as error:
        teller.tell("failed", error.fact)
        raise


def conclude(bench: Bench, teller: Teller) -> Exit:
    """A trial that has passed, told as soon as Xen is the default."""
    if left_open(bench.answers, bench.stage):
        say("The trial has passed, but this was stopped between two changes: the next start makes Xen the default.")
        return Exit.INTERRUPTED
    teller.tell("ok")
    now = "this is a verified dom0, and Xen is the default" if under_xen(bench.host) else "the next start is into Xen"
    say(f"The trial has passed: {now}.")
    return Exit.DONE


def judge_dom0(bench: Bench) -> Exit:
    """The new dom0 has its say: the default from now on, or plain Linux again."""
    bench.settle(only="once")  # one that GRUB could not clear must not start Xen a second time
    with telling(bench) as teller:
        findings = bench.judge(PATIENCE)
    if not any(finding.level == "error" for finding in findings):
        return conclude(bench, teller)
    for line in report.verify_lines(finding for finding in findings if finding.level == "error"):
        say(line)
    return give_way(bench, "The trial has failed")


def say_why(bench: Bench) -> Exit:
    """Plain Linux again."""
    reason = bench.back_in_linux()
    say(f"The trial of Xen has failed: {reason}")
    Teller(bench.answers.hooks, bench.host, "trial", say).tell("failed", reason)
    return Exit.DONE


def end_of_patience() -> Exit:
    """The deadline of a trial that nobody has judged; a run of somebody who has reached the machine is left alone."""
    host = verbs.root_host()
    if not under_xen(host):
        return Exit.DONE
    host.query("systemctl", "stop", JUDGE, timeout=120)
    try:
        with Lock(verbs.STATE):
            bench = open_bench(quiet)
            if not waits_for_verdict(bench):
                return Exit.DONE
            bench.settle(only="once")
            bench.too_late(MINUTES)
            return give_way(bench, "The trial has not been judged in time", "--force")
    except BusyError as error:
        say(f"The trial has not been judged, but {error.fact}: this machine is not restarted.")
        return Exit.DONE


def give_way(bench: Bench, reason: str, *how: str) -> Exit:
    """Restart into plain Linux, unless GRUB would start Xen again, and again."""
    if not bench.comes_back():
        say(f"{reason}, but GRUB would start Xen again: this machine is not restarted.")
        return Exit.DONE
    say(f"{reason}; restarting into plain Linux ...")
    bench.host.run("systemctl", "reboot", *how)
    return Exit.DONE


def acknowledge(bench: Bench) -> Exit:
    """Take the notice of a failed trial away."""
    if bench.stage.name != "failed":
        say("There is no failed trial to acknowledge.")
        return Exit.DONE
    bench.journal.add(Trial(verdict="seen"))
    renew_notices(bench.host, bench.journal, bench.directory)
    say("Acknowledged. This machine starts plain Linux until `xenstrap trial` tries Xen once more.")
    return Exit.DONE


def again(bench: Bench, reboot: bool) -> Exit:
    """Arm Xen for one more boot."""
    if bench.stage.passed:
        say("The trial has passed already: Xen is the default.")
        return Exit.DONE
    if bench.arm():
        say("Stopped between two changes, as asked. `xenstrap trial` goes on.")
        return Exit.INTERRUPTED
    say("The next restart starts Xen, once; if that does not verify itself, plain Linux is back after it.")
    if reboot:
        say("restarting ...")
        bench.host.run("systemctl", "reboot")
    return Exit.DONE
