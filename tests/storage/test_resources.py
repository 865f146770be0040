"""Partitions, disks, LVM, swap and fstab: what is seen, what is run, and what is refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from installer.commands import Output
from installer.errors import HostError
from installer.ours import ERASED, RECORD
from installer.resources.base import Resource, State
from installer.resources.disk import Partition, WholeDisk
from installer.resources.lvm import LogicalVolume, VolumeGroup
from installer.resources.swap import FSTAB, FstabLine, SwapSpace
from installer.resources.table import Slot
from tests.fake_host import FakeHost
from tests.storage.machines import GIB, MIB
from tests.storage.test_disks import LVM_GUID, node, put_extended, put_part
from tests.storage.test_table import beginning, dump

DISK = "ata-HDD_H1"
SLOT = Slot(start=MIB, bytes=8 * GIB - 2 * MIB, role="lvm")


class Desk(FakeHost):
    """A fake machine that may be changed: its commands are kept, its disk is a sparse file."""

    may_change = True

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.ran: list[str] = []
        self.put(f"/dev/disk/by-id/{DISK}")
        with self.path(f"/dev/disk/by-id/{DISK}").open("wb") as file:
            file.truncate(8 * GIB)

    def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        self.ran.append(" ".join(argv))
        return Output(0, "", "")

    def holds(self, *children: dict[str, Any], **more: Any) -> None:
        """What lsblk shows of the disk from now on."""
        self.said["lsblk"] = json.dumps({"blockdevices": [node("sdb", size=8 * GIB, children=list(children), **more)]})


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A blank disk."""
    desk = Desk(tmp_path)
    desk.holds()
    return desk


def settle(resource: Resource, desk: Desk, state: State) -> list[str]:
    """Settle a resource; what was run for it."""
    desk.ran.clear()
    list(resource.settle(desk, state))
    return desk.ran


def windows(desk: Desk) -> Iterator[dict[str, Any]]:
    """A disk with somebody's data."""
    yield put_part(desk, "sdb", 1, 1, 100, fstype="vfat")
    yield put_part(desk, "sdb", 2, 101, 8000, fstype="ntfs", label="My data")


def old_group(desk: Desk) -> dict[str, Any]:
    """A disk whose one partition is exactly ours to be, and holds a volume of an old group."""
    volume = node("vg0-mail", "lvm", GIB, kname="dm-3")
    return put_part(desk, "sdb", 1, 1, 8190, fstype="LVM2_member", parttype=LVM_GUID, children=[volume])


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
        "udevadm settle --timeout=60",
    ]
    (part,) = dump(desk, f"/dev/disk/by-id/{DISK}")["partitions"]
    assert (part["start"] * 512, part["size"] * 512) == (SLOT.start, SLOT.bytes)


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


def report(kind: str, *rows: dict[str, str]) -> str:
    """One of LVM's reports."""
    return json.dumps({"report": [{kind: list(rows)}]})


def test_a_volume_group_is_seen_on_its_partition_alone(desk: Desk) -> None:
    group = VolumeGroup(name="vg0", disk=DISK, start=MIB)
    assert group.observe(desk) is None
    desk.holds(old_group(desk), pttype="gpt")
    desk.said["pvs"] = report("pv", {"pv_name": "/dev/sdc1", "vg_name": "vg0"})
    assert group.observe(desk) is None
    desk.said["pvs"] = report("pv", {"pv_name": "/dev/sdb1", "vg_name": "other"})
    assert group.observe(desk) not in (None, group.expected())
    desk.said["pvs"] = report("pv", {"pv_name": "/dev/sdb1", "vg_name": "vg0"})
    assert group.observe(desk) == group.expected()
    assert settle(group, desk, group.expected()) == ["vgcreate vg0 /dev/sdb1", "udevadm settle --timeout=60"]
    for name in ("archive/vg0_00001-5.vg", "archive/vg01_00000-7.vg", "backup/vg0"):
        desk.put(f"/etc/lvm/{name}")
    assert settle(group, desk, None)[:2] == ["vgremove vg0", "pvremove /dev/sdb1"]
    assert (desk.names("/etc/lvm/archive"), desk.exists("/etc/lvm/backup")) == (["vg01_00000-7.vg"], True)


def test_a_group_stays_while_it_holds_what_is_not_ours(desk: Desk) -> None:
    group = VolumeGroup(name="vg0", disk=DISK, start=MIB)
    desk.put(RECORD, "volume vg0/dom0-swap\n")
    swap, mail = ({"vg_name": "vg0", "lv_name": name} for name in ("dom0-swap", "mail"))
    desk.said["lvs"] = report("lv", swap, {"vg_name": "other", "lv_name": "root"})
    assert group.stays(desk) == ""
    desk.said["lvs"] = report("lv", swap, mail)
    assert group.stays(desk) == "volume group vg0 holds mail"
    assert {"package:lvm2", f"file:{RECORD}", f"partition:{DISK} from {MIB}"} <= set(group.needs)


