"""Who is at work on this machine: a unit of ours, or what a killed one has left, neither of which is interrupted, or
somebody else."""

from typing import NamedTuple

from installer.host import Host
from installer.lock import BusyError
from installer.notice import question
from installer.steps.bridge_guard import UNIT as GUARD
from installer.steps.trial import JUDGE


class Occupant(NamedTuple):
    """A process, the `unit` of ours that it is ("" for none), and what the guard of the network `asks` somebody.

    `left` is the command that a killed xenstrap had begun, where it is that.
    """

    pid: int | None
    unit: str = ""
    asks: str = ""
    left: str = ""


def find_occupant(host: Host, busy: BusyError) -> Occupant:
    """Who holds the lock, as systemd knows its processes (systemctl(1), MainPID)."""
    for unit in (GUARD, JUDGE):
        if host.query("systemctl", "show", "--property=MainPID", unit).stdout.split() == [f"MainPID={busy.pid}"]:
            return Occupant(busy.pid, unit, question(host) if unit == GUARD else "")
    return Occupant(busy.pid, left=busy.has_begun)
