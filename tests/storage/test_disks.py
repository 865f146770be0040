"""Disks as lsblk, /sys and LVM tell them, and without what is ours."""

import json
from pathlib import Path
from typing import Any

import pytest

from installer.answers_install import Install
from installer.facts_storage import Block, Disk, Region
from installer.ours import ERASED, RECORD, read_ours
from installer.probe.disks import probe_disks
from installer.probe.storage import probe_storage
from installer.steps.install_disk import InstallDiskStep
from installer.steps.storage import StorageStep
from tests.blank.machines import HASH, live
from tests.fake_host import FakeHost
from tests.machines import answers, machine
from tests.passthrough.test_disks import SATA, put_disk, put_layer
from tests.storage.machines import GIB, MIB, TB

LVM_GUID = "e6d6d379-f507-44c2-a23c-238f2a3df928"


def node(name: str, kind: str = "disk", size: int = 20000 * MIB, **more: Any) -> dict[str, Any]:
    """A device as lsblk tells it."""
    empty = dict.fromkeys(("pttype", "parttype", "fstype", "label"))
    return {"name": name, "kname": name, "type": kind, "size": size, "mountpoints": [None], **empty, **more}


def put_part(host: FakeHost, disk: str, number: int, start_mib: int, mib: int, **more: Any) -> dict[str, Any]:
    """A partition in /sys and in lsblk's words."""
    where = f"/sys/devices/{SATA}/block/{disk}/{disk}{number}"
    for key, value in {"partition": number, "start": start_mib * 2048, "size": mib * 2048}.items():
        host.put(f"{where}/{key}", f"{value}\n")
    host.put_link(f"/sys/class/block/{disk}{number}", f"../../devices/{SATA}/block/{disk}/{disk}{number}")
    return node(f"{disk}{number}", "part", mib * MIB, **more)


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    """A disk with root, and behind it vg0 with a guest's volume and dom0's swap."""
    host = FakeHost(tmp_path)
    put_disk(host, "sda", SATA, 20000, ("ata-SSD_S1",))
    put_layer(host, "dm-0", ("sda2",), "vg0-dom0--swap", "LVM-1")
    put_layer(host, "dm-1", ("sda2",), "vg0-guest", "LVM-2")
    root = put_part(host, "sda", 1, 1, 5000, fstype="ext4", label="root", mountpoints=["/"])
    volumes = [
        node("vg0-dom0--swap", "lvm", GIB, kname="dm-0", fstype="swap", label="dom0-swap", mountpoints=["[SWAP]"]),
        node("vg0-guest", "lvm", 2 * GIB, kname="dm-1"),
    ]
    member = put_part(host, "sda", 2, 5001, 14998, fstype="LVM2_member", parttype=LVM_GUID, children=volumes)
    host.said["lsblk"] = json.dumps({"blockdevices": [node("sda", pttype="gpt", children=[root, member])]})
    host.put("/proc/mounts", "/dev/sda1 / ext4 rw 0 0\n")
    host.put("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/dm-0 partition 1 0 -2\n")
    pvs = [{"pv_name": "/dev/sda2", "vg_name": "vg0", "vg_size": str(14 * GIB), "vg_free": str(11 * GIB)}]
    lvs = [{"vg_name": "vg0", "lv_name": name, "lv_size": str(size)} for name, size in
           (("dom0-swap", GIB), ("guest", 2 * GIB))]  # fmt: skip
    host.said["pvs"] = json.dumps({"report": [{"pv": pvs}]})
    host.said["lvs"] = json.dumps({"report": [{"lv": lvs}]})
    return host


def probed(host: FakeHost) -> Disk:
    """The disk."""
    (disk,) = probe_disks(host, read_ours(host), {"sda": {"ID_SERIAL": "SSD_S1", "DEVNAME": "/dev/sda"}})
    return disk


def test_what_lies_on_a_disk(host: FakeHost) -> None:
    disk = probed(host)
    assert (disk.table, disk.properties, disk.holds) == ("gpt", {"ID_SERIAL": "SSD_S1"}, ("/", "lvm:vg0", "swap"))
    root, member = disk.parts
    assert root == Block(name="sda1", kind="part", bytes=5000 * MIB, number=1, start=MIB, content="ext4", label="root",
                         used=("/",))  # fmt: skip
    assert (member.role, member.content) == ("lvm", "LVM2_member")
    assert [(each.name, each.content, each.used) for each in member.upon] == [
        ("vg0-dom0--swap", "swap", ("[SWAP]",)),
        ("vg0-guest", "", ()),
    ]
    assert disk.free == ()


def test_the_volume_group_of_somebody_else(host: FakeHost) -> None:
    storage = probe_storage(host, read_ours(host), [probed(host)], root=True)
    assert storage.groups is not None
    (group,) = storage.groups
    assert (group.name, group.bytes, group.free, group.disks) == ("vg0", 14 * GIB, 11 * GIB, ("ata-SSD_S1",))
    assert [(volume.name, volume.used) for volume in group.volumes] == [("dom0-swap", ("[SWAP]",)), ("guest", ())]
    assert (storage.swap, storage.our_groups) == (("vg0/dom0-swap",), ())


