"""LVM, swap and fstab: what is seen, what is run, and what is refused."""

import json

import pytest

from installer.errors import HostError
from installer.ours import RECORD
from installer.resources.lvm import LogicalVolume, VolumeGroup
from installer.resources.swap import FSTAB, FstabLine, SwapSpace
from tests.storage.desk import DISK, Desk, old_group, report, settle
from tests.storage.machines import GIB, MIB
from tests.storage.test_disks import node


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
