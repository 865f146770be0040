"""What apt complains of, and what helps; and where there is no room left, whoever complains."""

import re
from collections.abc import Iterable

READABLE = 120
"""Characters of the beginning, and of the end, of a complaint."""
NETWORK = "look at the network and apt's sources"
FULL = "No space left on device"
ROOM = "make room below /var and /usr"
BOOT_ROOM = (
    "make room on the filesystem of /boot: a kernel that is no longer used goes by `dpkg --purge linux-image-...`"
)


def complaints(lines: Iterable[str]) -> str:
    """What apt, mmdebstrap or dpkg complained of first: what follows upon it says less. "" where they did not."""
    lines = list(lines)
    full = [shortened(line.strip().removeprefix("E: ")) for line in lines if FULL in line]
    found = [shortened(line[3:]) for line in lines if line.startswith(("E: ", "W: GPG error"))]
    return "; ".join([line for line in found if line.startswith("Failed to fetch")][:3] or full[:1] or found[:1])


def shortened(text: str) -> str:
    """A complaint as one can read it: mmdebstrap's may quote a command with a hundred words."""
    return text if len(text) <= 2 * READABLE else f"{text[:READABLE]} ... {text[-READABLE:]}"


def way_on(said: str, otherwise: str) -> str:
    """What to do where apt failed: about the clock, or a full disk, if that is why."""
    if "not valid yet" in said:
        return "this machine's clock is behind the archive's: set it (`timedatectl set-time`)"
    return room(said) or otherwise


def room(said: str) -> str:
    """Where to make room, if there is none for something; "" where that is not what was said.

    What ran out of it names a file, or else the rest of what was said does: a compressor knows only its output.
    """
    if "enough free space" in said:
        return ROOM
    lines = [line for line in said.splitlines() if FULL in line]
    names = [name for line in lines for name in re.findall(r"(?<![\w.])/\w[^\s':]*/", line)]
    on_boot = names[0].startswith("/boot/") if names else "/boot/" in said
    return (BOOT_ROOM if on_boot else ROOM) if lines else ""
