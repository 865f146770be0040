"""The verb of the network's guard: what systemd calls at boot, and what a person may say instead."""

import argparse

from installer import headless, verbs
from installer.errors import Exit, HostError
from installer.guard import NetworkJudge
from installer.hooks import Teller
from installer.journal import Journal, Network
from installer.live import at_work, keep_bridge
from installer.lock import Lock
from installer.network.reach import Clock, answered
from installer.notice import ASKED, renew_notices
from installer.resources.guard import HAND, Measured, NetworkGuard, read_measure
from installer.terminal import say


def network(options: argparse.Namespace) -> Exit:
    """Judge the bridge, or do with it as somebody says."""
    headless.require_root()
    host = verbs.root_host()
    if options.confirm and at_work(host):
        keep_bridge(host)
        say("The guard is at work: it is told to keep the bridge.")
        return Exit.DONE
    with Lock(verbs.STATE, wait=options.guard):
        judge = NetworkJudge(host, Journal(verbs.STATE), Clock(), say)
        if host.exists(ASKED):
            host.remove(ASKED)  # by a guard that was killed while it waited: whoever decides now speaks for himself
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
    asked = options.confirm or options.give_back
    if not asked and not judge.is_live(guard, measured) and judge.is_half_applied():
        return half_applied(judge, guard, measured)
    if options.guard and verdict == "untried" and judge.is_live(guard, measured) and not judge.is_up(guard.span):
        judge.say(f"The bridge {guard.span.bridge} takes over from {guard.span.port} now ...")
        judge.switch(guard.span)
    if verdict == "untried" and not asked:
        missing = judge.wait(guard, measured) or by_hand(judge, guard, measured)
    if verdict == "given back" or missing:
        return back(judge, guard, measured, missing)
    if verdict == "untried" and not judge.stands(guard.span):
        judge.say(
            f"The network answers, but {guard.span.bridge} is not as it was applied: `xenstrap verify` says what is."
        )
        return Exit.VERIFY
    judge.keep()
    renew_notices(judge.host, judge.journal, verbs.STATE)
    why = f"what answered before it, {answered(measured.reach)}, does so now"
    if options.confirm:
        why = "somebody says so"
    elif judge.needs_somebody(guard, measured):
        why = "somebody says so or is back, or a gateway answers by now"
    judge.say(f"The bridge {guard.span.bridge} is kept: {why}.")
    return Exit.DONE


def by_hand(judge: NetworkJudge, guard: NetworkGuard, measured: Measured) -> list[str]:
    """Have somebody confirm a bridge that nothing else can prove, asked wherever he looks; why it is not kept."""
    if not judge.needs_somebody(guard, measured):
        return []
    back = f" (being back by ssh from {guard.client} is enough)" if guard.client else ""
    asked = f"the bridge {guard.span.bridge} waits {HAND / 60:.0f} minutes for `xenstrap network --confirm`{back}"
    judge.host.write(ASKED, f"{asked}, else the former network comes back\n")
    renew_notices(judge.host, judge.journal, verbs.STATE)
    judge.say(f"Nothing had answered before that could prove it: {asked}.")
    missing = judge.wait_for_somebody(guard)
    judge.host.remove(ASKED)
    renew_notices(judge.host, judge.journal, verbs.STATE)
    return missing


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
    judge.say(f"The former network is back{', and answers as before' if measured.proves((4, 6)) else ''}.")
    return Exit.DONE


def half_applied(judge: NetworkJudge, guard: NetworkGuard, measured: Measured) -> Exit:
    """The former network, since an apply that was cut off left the bridge without some of its files."""
    judge.say(f"The apply that makes the bridge {guard.span.bridge} did not come to its end: it is undone ...")
    if still := judge.put_back(guard, measured):
        judge.say(f"The former network does not answer: {'; '.join(still)}.")
        return Exit.FAILED
    judge.say(f"The former network is there; `xenstrap apply` makes {guard.span.bridge}.")
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
