"""LVM's volume groups and the swap, without what is ours."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from installer.blocks import kernel_name, with_all_upon
from installer.facts_storage import Block, Disk, Storage, Volume, VolumeGroup
from installer.host import Host
from installer.lvm import lvm_rows, lvm_there
from installer.ours import Ours
from installer.probe.attributes import attribute
from installer.probe.disks import BY_ID
from installer.probe.holds import disks_below, probe_mounts, probe_swap_files, probe_swaps, volume_of

MEMBER = "LVM2_member"


def probe_storage(host: Host, ours: Ours, disks: Iterable[Disk], root: bool) -> Storage:
    """Volume groups, where LVM is in use at all, and swap; without `root` the groups cannot be told."""
    disks = list(disks)
    swaps = {name: "/".join(volume_of(host, name) or (name,)) for name in probe_swaps(host)}
    others = (volume for volume in swaps.values() if volume not in ours.volumes)
    swap = tuple(sorted([*others, *probe_swap_files(host)]))
    our_swap = tuple(sorted(volume for volume in swaps.values() if volume in ours.volumes))
    inside = tuple(disk.id for disk in disks
                   if MEMBER in (disk.content, *(each.content for each in with_all_upon(stands_on(disk)))))  # fmt: skip
    known = Storage(swap=swap, our_swap=our_swap, given=ours.given, degraded=tuple(probe_degraded(host)))
    if not inside and not ours.groups:
        return known
    if not root:
        return known.model_copy(update={"groups": None if inside else ()})
    if not lvm_there(host):
        return known.model_copy(update={"unread": inside})
    rows = [row for row in lvm_rows(host, "pvs", "pv_name,vg_name,vg_size,vg_free") if row["vg_name"]]
    own = ours.groups | set(probe_own(host, ours, rows))
    groups = probe_groups(host, ours, disks, rows)
    return known.model_copy(update={
        "groups": tuple(group for group in groups if group.name not in own),
        "our_groups": tuple(group for group in groups if group.name in own),
    })  # fmt: skip


def probe_own(host: Host, ours: Ours, rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """The volume groups on nothing but disks that were erased for us: they came to be after that."""
    erased = {kernel_name(host, f"{BY_ID}/{id}") for id in ours.disks}
    known = {name: frozenset({name}) for name in erased}
    below: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        below[row["vg_name"]] |= disks_below(host, kernel_name(host, row["pv_name"]), known)
    yield from (name for name, disks in below.items() if disks <= erased)


def probe_degraded(host: Host) -> Iterator[str]:
    """Running RAID arrays that lack a disk (Linux' Documentation/admin-guide/md.rst)."""
    for name in host.names("/sys/block"):
        if attribute(host, f"/sys/block/{name}/md/degraded") not in ("", "0"):
            yield name


def stands_on(disk: Disk) -> tuple[Block, ...]:
    """Everything directly on a disk."""
    return disk.parts + disk.upon


def probe_groups(host: Host, ours: Ours, disks: list[Disk], rows: Iterable[Mapping[str, str]]) -> list[VolumeGroup]:
    """The volume groups of such rows (pvs(8), lvs(8))."""
    members: dict[str, set[str]] = defaultdict(set)
    sizes: dict[str, tuple[int, int]] = {}
    for row in rows:
        members[row["vg_name"]] |= disks_of(kernel_name(host, row["pv_name"]), disks)
        sizes[row["vg_name"]] = int(row["vg_size"]), int(row["vg_free"])
    used = probe_used(host)
    volumes: dict[str, list[Volume]] = defaultdict(list)
    freed: dict[str, int] = defaultdict(int)
    for row in lvm_rows(host, "lvs", "vg_name,lv_name,lv_size"):
        key, size = (row["vg_name"], row["lv_name"]), int(row["lv_size"])
        if "/".join(key) in ours.volumes:
            freed[key[0]] += size
        else:
            volumes[key[0]].append(Volume(name=key[1], bytes=size, used=tuple(used.get(key, ()))))
    return [
        VolumeGroup(
            name=name,
            bytes=size,
            free=free + freed[name],
            disks=tuple(sorted(members[name])),
            volumes=tuple(volumes[name]),
        )
        for name, (size, free) in sorted(sizes.items())
    ]


def probe_used(host: Host) -> dict[tuple[str, str], list[str]]:
    """What dom0 uses its logical volumes for."""
    used: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, where in [*probe_mounts(host), *((name, "[SWAP]") for name in probe_swaps(host))]:
        if found := volume_of(host, name):
            used[found].append(where)
    return used


def disks_of(name: str, disks: list[Disk]) -> set[str]:
    """Ids of the disks that a block device is, or stands on."""
    return {
        disk.id
        for disk in disks
        if name == disk.name or any(each.name == name for each in with_all_upon(stands_on(disk)))
    }
