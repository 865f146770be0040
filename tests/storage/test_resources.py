"""Disks and their partitions: what is seen, what is run, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest

from installer.commands import Output
from installer.errors import HostError
from installer.ours import ERASED
from installer.resources.disk import Partition, WholeDisk
from installer.resources.filesystem import SystemDisk
from installer.resources.table import Slot
from tests.storage.desk import DISK, SLOT, Desk, old_group, report, settle
from tests.storage.machines import GIB, MIB
from tests.storage.test_disks import LVM_GUID, node, put_extended, put_part
from tests.storage.test_table import beginning, dump


def windows(desk: Desk) -> Iterator[dict[str, Any]]:
    """A disk with somebody's data."""
    yield put_part(desk, "sdb", 1, 1, 100, fstype="vfat")
    yield put_part(desk, "sdb", 2, 101, 8000, fstype="ntfs", label="My data")


def test_what_a_disk_loses_is_shown_and_is_part_of_the_state(desk: Desk) -> None:
    disk = WholeDisk(name=DISK, slots=(SLOT,), asked="H1")
    assert disk.destructive
    assert disk.erases == (DISK, "H1")
    assert disk.observe(desk) == {"table": "none", "partitions": [], "content": []}
    desk.holds(*windows(desk), pttype="gpt")
    before = disk.observe(desk)
    assert disk.describe(before) == [
        "partition table: gpt",
        "partition 1: 100 MiB, vfat",
        'partition 2: 7.8 GiB, ntfs "My data"',
    ]
    desk.holds(pttype="gpt", fstype=None)
    assert disk.observe(desk) != before
    desk.holds(fstype="btrfs")
    assert disk.observe(desk) == {"table": "none", "partitions": [], "content": ["btrfs on the whole disk"]}
    desk.holds(fstype="ext4", label="My data", uuid="5E-01", mountpoints=["/srv"])
    before = disk.observe(desk)
    assert disk.describe(before)[1:] == ['ext4 "My data" on the whole disk, in use: /srv']
    assert before is not None
    assert before["made"] == ["5E-01"], "another filesystem of that name is something else"
    row = {"pv_name": "/dev/sdb", "vg_name": "vg0", "pv_size": str(8 * GIB), "pv_used": str(GIB)}
    desk.said["pvs"] = report("pv", row)
    desk.holds(node("vg0-mail", "lvm", GIB, kname="dm-3"), fstype="LVM2_member")
    assert disk.describe(disk.observe(desk))[1:] == [
        "LVM2_member on the whole disk, volume group vg0, 1 GiB of 8 GiB in use",
        "lvm vg0-mail: 1 GiB",
    ]


def test_logical_partitions_are_shown_within_the_extended_one_which_goes_with_the_table(desk: Desk) -> None:
    disk = WholeDisk(name=DISK, slots=(SLOT,))
    desk.holds(*put_extended(desk, "sdb"), pttype="dos")
    before = disk.observe(desk)
    assert disk.describe(before) == [
        "partition table: msdos",
        "partition 1: 4.9 GiB, ext4",
        "partition 2: 14.6 GiB, for extended",
        "  partition 5: 1000 MiB, swap, for swap",
    ]
    wiped = [line for line in settle(disk, desk, disk.expected()) if line.startswith("wipefs")]
    assert wiped == [f"wipefs --all {name}" for name in ("/dev/sdb5", "/dev/sdb1", f"/dev/disk/by-id/{DISK}")]


def test_the_same_partition_with_somebody_elses_content_is_not_ours(desk: Desk) -> None:
    disk = WholeDisk(name=DISK, slots=(SLOT,))
    desk.holds(old_group(desk), pttype="gpt")
    foreign = disk.observe(desk)
    assert foreign != disk.expected()
    assert disk.describe(foreign)[1:] == [
        "partition 1: 8.0 GiB, LVM2_member, for lvm",
        "  lvm vg0-mail: 1 GiB",
    ]
    desk.put(ERASED, f"disk {DISK}\n")
    assert disk.observe(desk) == disk.expected()


