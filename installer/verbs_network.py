"""The verb of the network's guard: what systemd calls at boot, and what a person may say instead."""

import argparse

from installer import headless, verbs
from installer.errors import Exit, HostError
from installer.guard import CONFIRMED, NetworkJudge, answered
from installer.hooks import Teller
from installer.journal import Journal, Network
from installer.live import at_work
from installer.lock import Lock
from installer.network.reach import Clock
from installer.notice import renew_notices
from installer.resources.guard import Measured, NetworkGuard, read_measure
from installer.terminal import say


def network(options: argparse.Namespace) -> Exit:
    """Judge the bridge, or do with it as somebody says."""
    headless.require_root()
    host = verbs.root_host()
    if options.confirm and at_work(host):
        host.write(CONFIRMED, "")
        say("The guard is at work: it is told to keep the bridge.")
        return Exit.DONE
    with Lock(verbs.STATE, wait=options.guard):
        judge = NetworkJudge(host, Journal(verbs.STATE), Clock(), say)
        if options.again:
            return again(judge)
        guard, measured = judge.guard(), read_measure(judge.host)
        if guard is None or measured is None or not judge.is_due(may_make=options.guard):
            say("There is no bridge to be judged: none was made, it takes effect at the restart, or it was confirmed.")
            return Exit.DONE
        if options.guard:
            judge.forget_word()
            if judge.is_live(guard, measured):
                judge.say = host.log  # a wizard may be on the console
        return decide(options, judge, guard, measured)


def decide(options: argparse.Namespace, judge: NetworkJudge, guard: NetworkGuard, measured: Measured) -> Exit:
    """Keep the bridge or give the former network back; what was decided before a power cut is decided."""
    missing = ["asked for by a person"] if options.give_back else []
    verdict = judge.guarded.name
    if options.guard and verdict == "untried" and judge.is_live(guard, measured) and not judge.is_up(guard.span):
        judge.say(f"The bridge {guard.span.bridge} takes over from {guard.span.port} now ...")
        judge.switch(guard.span)
    if verdict == "untried" and not (options.confirm or options.give_back):
        missing = judge.wait(guard, measured)
    if verdict == "given back" or missing:
        return back(judge, guard, measured, missing)
    if verdict == "untried" and not judge.stands(guard.span):
        judge.say(
            f"The network answers, but {guard.span.bridge} is not as it was applied: `xenstrap verify` says what is."
        )
        return Exit.VERIFY
    judge.keep()
    renew_notices(judge.host, judge.journal, verbs.STATE)
    answers = f"what answered before it, {answered(measured.reach)}, does so now"
    judge.say(f"The bridge {guard.span.bridge} is kept: {'somebody says so' if options.confirm else answers}.")
    return Exit.DONE


def back(judge: NetworkJudge, guard: NetworkGuard, measured: Measured, missing: list[str]) -> Exit:
    """The former network, and a word about it wherever somebody looks."""
    reason = "; ".join(missing) or judge.guarded.text
    judge.say(f"The bridge {guard.span.bridge} does not work: {reason}. The former network is given back ...")
    still = judge.give_back(guard, measured, missing)
    try:
        renew_notices(judge.host, judge.journal, verbs.STATE)
    except OSError as error:
        judge.say(f"(the notice of it cannot be written: {error.strerror})")
    Teller(judge.answers.hooks, judge.host, "network", judge.say).tell("failed", f"the bridge was given back: {reason}")
    if still:
        judge.say(f"The former network does not answer either: {'; '.join(still)}.")
        return Exit.FAILED
    judge.say("The former network is back, and answers as before.")
    return Exit.DONE


def again(judge: NetworkJudge) -> Exit:
    """Make the bridge once more, for the next restart."""
    if judge.guarded.name != "given back":
        raise HostError("no bridge of the answers that were applied was given back", "`xenstrap status` says what is")
    judge.journal.add(Network(verdict="again"))
    judge.settle()
    renew_notices(judge.host, judge.journal, verbs.STATE)
    say("The bridge's files are there again; it takes effect at the next restart, and is judged then.")
    return Exit.DONE
