"""Which disk the answers mean, and what forbids to use it."""

import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase

from installer.answers import Storage
from installer.answers_install import Install
from installer.blocks import amount, with_all_upon
from installer.facts import Facts
from installer.facts_storage import BTRFS, EXTENDED, Block, Disk
from installer.finding import Finding, unfit, wrong

UNITS = {"GB": 10**9, "TB": 10**12, "GiB": 1 << 30, "TiB": 1 << 40}
SYSTEM = {"/": "the running system", "/boot": "/boot", "/boot/efi": "the ESP", "swap": "active swap"}
LIVE = ("/run/live", "/lib/live", "/run/initramfs/live", "/cdrom")
LVM, RAID, ZFS = "LVM2_member", "linux_raid_member", "zfs_member"
LAYERS = re.compile(r"part|lvm|crypt|raid\d+|linear")
"""What is taken apart before a disk is erased, by lsblk's names for it."""


def answers_to(disk: Disk, text: str) -> bool:
    """Whether a disk is called so: a by-id name, serial number or WWN, or a pattern of one of udev's properties."""
    if found := re.fullmatch(r"([A-Z][A-Z0-9_]*)=(.*)", text):
        return found[1] in disk.properties and fnmatchcase(disk.properties[found[1]], found[2])
    return text in (disk.id, *disk.ids, disk.serial, disk.wwn)


def key(answers: Storage | Install, name: str = "disk") -> str:
    """The key of the section that names the disk."""
    return f"{'storage' if isinstance(answers, Storage) else 'install'}.{name}"


def find_disk(answers: Storage | Install, facts: Facts) -> Disk | Finding:
    """The disk that the answers name: of their names the first that any disk answers to."""
    for text in answers.disk:
        found = [disk for disk in facts.disks if answers_to(disk, text)]
        if len(found) > 1:
            return wrong(key(answers), f"{len(found)} disks answer to {text}: {listed(found)}.", "name one of them")
        if found:
            return checked_size(answers, found[0])
    if not answers.disk:
        return wrong(key(answers), "Which disk is not said.", f"name one of these: {listed(facts.disks)}")
    return wrong(
        key(answers),
        f"No disk answers to {' or '.join(answers.disk)}.",
        f"these are there: {listed(facts.disks)}" if facts.disks else "this machine shows no disk at all",
    )


def checked_size(answers: Storage | Install, disk: Disk) -> Disk | Finding:
    """The disk, if it has the size that the answers give."""
    if answers.disk_size:
        number, unit = answers.disk_size.split(" ")
        wanted = float(number) * UNITS[unit]
        if abs(disk.bytes - wanted) > wanted / 100:
            return wrong(
                key(answers, "disk_size"),
                f"{disk.id} has {amount(disk.bytes)} ({disk.bytes / 10**9:.1f} GB), not {answers.disk_size}.",
                "look whether it is the disk that you mean",
            )
    return disk


def listed(disks: tuple[Disk, ...] | list[Disk]) -> str:
    """Disks for people: name, size, model, serial number and what is on them."""
    return "; ".join(told(disk) for disk in disks)


def told(disk: Disk) -> str:
    """One disk for people."""
    words = [amount(disk.bytes), disk.model, f"serial {disk.serial}" if disk.serial else ""]
    holds = f"in use: {', '.join(disk.holds)}" if disk.holds else contents(disk)
    return f"{disk.id} ({', '.join(filter(None, words))}; {holds})"


def contents_in_full(disk: Disk, facts: Facts) -> str:
    """What is on a disk, with how much of each volume group is in use."""
    groups = [group for group in facts.storage.groups or () if disk.id in group.disks]
    used = (f"volume group {group.name}, {amount(group.bytes - group.free)} of {amount(group.bytes)} in use"
            for group in groups)  # fmt: skip
    whole = () if groups and disk.content == LVM else (contents(disk),)
    return "; ".join((*whole, *used))


def contents(disk: Disk) -> str:
    """What is on a disk, in a few words."""
    if disk.parts:
        kinds = [each.content or each.role or "unknown" for each in disk.parts if each.role != EXTENDED] or [EXTENDED]
        return f"{len(kinds)} partition(s): {', '.join(kinds[:5])}{' …' if len(kinds) > 5 else ''}"
    if disk.upon or disk.content:
        return disk.content or ", ".join(each.kind for each in disk.upon)
    return "partitioned, but empty" if disk.table else "blank"


def obstacles(
    answers: Storage | Install, disk: Disk, facts: Facts, together: Collection[str] = ()
) -> Iterator[Finding]:
    """What forbids to erase a disk, `together` with others."""
    yield from refusals(answers, disk)
    yield from mistakable(answers, disk, facts)
    another = "take another disk"
    live = [where for where in disk.holds if where.startswith(LIVE)]
    if live:
        yield unfit(f"{disk.id} is the medium that this system runs from.", another, key(answers))
    else:
        for where in disk.holds:
            if where in SYSTEM or where.startswith(("/", BTRFS)):
                what = f"a part of the btrfs {where.removeprefix(BTRFS)}, which is mounted"
                what = SYSTEM.get(where, f"the mounted filesystem {where}" if where[0] == "/" else what)
                yield unfit(f"{disk.id} holds {what}{place(disk, where)}.", another, key(answers))
    for each in with_all_upon(disk.parts + disk.upon):
        if each.kind == "crypt":
            yield unfit(f"{disk.id} holds {each.name}, an encrypted device that is open.", another, key(answers))
        elif not LAYERS.fullmatch(each.kind):
            yield unfit(f"{disk.id} holds {each.name}, a {each.kind}, which is not taken apart.",
                        "remove it by hand, or take another disk", key(answers))  # fmt: skip
    if ZFS in (disk.content, *(each.content for each in with_all_upon(disk.parts))):
        yield unfit(f"{disk.id} is part of a ZFS pool, and whether that is in use cannot be told.",
                    "`zpool labelclear` gives it up; or take another disk", key(answers))  # fmt: skip
    yield from memberships(answers, disk, facts, together)


