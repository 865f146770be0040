"""The machines that were captured with their disks: of every kind there is one, and each is what it says."""

from collections.abc import Callable

import pytest

from installer.blocks import with_all_upon
from installer.facts_storage import Block, Disk, Storage
from tests.captured.kept import DISKS, kept

FOUND = [(where, name, fields) for where in ("host", "live") for name, fields in kept(where).items()]
LARGEST = 64 << 10


def contents(disk: Disk) -> set[str]:
    """All that lies on a disk."""
    blocks: list[Block] = [*with_all_upon(disk.parts + disk.upon)]
    return {disk.content, *(each.content for each in blocks)}


KINDS: dict[str, Callable[[Disk], bool]] = {
    "NVMe": lambda disk: disk.name.startswith("nvme"),
    "SATA": lambda disk: disk.id.startswith("ata-"),
    "virtio": lambda disk: disk.name.startswith("vd"),
    "4Kn": lambda disk: disk.sector == 4096,
    "multipath": lambda disk: disk.multipath,
    "RAID": lambda disk: "linux_raid_member" in contents(disk),
    "LVM": lambda disk: "LVM2_member" in contents(disk),
    "Windows": lambda disk: "ntfs" in contents(disk),
    "encrypted": lambda disk: "crypto_LUKS" in contents(disk),
    "a removable one": lambda disk: disk.removable,
}


@pytest.mark.parametrize("where", ["host", "live"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_of_every_kind_is_captured(where: str, kind: str) -> None:
    disks = [disk for each, _, fields in FOUND if each == where for disk in fields["disks"]]
    assert any(KINDS[kind](disk) for disk in disks)


@pytest.mark.parametrize("where", ["host", "live"])
def test_sixty_disks_are_captured_each_by_a_name_of_its_own(where: str) -> None:
    disks = next(fields["disks"] for each, name, fields in FOUND if (each, name) == (where, "sixty-disks"))
    assert len(disks) == (60 if where == "host" else 59)
    assert len({disk.id for disk in disks}) == len(disks)


def test_what_a_host_runs_from_is_held_and_a_live_system_holds_nothing_but_its_medium() -> None:
    for where, name, fields in FOUND:
        held = {each for disk in fields["disks"] for each in disk.holds}
        assert ("/" in held) == (where == "host"), name
        assert isinstance(fields["storage"], Storage)


def test_what_is_kept_is_small() -> None:
    assert [path.name for path in DISKS.iterdir() if path.stat().st_size > LARGEST] == []
