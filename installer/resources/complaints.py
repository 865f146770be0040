"""What apt complains of, and what helps."""

from collections.abc import Iterable

NETWORK = "look at the network and apt's sources"


def complaints(lines: Iterable[str]) -> str:
    """What apt, or mmdebstrap, complained of first: what follows upon it says less. "" where it did not."""
    found = [line[3:] for line in lines if line.startswith(("E: ", "W: GPG error"))]
    return "; ".join([line for line in found if line.startswith("Failed to fetch")][:3] or found[:1])


def way_on(said: str, otherwise: str) -> str:
    """What to do where apt failed: about the clock, or a full disk, if that is why."""
    if "not valid yet" in said:
        return "this machine's clock is behind the archive's: set it (`timedatectl set-time`)"
    if "enough free space" in said or "No space left on device" in said:
        return "make room below /var and /usr"
    return otherwise