def place(disk: Disk, where: str) -> str:
    """The partition or volume of a disk that is in use so, for people; "" where it is the disk itself."""
    used = "[SWAP]" if where == "swap" else where
    found = [each.name for each in with_all_upon(disk.parts + disk.upon) if used in each.used]
    return f" ({', '.join(found)})" if found else ""


def refusals(answers: Storage | Install, disk: Disk) -> Iterator[Finding]:
    """What forbids to write to a disk at all."""
    if not disk.ids and disk.serial:
        yield unfit(f"{disk.id} has no name of its own that is the same after a restart.", "take another disk",
                    key(answers))  # fmt: skip
    elif not disk.ids:
        yield unfit(f"{disk.id} has no serial number, and so no name that is the same after a restart.",
                    "give it one (QEMU: serial=...), or take another disk", key(answers))  # fmt: skip
    if disk.read_only:
        yield unfit(f"{disk.id} is read-only.", "take another disk, or lift its write protection", key(answers))
    if disk.multipath:
        yield unfit(f"{disk.id} is a multipath device, and partitions on multipath devices are not supported.",
                    "take another disk; or, for guests, make a volume group on it yourself (vgcreate)",
                    key(answers))  # fmt: skip
    if disk.removable and not answers.removable:
        yield wrong(key(answers), f"{disk.id} is a removable disk.", f"{key(answers, 'removable')} = true allows it")


def mistakable(answers: Storage | Install, disk: Disk, facts: Facts) -> Iterator[Finding]:
    """Why a disk might be taken for another, or be plugged in for a while alone."""
    for other in facts.disks:
        shared = bool(claims(disk) & claims(other))
        alike = disk.serial and disk.serial == other.serial and not (
            disk.wwn and other.wwn and disk.wwn != other.wwn)  # fmt: skip
        if other.name != disk.name and (shared or alike):
            yield unfit(f"{disk.id} ({disk.name}) cannot be told from {other.id} ({other.name}): both have the"
                        f" {'same name' if shared else f'serial number {disk.serial}'}.",
                        "unplug one of them, or take another disk", key(answers))  # fmt: skip
    usb = disk.properties.get("ID_BUS") == "usb" or "-usb-" in disk.properties.get("ID_PATH", "")
    if usb and not disk.removable and not answers.removable:
        yield wrong(key(answers), f"{disk.id} is a USB disk.", f"{key(answers, 'removable')} = true allows it")


def claims(disk: Disk) -> set[str]:
    """Its names, and the one that it would have were it not another's: udev gives a name to one of all who claim it."""
    bus, serial = (disk.properties.get(f"ID_{each}") for each in ("BUS", "SERIAL"))
    return {*disk.ids, f"{bus}-{serial}"} if bus and serial else set(disk.ids)


def memberships(answers: Storage | Install, disk: Disk, facts: Facts, together: Collection[str]) -> Iterator[Finding]:
    """Arrays and volume groups that a disk is part of and that the answers do not give up, or that span others."""
    blocks = [*with_all_upon((as_block(disk), *disk.parts))]
    members = [each for each in blocks if each.content == RAID or running(each)]
    for name in sorted({array(each) for each in members} - set(answers.erase)):
        yield wrong(key(answers, "erase"), f"{disk.id} is part of the RAID array {name}.",
                    f'{key(answers, "erase")} = ["{name}"] gives the array up')  # fmt: skip
    if LVM not in (each.content for each in blocks):
        return
    groups = [group for group in facts.storage.groups or () if disk.id in group.disks]
    if not groups:
        yield unfit(f"{disk.id} is part of a volume group whose name cannot be told.",
                    "install lvm2, and run xenstrap as root", key(answers))  # fmt: skip
    for group in groups:
        others = [id for id in group.disks if id not in (disk.id, *together)]
        if others:
            yield unfit(f"The volume group {group.name} lies on {disk.id} and also on {', '.join(others)}.",
                        "take the group apart yourself (vgreduce), or take another disk", key(answers))  # fmt: skip
        elif group.name not in answers.erase:
            volumes = ", ".join(volume.name for volume in group.volumes) or "no volumes"
            yield wrong(key(answers, "erase"), f"{disk.id} holds the volume group {group.name} ({volumes}).",
                        f'{key(answers, "erase")} = ["{group.name}"] gives it up')  # fmt: skip


def unread_groups(facts: Facts, group: str, key: str, own: Collection[str]) -> Iterator[Finding]:
    """LVM on other disks than one's own, among which a group of that name may be, which nobody can tell."""
    others = [id for id in facts.storage.unread if id not in own]
    if others:
        yield unfit(
            f"There is LVM on {', '.join(others)}, and without lvm2 nobody can tell whether a volume group"
            f" {group} is there already.",
            "install lvm2 (`apt-get install lvm2`), and start xenstrap again",
            key,
        )


def as_block(disk: Disk) -> Block:
    """A disk as a block with what stands on it otherwise than in partitions."""
    return Block(name=disk.name, kind="disk", bytes=disk.bytes, content=disk.content, label=disk.label, upon=disk.upon)


def running(member: Block) -> list[str]:
    """The assembled arrays that a device is a member of."""
    return [each.name for each in member.upon if each.kind.startswith("raid")]


def array(member: Block) -> str:
    """Name of the array that a device is a member of: that of the assembled one, else the one in its superblock."""
    return next(iter(running(member)), "") or member.label.rpartition(":")[2] or member.name
