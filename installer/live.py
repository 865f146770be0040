"""The bridge made while the machine runs: by the guard, outside the session that asks for it and waits for the word."""

from collections.abc import Callable
from pathlib import Path

from installer.errors import HostError
from installer.guard import CONFIRMED, GRACE, NetworkJudge
from installer.host import Host
from installer.journal import Journal
from installer.network.reach import Clock
from installer.resources.guard import NetworkGuard, read_measure
from installer.steps.bridge_guard import UNIT, hint
from installer.terminal import say

PAUSE = 4.0
PATIENCE = 480.0


def go_live(
    host: Host, directory: Path, clock: Clock, show: Callable[[str], None], stopped: Callable[[], bool]
) -> bool:
    """Start the guard, which makes a bridge that is wanted live, and wait for its verdict; True when that was stopped.

    The lock has to be free for the guard. HostError where the former network was given back. What is shown meanwhile
    is also what the ssh client is heard from by.
    """
    guard = waiting(host, Journal(directory))
    if guard is None:
        return False
    host.run("systemctl", "daemon-reload")
    host.run("systemctl", "start", "--no-block", UNIT)
    began = clock.now()
    while at_work(host) and (lasted := clock.now() - began) < PATIENCE:
        if stopped():
            return True
        show(
            f"{guard.span.bridge} takes over from {guard.span.port}: {lasted:.0f} s; what answered before has "
            f"{GRACE:.0f} s to answer again"
        )
        clock.pause(PAUSE)
    judged = NetworkJudge(host, Journal(directory), clock, say).guarded
    if judged.name == "given back":
        raise HostError(f"the bridge did not work, and the former network was given back: {judged.text}", hint(judged))
    if judged.name == "untried":
        raise HostError(f"{UNIT} has not confirmed the bridge", f"systemctl status {UNIT}")
    show(f"The bridge {guard.span.bridge} is kept: what answered before does so again, or somebody says that it works.")
    return False


def waiting(host: Host, journal: Journal) -> NetworkGuard | None:
    """The guard of a bridge that is wanted in the running boot and that nobody has judged."""
    run = journal.last_run()
    if run is None or run.verb != "apply":
        return None
    judge = NetworkJudge(host, journal, Clock(), say)
    guard, measured = judge.guard(), read_measure(host)
    if guard is None or measured is None or judge.guarded.name != "untried":
        return None
    return guard if judge.is_live(guard, measured) else None


def keep_bridge(host: Host) -> None:
    """Give the guard at work somebody's word that the bridge works."""
    host.write(CONFIRMED, "")


def at_work(host: Host) -> bool:
    """Whether the guard is about to start, or has not ended."""
    said = host.ask("systemctl", "show", "--property=ActiveState,Job", UNIT).split()
    return "ActiveState=activating" in said or any(word.removeprefix("Job=").isdecimal() for word in said)