def test_a_disk_is_taken_apart_from_the_top_and_gets_its_table(desk: Desk) -> None:
    disk = WholeDisk(name=DISK, slots=(SLOT,))
    array = node("md127", "raid1", GIB, children=[node("vg0-mail", "lvm", GIB, kname="dm-3")])
    member = put_part(desk, "sdb", 1, 1, 8000, fstype="linux_raid_member", children=[array])
    desk.holds(member, pttype="gpt")
    assert settle(disk, desk, disk.expected()) == [
        "dmsetup remove vg0-mail",
        "mdadm --stop /dev/md127",
        "udevadm settle --timeout=60",
        "wipefs --all /dev/sdb1",
        "udevadm settle --timeout=60",
        f"wipefs --all /dev/disk/by-id/{DISK}",
        f"blkdiscard --zeroout --offset {MIB} --length {MIB} /dev/disk/by-id/{DISK}",
        *["udevadm settle --timeout=60"] * 3,
    ]
    (part,) = dump(desk, f"/dev/disk/by-id/{DISK}")["partitions"]
    assert (part["start"] * 512, part["size"] * 512) == (SLOT.start, SLOT.bytes)


def test_a_disk_that_cannot_be_cleared_is_named_with_what_helps(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Desk.run

    def failing(host: Desk, *argv: str, **words: Any) -> Output:
        if argv[0] == "blkdiscard":
            raise HostError("blkdiscard failed with status 1: Input/output error", "look at the log")
        return run(host, *argv, **words)

    monkeypatch.setattr(Desk, "run", failing)
    disk = WholeDisk(name=DISK, slots=(SLOT,))
    with pytest.raises(HostError) as raised:
        settle(disk, desk, disk.expected())
    assert raised.value.fact.startswith(f"/dev/disk/by-id/{DISK} cannot be cleared from byte {MIB} on: blkdiscard ")
    assert raised.value.hint == "the disk may be failing: look at `dmesg`"


@pytest.mark.parametrize("erased", [WholeDisk, SystemDisk])
def test_what_reappears_with_the_new_table_on_a_disk_that_was_blanked_is_cleared(
    desk: Desk, erased: type[WholeDisk]
) -> None:
    disk = erased(name=DISK, slots=(SLOT,))
    desk.reappears = old_group(desk)
    made = settle(disk, desk, disk.expected())
    assert made[-4:] == [
        "dmsetup remove vg0-mail",
        "udevadm settle --timeout=60",
        "wipefs --all /dev/sdb1",
        "udevadm settle --timeout=60",
    ]
    assert made.index("dmsetup remove vg0-mail") > made.index(
        f"blkdiscard --zeroout --offset {MIB} --length {MIB} /dev/disk/by-id/{DISK}"
    )
    assert disk.observe(desk) == disk.expected()


def test_a_disk_in_use_is_refused_and_nothing_is_run(desk: Desk) -> None:
    desk.holds(put_part(desk, "sdb", 1, 1, 8000, fstype="ext4", mountpoints=["/srv"]))
    disk = WholeDisk(name=DISK, slots=(SLOT,))
    with pytest.raises(HostError, match=r"the disk ata-HDD_H1 is in use: sdb1 \(/srv\)"):
        settle(disk, desk, disk.expected())
    assert desk.ran == []
    assert not any(beginning(desk, f"/dev/disk/by-id/{DISK}"))


def test_a_disk_that_vanished_is_named(desk: Desk) -> None:
    desk.path(f"/dev/disk/by-id/{DISK}").unlink()
    desk.put("/dev/disk/by-id/ata-OTHER")
    with pytest.raises(HostError, match="the disk ata-HDD_H1 is not there"):
        WholeDisk(name=DISK, slots=(SLOT,)).observe(desk)


def test_a_partition_is_seen_by_where_it_begins(desk: Desk) -> None:
    slot = Slot(start=5001 * MIB, bytes=3000 * MIB, role="lvm")
    part = Partition(name=f"{DISK} from {slot.start}", disk=DISK, slot=slot)
    desk.holds(put_part(desk, "sdb", 1, 1, 5000, fstype="ext4"), pttype="gpt")
    assert part.observe(desk) is None
    assert not part.destructive
    assert part.model_copy(update={"remains": "ext4"}).destructive
    right = put_part(desk, "sdb", 2, 5001, 3000, parttype=LVM_GUID)
    desk.holds(right | {"size": 2999 * MIB}, pttype="gpt")
    assert part.observe(desk) not in (None, part.expected())
    desk.holds(right, pttype="gpt")
    assert part.observe(desk) == part.expected()
