"""Who is at work on this machine already, and what can be done then: the same for every face of the wizard."""

from collections.abc import Sequence
from typing import NamedTuple

from installer.occupant import Occupant
from installer.steps.bridge_guard import UNIT as GUARD
from installer.steps.trial import JUDGE
from screens.ways import Ways

FROM_BUSY: Ways = {"leave": "Leave", "take": "Take over", "keep": "Keep the bridge"}

TAKEN = "It was asked to stop, and does so between two changes. This goes on by itself then."
KEPT = "The guard was told to keep the bridge. This goes on by itself when it has."


class Met(NamedTuple):
    """Who is met at work, what there is to say of him, and the ways on."""

    title: str
    said: str
    ways: Sequence[str]


def met(other: Occupant) -> Met:
    """The guard of the network, the judge of a trial of Xen, what a killed run has left, or another run."""
    if other.asks:
        return Met(
            "The new bridge waits for your word",
            "Nothing can prove by itself that the new bridge works: no gateway had answered before. If this machine is "
            "to be reached over the network, keep the bridge. If not, leave, and the former network comes back by "
            f"itself. The guard of the network says: {other.asks}.",
            ("leave", "keep"),
        )
    if other.unit == GUARD:
        return Met(
            "The guard of the network is at work",
            "It tries the new bridge: if what answered before does so again, the bridge stays, else the former network "
            "comes back. It cannot be interrupted, and takes a few minutes at most. This goes on by itself then.",
            ("leave",),
        )
    if other.unit == JUDGE:
        return Met(
            "The trial of Xen is being judged",
            "This is the first start of Xen, or the first of plain Linux after it: xenstrap itself looks whether dom0 "
            "is as it was asked for. It takes ten minutes at most, and nothing has to be done. This goes on by itself "
            "then.",
            ("leave",),
        )
    if other.left:
        return Met(
            "What was begun is still at work",
            f"An xenstrap on this machine was killed, and the command that it had begun goes on: {other.left} (process "
            f"{other.pid}). It is not interrupted, since that would leave its work half done. This goes on by itself "
            "when it has ended.",
            ("leave",),
        )
    name = f"process {other.pid}" if other.pid else "another process"
    return Met(
        "Another xenstrap is at work",
        f"It is {name}, perhaps on the serial console or in another ssh. You can look on here, or take over.",
        ("leave", "take"),
    )