def test_a_report_that_lvm_refuses_is_an_error(desk: Desk) -> None:
    desk.said["lvs"] = ""
    with pytest.raises(HostError, match="lvs gave no report"):
        LogicalVolume(name="vg0/dom0-swap", mib=512).observe(desk)


def test_volumes_and_pools(desk: Desk) -> None:
    swap, pool = LogicalVolume(name="vg0/dom0-swap", mib=512), LogicalVolume(name="vg0/thin")
    assert (swap.title, pool.title) == ("logical volume vg0/dom0-swap", "thin pool vg0/thin")

    def lv(name: str, size: int, kind: str, **more: str) -> dict[str, str]:
        return {"vg_name": "vg0", "lv_name": name, "lv_size": str(size), "segtype": kind, **more}

    desk.said["lvs"] = report("lv", lv("thin", GIB, "thin-pool"), lv("dom0-swap", 600 * MIB, "linear"))
    assert (swap.observe(desk), pool.observe(desk)) == (swap.expected(), pool.expected())
    desk.said["lvs"] = report("lv", lv("thin", GIB, "linear"), lv("dom0-swap", 100 * MIB, "linear"))
    assert (swap.observe(desk), pool.observe(desk)) == (
        {"kind": "linear", "size": "100 MiB"},
        {"kind": "linear", "size": "1024 MiB"},
    )
    assert settle(pool, desk, pool.expected())[0].startswith("lvcreate --yes --type thin-pool --extents 90%FREE")
    assert settle(swap, desk, swap.expected())[0].endswith("--size 512m --name dom0-swap vg0")
    assert settle(swap, desk, None)[0] == "lvremove --yes vg0/dom0-swap"
    desk.said["lvs"] = report("lv", lv("web", GIB, "thin", pool_lv="thin"), lv("thin", GIB, "thin-pool", pool_lv=""))
    assert (pool.stays(desk), swap.stays(desk)) == ("it holds web", "")


def test_swap_is_switched_off_before_it_goes(desk: Desk) -> None:
    swap = SwapSpace(name="/dev/vg0/dom0-swap", label="dom0-swap")
    assert swap.observe(desk) is None
    desk.put_link("/dev/vg0/dom0-swap", "../dm-0")
    volume = node("vg0-dom0--swap", "lvm", GIB, kname="dm-0")
    desk.said["lsblk"] = json.dumps({"blockdevices": [volume]})
    assert swap.observe(desk) is None
    desk.said["lsblk"] = json.dumps({"blockdevices": [volume | {"fstype": "swap", "label": "dom0-swap"}]})
    assert swap.observe(desk) == swap.expected()
    assert settle(swap, desk, None)[0] == "wipefs --all /dev/vg0/dom0-swap"
    desk.put("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/dm-0 partition 1 0 -2\n")
    assert settle(swap, desk, None)[:2] == ["swapoff /dev/vg0/dom0-swap", "wipefs --all /dev/vg0/dom0-swap"]


@pytest.mark.parametrize("before", ["", "# fstab\nUUID=1 / ext4 defaults 0 1\n", "\tLABEL=x /x ext4\n"])
def test_a_line_of_fstab_comes_and_goes_alone(desk: Desk, before: str) -> None:
    line = FstabLine(name="LABEL=dom0-swap", rest="none swap sw 0 0")
    if before:
        desk.put(FSTAB, before)
    assert line.observe(desk) is None
    settle(line, desk, line.expected())
    assert line.observe(desk) == line.expected()
    assert desk.read(FSTAB) == f"{before}LABEL=dom0-swap none swap sw 0 0\n"
    settle(line, desk, None)
    assert desk.read(FSTAB) == (before or None)


def test_a_line_of_fstab_that_differs_is_shown_and_put_right(desk: Desk) -> None:
    line = FstabLine(name="LABEL=dom0-swap", rest="none swap sw 0 0")
    desk.put(FSTAB, "LABEL=dom0-swap none swap noauto 0 0\nLABEL=y /y ext4")
    before = line.observe(desk)
    assert before == {"line": "LABEL=dom0-swap none swap noauto 0 0"}
    settle(line, desk, line.expected())
    assert desk.read(FSTAB) == "LABEL=y /y ext4\nLABEL=dom0-swap none swap sw 0 0\n"
    settle(line, desk, before)
    assert line.observe(desk) == before
