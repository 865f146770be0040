"""What on the disks is ours: recorded in /etc, so that the facts can tell the machine as it would be without us."""

from installer.host import Host
from installer.model import Model

RECORD = "/etc/xenstrap/storage"
"""Written before what it names is made."""
ERASED = "/etc/xenstrap/disks"
"""Written after a disk that it names was erased: only then is what lies on it ours."""


class Ours(Model):
    """Partitions by disk and first byte, whole disks, volume groups, and volumes as "group/volume".

    `given` is a volume group that is not ours, but that was found worth giving to guests.
    """

    partitions: frozenset[tuple[str, int]] = frozenset()
    disks: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    volumes: frozenset[str] = frozenset()
    given: str = ""


def read_ours(host: Host) -> Ours:
    """What both records name; lines of another kind are somebody else's remarks."""
    found: dict[str, list[list[str]]] = {"partition": [], "disk": [], "group": [], "volume": [], "given": []}
    for name in (RECORD, ERASED):
        for line in (host.read(name) or "").splitlines():
            kind, *words = line.split()[:3] or [""]
            if words and kind in found:
                found[kind].append(words)
    return Ours(
        partitions=frozenset(
            (words[0], int(words[1])) for words in found["partition"] if len(words) == 2 and words[1].isdigit()
        ),
        disks=frozenset(words[0] for words in found["disk"]),
        groups=frozenset(words[0] for words in found["group"]),
        volumes=frozenset(words[0] for words in found["volume"]),
        given=next((words[0] for words in found["given"]), ""),
    )
