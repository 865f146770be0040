"""Where the guests' disks live: LVM's vg0 where there is room for it, else a directory; and dom0's swap."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.blocks import amount
from installer.facts import Facts
from installer.finding import Choice, Finding, note, proved, unfit, warn, wrong
from installer.ours import ERASED, RECORD
from installer.resources.base import Resource
from installer.resources.disk import Partition, WholeDisk
from installer.resources.files import Directory, File
from installer.resources.lvm import LogicalVolume, VolumeGroup
from installer.resources.swap import FstabLine, SwapSpace
from installer.resources.table import Slot
from installer.steps.base import Step
from installer.steps.storage_choice import (
    LEAST,
    LITTLE,
    MIB,
    SWAP_NAME,
    WORTH,
    Place,
    find_place,
    spare_disks,
    swap_mib,
)
from installer.steps.storage_disk import answers_to, obstacles, refusals, unread_groups
from installer.templates import render

FILES_COST = "snapshots and resizing by LVM are not to be had there, and writing is slower than to a volume"


class StorageStep(Step):
    """A volume group for the guests' disks, and swap in it."""

    name = "storage"
    title = "Guests' disks and swap"

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        place = find_place(answers, facts)
        if isinstance(place, Finding):
            yield place
            return
        if place.kind == "disk" and place.disk:
            yield from obstacles(answers.storage, place.disk, facts)
        elif place.region and place.disk:
            yield from refusals(answers.storage, place.disk)
        if place.kind in ("disk", "free-space"):
            yield from taken(answers, facts, place)
        if place.kind == "directory":
            hint = hint_for_files(facts) if answers.storage.where == "auto" else ""
            yield note(f"Guests' disks will be files in {answers.storage.directory}: {FILES_COST}.", hint)
        yield from worth_knowing(answers, facts, place)
        mib, because = swap_mib(answers, facts, place)
        if not mib and not facts.storage.swap and "none" not in (answers.storage.swap, answers.storage.where):
            yield note(f"dom0 will have no swap: {because}.", "memory.dom0 gives dom0 more memory", "storage.swap")

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        place = find_place(answers, facts)
        if isinstance(place, Place):
            yield Choice(key="storage.where", value=where(answers, place), because=place.because)
            mib, because = swap_mib(answers, facts, place)
            yield Choice(key="storage.swap", value=f"{mib}M" if mib else "none", because=because)

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        place = find_place(answers, facts)
        assert isinstance(place, Place)
        mib, _ = swap_mib(answers, facts, place)
        if lines := record(answers, place, mib):
            yield File(name=RECORD, text=render("xen/storage", lines=lines), because="what on the disks is ours")
        if place.kind == "directory":
            yield Directory(name=answers.storage.directory, because=place.because)
        if place.disk and place.lvm:
            yield from physical(answers, place)
        if mib:
            yield from swap(place, mib)
        if place.lvm and answers.storage.thin_pool:
            yield LogicalVolume(name=f"{place.group}/{answers.storage.thin_pool}", because="asked for")

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        for name in facts.storage.degraded:
            hint = f'`mdadm --detail /dev/{name}` tells which; "A disk that fails" in the README tells what to do'
            yield warn(f"the RAID array {name} lacks a disk", hint)
        place = find_place(answers, facts)
        if isinstance(place, Finding):
            yield place
            return
        if place.lvm:
            yield verified_group(facts, place)
        if swap_mib(answers, facts, place)[0]:
            name = f"{place.group}/{SWAP_NAME}"
            if name in facts.storage.our_swap:
                yield proved(f"dom0 swaps to {name}")
            else:
                yield unfit(f"dom0 does not swap to {name}", f"swapon --show; swapon LABEL={SWAP_NAME}")


def worth_knowing(answers: Answers, facts: Facts, place: Place) -> Iterator[Finding]:
    """What is answered to no effect, free space that is not taken, and a volume group without room."""
    storage = answers.storage
    if storage.disk and storage.where not in ("disk", "free-space"):
        yield warn(f'With storage.where = "{storage.where}" no disk is looked for: storage.disk has no effect.',
                   'storage.where = "disk" erases it, "free-space" adds a partition to it', "storage.disk")  # fmt: skip
    if storage.thin_pool and not place.lvm:
        yield warn(f"The thin pool {storage.thin_pool} is not made: there is no volume group for it.",
                   "see storage.where for the places that are one", "storage.thin_pool")  # fmt: skip
    for disk in facts.disks if place.kind == "directory" and storage.where == "auto" else ():
        if disk.holds and any(region.bytes >= WORTH for region in disk.free):
            yield from (note(f"Free space is left alone: {refusal.text}", refusal.hint, refusal.key)
                        for refusal in refusals(storage, disk))  # fmt: skip
    left = place.free - swap_mib(answers, facts, place)[0] * MIB
    if place.kind == "free-space" and left < LITTLE:
        yield note(f"Little is left for guests: {amount(left)} of the volume group {place.group}.",
                   "a larger disk, or a further one (vgextend), makes it more", "storage.where")  # fmt: skip
    for group in facts.storage.groups or ():
        if place.kind == "volume-group" and group.name == place.group and group.free < LEAST:
            yield warn(f"The volume group {group.name} has no more than {amount(group.free)} free for guests.",
                       "vgextend adds a disk to it; or see storage.where", "storage.group")  # fmt: skip