def test_what_is_ours_is_left_out_and_its_place_is_free(host: FakeHost) -> None:
    host.put(RECORD, f"# remark\npartition ata-SSD_S1 {5001 * MIB}\ngroup vg0\nvolume vg0/dom0-swap\n\nnonsense\n")
    disk = probed(host)
    assert [part.name for part in disk.parts] == ["sda1"]
    assert disk.free == (Region(start=5001 * MIB, bytes=14998 * MIB),)
    assert disk.holds == ("/",)
    storage = probe_storage(host, read_ours(host), [disk], root=True)
    assert (storage.groups, storage.swap, storage.our_swap) == ((), (), ("vg0/dom0-swap",))
    assert [(group.name, group.free) for group in storage.our_groups] == [("vg0", 12 * GIB)]


def test_a_group_on_nothing_but_an_erased_disk_is_ours_although_another_disk_holds_lvm_too(host: FakeHost) -> None:
    put_disk(host, "sdb", SATA, 20000, ("ata-HDD_H1",))
    other = put_part(host, "sdb", 1, 1, 19998, fstype="LVM2_member", parttype=LVM_GUID)
    shown = json.loads(str(host.said["lsblk"]))["blockdevices"]
    host.said["lsblk"] = json.dumps({"blockdevices": [*shown, node("sdb", pttype="gpt", children=[other])]})
    pvs = [{"pv_name": name, "vg_name": group, "vg_size": str(14 * GIB), "vg_free": "0"} for name, group in
           (("/dev/sda2", "vg0"), ("/dev/sdb1", "bystander"), ("/dev/loop0", "vg1"), ("[unknown]", "vg2"))]  # fmt: skip
    host.said["pvs"] = json.dumps({"report": [{"pv": pvs}]})
    before = probe_storage(host, read_ours(host), probe_disks(host, read_ours(host), {}), root=True)
    assert [group.name for group in before.groups or ()] == ["bystander", "vg0", "vg1", "vg2"]
    host.put(ERASED, "disk ata-SSD_S1\n")
    host.put("/proc/mounts")
    host.put("/proc/swaps")
    disks = probe_disks(host, read_ours(host), {})
    storage = probe_storage(host, read_ours(host), disks, root=True)
    assert [(group.name, group.disks) for group in storage.groups or ()] == [
        ("bystander", ("ata-HDD_H1",)), ("vg1", ()), ("vg2", ())]  # fmt: skip
    assert [group.name for group in storage.our_groups] == ["vg0"]
    given = answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH})
    again = live(*disks, storage=storage)
    assert [finding.text for finding in InstallDiskStep(given.install).check(given, again)
            if finding.level == "error"] == []  # fmt: skip


def test_a_swap_file_is_swap(host: FakeHost) -> None:
    host.put("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/swap\\040file\tfile\t1\t0\t-2\n")
    found = probe_storage(host, read_ours(host), [], root=True)
    assert found.swap == ("/swap file",)


def test_the_volume_group_that_was_given_to_guests_is_remembered(host: FakeHost) -> None:
    assert probe_storage(host, read_ours(host), [], root=True).given == ""
    host.put(RECORD, "given data\nvolume data/dom0-swap\n")
    assert probe_storage(host, read_ours(host), [], root=True).given == "data"


def test_only_root_may_look_at_volume_groups(host: FakeHost) -> None:
    assert probe_storage(host, read_ours(host), [probed(host)], root=False).groups is None
    assert not [line for line in host.asked if line.startswith(("pvs", "lvs"))]


def test_without_lvm2_the_groups_of_disks_with_lvm_are_unknown_which_is_not_none(host: FakeHost) -> None:
    for report in ("pvs", "lvs"):
        del host.said[report]
    storage = probe_storage(host, read_ours(host), [probed(host)], root=True)
    assert (storage.groups, storage.unread) == ((), ("ata-SSD_S1",))
    table = json.loads(str(host.said["lsblk"]))
    table["blockdevices"][0]["children"].pop()
    host.said["lsblk"] = json.dumps(table)
    assert probe_storage(host, read_ours(host), [probed(host)], root=True).unread == ()


def test_what_an_earlier_partition_left_is_seen(host: FakeHost) -> None:
    table = json.loads(str(host.said["lsblk"]))
    table["blockdevices"][0]["children"].pop()
    host.said["lsblk"] = json.dumps(table)
    host.said[f"blkid --probe --offset {5001 * MIB} --size {14998 * MIB}"] = "ext4\n"
    assert probed(host).free == (Region(start=5001 * MIB, bytes=14998 * MIB, remains="ext4"),)


