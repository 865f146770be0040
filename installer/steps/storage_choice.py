"""Where the guests' disks go on this machine, and how much swap dom0 gets."""

from typing import Literal

from installer.answers import Answers, Storage
from installer.blocks import amount
from installer.facts import Facts
from installer.facts_storage import Disk, Region, VolumeGroup
from installer.finding import Finding, unfit, wrong
from installer.model import Model
from installer.steps.memory import dom0_mib
from installer.steps.storage_disk import find_disk, refusals, told, unread_groups

GIB, MIB = 1 << 30, 1 << 20
WORTH = 10 * GIB
"""Free space that "auto" finds worth a volume group."""
LEAST = GIB
LITTLE = 4 * GIB
"""What a guest's own Debian wants."""
SWAP_MOST_MIB = 2048
SWAP_NAME = "dom0-swap"
EXTENT_MIB = 4


class Place(Model):
    """Where the guests' disks go, and because of what."""

    kind: Literal["volume-group", "free-space", "disk", "directory", "none"]
    because: str
    group: str = ""
    disk: Disk | None = None
    region: Region | None = None
    free: int = 0

    @property
    def lvm(self) -> bool:
        """Whether that is a volume group."""
        return self.kind in ("volume-group", "free-space", "disk")


def find_place(answers: Answers, facts: Facts) -> Place | Finding:
    """The place that the answers ask for, or the first of the usual ones; a finding where there is none."""
    match answers.storage.where:
        case "none":
            return Place(kind="none", because="asked for")
        case "directory":
            return Place(kind="directory", because="asked for")
        case "volume-group":
            return asked_group(answers, facts)
        case "free-space":
            return asked_region(answers, facts)
        case "disk":
            return asked_disk(answers, facts)
        case _:
            return usual_place(answers, facts)


def asked_group(answers: Answers, facts: Facts) -> Place | Finding:
    """The volume group that the answers name."""
    for group in facts.storage.groups or ():
        if group.name == answers.storage.group:
            return in_group(group, "asked for")
    there = ", ".join(f"{group.name} ({amount(group.free)} free)" for group in facts.storage.groups or ())
    missing = wrong("storage.group", f"There is no volume group {answers.storage.group}.",
                    f"these are there: {there}" if there else "this machine has none; see storage.where")  # fmt: skip
    return next(unread_groups(facts, answers.storage.group, "storage.group", ()), missing)


def in_group(group: VolumeGroup, because: str) -> Place:
    """An existing volume group as a place."""
    return Place(kind="volume-group", because=because, group=group.name, free=group.free)


def asked_region(answers: Answers, facts: Facts) -> Place | Finding:
    """The largest free region, of the disk that the answers name or of those that this system is on."""
    disks = [disk for disk in facts.disks if disk.holds]
    if answers.storage.disk:
        named = find_disk(answers.storage, facts)
        if isinstance(named, Finding):
            return named
        disks = [named]
    found = [(region.bytes, disk, region) for disk in disks for region in disk.free if region.bytes >= LEAST]
    if not found:
        where = ", ".join(disk.id for disk in disks) or "the disks of this system"
        most = max((region.bytes for disk in disks for region in disk.free), default=0)
        largest = f"the largest is {amount(most)}" if most else "there is none"
        return wrong("storage.where",
                     f"There is no free space of {amount(LEAST)} beside the partitions of {where}: {largest}.",
                     "an msdos table has at most four partitions, more only within an extended one; see storage.where"
                     " for the other places")  # fmt: skip
    return in_region(answers, *max(found, key=lambda each: each[0])[1:], "asked for")


def in_region(answers: Answers, disk: Disk, region: Region, because: str) -> Place:
    """A free region as a place."""
    return Place(
        kind="free-space", because=because, group=answers.storage.group, disk=disk, region=region, free=region.bytes
    )


def asked_disk(answers: Answers, facts: Facts) -> Place | Finding:
    """The whole disk that the answers name."""
    disk = find_disk(answers.storage, facts)
    if isinstance(disk, Finding):
        return disk
    if disk.bytes < 2 * LEAST:
        return wrong("storage.disk", f"{disk.id} has {amount(disk.bytes)}; guests need at least {amount(2 * LEAST)}.",
                     "take a larger disk")  # fmt: skip
    return Place(kind="disk", because="asked for", group=answers.storage.group, disk=disk, free=disk.bytes - 2 * MIB)


def usual_place(answers: Answers, facts: Facts) -> Place | Finding:
    """The first of: the volume group that guests were given before, the one of that name, one with much room, free
    space of this system's disks, a directory."""
    if facts.storage.groups is None:
        return unfit("This machine has volume groups, which root alone may look at.", "run it with sudo")
    groups = {group.name: group for group in facts.storage.groups}
    if given := groups.get(facts.storage.given):
        return in_group(given, "it is there for guests already")
    named = groups.get(answers.storage.group)
    if named and named.free >= LEAST:
        return in_group(named, f"it is there already, with {amount(named.free)} free")
    group = max(groups.values(), key=lambda each: each.free, default=None)
    if group and group.free >= WORTH:
        return in_group(group, f"it is there already, with {amount(group.free)} free")
    free = [(region.bytes, disk, region) for disk in facts.disks
            if disk.holds and not any(refusals(answers.storage, disk))
            for region in disk.free if region.bytes >= WORTH and not region.remains]  # fmt: skip
    if free and not named:
        _, disk, region = max(free, key=lambda each: each[0])
        return in_region(answers, disk, region, f"{amount(region.bytes)} of {disk.id} belong to no partition")
    space = f"no free space of {amount(WORTH)} beside the partitions"
    return Place(kind="directory", because=f"there is no volume group with room and {space}")


def spare_disks(facts: Facts) -> list[str]:
    """Disks that this system does not use, for people."""
    return [told(disk) for disk in facts.disks if not disk.holds and not any(refusals(Storage(), disk))]


def swap_mib(answers: Answers, facts: Facts, place: Place) -> tuple[int, str]:
    """Size of the swap to make in MiB (0: none), and because of what."""
    wanted, room = answers.storage.swap, place.free // MIB
    if wanted == "none":
        return 0, "asked for"
    if wanted == "auto" and facts.storage.swap:
        return 0, f"this system swaps to {', '.join(facts.storage.swap)} already"
    if not place.lvm:
        return 0, "there is no volume group to make it in"
    mib = min(dom0_mib(answers, facts), SWAP_MOST_MIB)
    because = f"as much as dom0's memory, {dom0_mib(answers, facts)} MiB, but no more than {SWAP_MOST_MIB} MiB"
    if wanted != "auto":
        number, unit = int(wanted[:-1]), wanted[-1]
        mib, because = number * 1024 if unit == "G" else number, "asked for"
    mib = -(-mib // EXTENT_MIB) * EXTENT_MIB
    if mib * 2 > room and mib * MIB + LEAST > place.free:
        return 0, f"{mib} MiB would take more than half of {place.group}'s {room} MiB"
    return mib, because