def verified_group(facts: Facts, place: Place) -> Finding:
    """Whether the volume group is there, and what it has for guests."""
    for group in (*(facts.storage.groups or ()), *facts.storage.our_groups):
        if group.name == place.group:
            return proved(f"the volume group {group.name} has {amount(group.free)} free for guests' disks")
    return unfit(f"the volume group {place.group} is not there", "vgs; pvs; vgchange --activate y")


def taken(answers: Answers, facts: Facts, place: Place) -> Iterator[Finding]:
    """A volume group of that name that is there already, and stays, or that may be."""
    erased = {place.disk.id} if place.kind == "disk" and place.disk else set()
    yield from unread_groups(facts, place.group, "storage.group", erased)
    for group in facts.storage.groups or ():
        given_up = group.name in answers.storage.erase and set(group.disks) <= erased
        if group.name == place.group and not given_up:
            yield wrong(
                "storage.group",
                f"A volume group {group.name} exists already, on {', '.join(group.disks)}.",
                'storage.where = "volume-group" uses it; or choose another name',
            )


def hint_for_files(facts: Facts) -> str:
    """How it could be a volume group instead."""
    disks = spare_disks(facts)
    if not disks:
        return "fine for a first guest; a further disk would make a volume group (storage.where)"
    return (
        f'unused: {"; ".join(disks)}; storage.where = "disk" with storage.disk makes one a volume group, and erases it'
    )


def where(answers: Answers, place: Place) -> str:
    """A place in a few words."""
    match place.kind:
        case "volume-group":
            return f"volume group {place.group}"
        case "free-space" | "disk" if place.disk:
            return f"volume group {place.group} on {place.disk.id}"
        case "directory":
            return answers.storage.directory
        case _:
            return "none"


def record(answers: Answers, place: Place, swap: int) -> list[str]:
    """What of it is ours, to be told from the machine as it was."""
    chosen = place.kind == "volume-group" and answers.storage.where == "auto"
    lines = [f"given {place.group}"] if chosen else []
    if place.disk and place.kind == "free-space" and place.region:
        lines.append(f"partition {place.disk.id} {place.region.start}")
    if place.disk:
        lines.append(f"group {place.group}")
    if place.lvm and answers.storage.thin_pool:
        lines.append(f"volume {place.group}/{answers.storage.thin_pool}")
    return lines + ([f"volume {place.group}/{SWAP_NAME}"] if swap else [])


def physical(answers: Answers, place: Place) -> Iterator[Resource]:
    """A partition for LVM, and the volume group on it."""
    assert place.disk is not None
    id, start = place.disk.id, place.region.start if place.region else MIB
    if place.region:
        slot = Slot(start=start, bytes=place.region.bytes, role="lvm")
        yield Partition(name=f"{id} from {start}", disk=id, slot=slot, remains=place.region.remains)
    else:
        slot = Slot(start=start, bytes=place.disk.bytes // MIB * MIB - 2 * MIB, role="lvm")
        asked = next((text for text in answers.storage.disk if answers_to(place.disk, text)), "")
        yield WholeDisk(name=id, slots=(slot,), asked=asked)
        yield File(name=ERASED, text=render("xen/storage", lines=[f"disk {id}"]), because="the disk is ours now")
    yield VolumeGroup(name=place.group, disk=id, start=start, because="guests' disks are volumes in it")


def swap(place: Place, mib: int) -> Iterator[Resource]:
    """Swap as a logical volume, in fstab by its label."""
    yield LogicalVolume(name=f"{place.group}/{SWAP_NAME}", mib=mib)
    yield SwapSpace(name=f"/dev/{place.group}/{SWAP_NAME}", label=SWAP_NAME)
    yield FstabLine(name=f"LABEL={SWAP_NAME}", rest="none swap sw 0 0", because="found by its label at every start")