def put_extended(host: FakeHost, disk: str, known_to_udev: bool = True) -> list[dict[str, Any]]:
    """Partitions of an msdos table, of which one is extended: the kernel shows a KiB of it."""
    root = put_part(host, disk, 1, 1, 5000, parttype="0x83", fstype="ext4")
    extended = put_part(host, disk, 2, 5001, 14999, parttype="0x5")
    host.put(f"/sys/devices/{SATA}/block/{disk}/{disk}2/dev", "8:2\n")
    if known_to_udev:
        host.put("/run/udev/data/b8:2", f"S:x\nE:ID_PART_ENTRY_SIZE={14999 * 2048}\nE:ID_PART_ENTRY_TYPE=0x5\n")
    swap = put_part(host, disk, 5, 5002, 1000, parttype="0x82", fstype="swap")
    return [root, extended | {"size": 1024}, swap]


@pytest.mark.parametrize(("known_to_udev", "free"), [(True, [(6003, 13997)]), (False, [])])
def test_the_inside_of_an_extended_partition_is_known_by_udev(
    tmp_path: Path, known_to_udev: bool, free: list[tuple[int, int]]
) -> None:
    host = FakeHost(tmp_path)
    put_disk(host, "sda", SATA, 20000, ("ata-SSD_S1",))
    parts = put_extended(host, "sda", known_to_udev)
    host.said["lsblk"] = json.dumps({"blockdevices": [node("sda", pttype="dos", children=parts)]})
    assert [(region.start // MIB, region.bytes // MIB) for region in probed(host).free] == free
    ours = f"partition ata-SSD_S1 {6003 * MIB}\n"
    host.put(RECORD, ours)
    more = put_part(host, "sda", 6, 6003, 13997, parttype="0x8e", fstype="LVM2_member")
    host.said["lsblk"] = json.dumps({"blockdevices": [node("sda", pttype="dos", children=[*parts, more])]})
    assert [(region.start // MIB, region.bytes // MIB) for region in probed(host).free] == free


@pytest.mark.parametrize("runs", [True, False])
def test_a_whole_disk_in_an_array_is_one_beside_a_partition_table_too(tmp_path: Path, runs: bool) -> None:
    host = FakeHost(tmp_path)
    put_disk(host, "sdb", SATA, 20000, ("ata-HDD_H1",))
    array = node("md0", "raid1", children=[node("md0p1", "part", fstype="ext4")])
    member = node("sdb", pttype="gpt", fstype="linux_raid_member", label="host:0", children=[array] if runs else [])
    host.said["lsblk"] = json.dumps({"blockdevices": [member]})
    disk = probed(host)
    assert (disk.content, disk.label) == ("linux_raid_member", "host:0")
    found = list(StorageStep().check(answers(storage={"where": "disk", "disk": [disk.id]}), machine(disks=(disk,))))
    assert f"ata-HDD_H1 is part of the RAID array {'md0' if runs else '0'}." in [finding.text for finding in found]


def test_the_paths_of_a_multipath_disk_are_one_disk(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    for name in ("sda", "sdb"):
        put_disk(host, name, SATA, 20000, (f"scsi-3600a0_{name}",))
    put_layer(host, "dm-0", ("sda", "sdb"), "mpatha", "mpath-3600a0")
    host.put_link("/dev/disk/by-id/dm-uuid-mpath-3600a0", "../../dm-0")
    path = node("mpatha", "mpath", kname="dm-0")
    host.said["lsblk"] = json.dumps({"blockdevices": [node(name, children=[path]) for name in ("sda", "sdb")]})
    (disk,) = probe_disks(host, read_ours(host), {})
    assert (disk.id, disk.name, disk.multipath) == ("dm-uuid-mpath-3600a0", "mpatha", True)
    put_layer(host, "dm-1", ("dm-0",), "mpatha-part1", "part1-mpath-3600a0")
    path |= {"pttype": "gpt", "children": [node("mpatha-part1", "part", GIB, kname="dm-1", fstype="ext4")]}
    host.said["lsblk"] = json.dumps({"blockdevices": [node(name, children=[path]) for name in ("sda", "sdb")]})
    (disk,) = probe_disks(host, read_ours(host), {})
    assert [(each.content, each.start) for each in disk.parts] == [("ext4", None)]
    assert disk.free == (), "where that partition lies is unknown"
    facts = live(disk.model_copy(update={"bytes": 2 * TB}))
    for step, given in (
        (StorageStep(), answers(storage={"where": "disk", "disk": [disk.id]})),
        (InstallDiskStep(Install(disk=(disk.id,), root_password=HASH)), answers()),
    ):
        assert [finding.text for finding in step.check(given, facts) if finding.level == "error"] == [
            f"{disk.id} is a multipath device, and partitions on multipath devices are not supported."
        ]


def test_an_array_that_lacks_a_disk_is_known_and_warned_of(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    for name, degraded in (("md126", "0"), ("md127", "1")):
        host.put(f"/sys/block/{name}/md/degraded", f"{degraded}\n")
    host.put("/sys/block/sda/size", "1\n")
    storage = probe_storage(host, read_ours(host), [], root=False)
    assert storage.degraded == ("md127",)
    warned, *_ = StorageStep().verify(answers(), machine(storage=storage))
    assert (warned.level, warned.text) == ("warning", "the RAID array md127 lacks a disk")
    assert "mdadm --detail /dev/md127" in str(warned.hint)
