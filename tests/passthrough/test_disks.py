"""Disks by stable names, and what dom0 has on them through every layer."""

from pathlib import Path

import pytest

from installer.facts_storage import Disk
from installer.ours import Ours
from installer.probe.disks import probe_disks
from installer.probe.holds import unescape, volume_of
from tests.fake_host import FakeHost

SATA = "pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0"


def put_disk(
    host: FakeHost, name: str, where: str, mib: int = 1000, ids: tuple[str, ...] = (), **attributes: str
) -> None:
    """A disk in /sys and its names in /dev/disk/by-id."""
    device = f"/sys/devices/{where}/block/{name}"
    for key, value in {"size": str(mib * 2048), "removable": "0", "ro": "0", "queue/logical_block_size": "512"}.items():
        host.put(f"{device}/{key}", f"{value}\n")
    for key, value in attributes.items():
        host.put(f"{device}/{key.replace('__', '/')}", f"{value}\n")
    for place in ("block", "class/block"):
        host.put_link(f"/sys/{place}/{name}", f"{'../' * place.count('/')}../devices/{where}/block/{name}")
    for id in ids:
        host.put_link(f"/dev/disk/by-id/{id}", f"../../{name}")


def put_partition(host: FakeHost, disk: str, where: str, name: str) -> None:
    """A partition of a disk."""
    host.put(f"/sys/devices/{where}/block/{disk}/{name}/partition", "1\n")
    host.put_link(f"/sys/class/block/{name}", f"../../devices/{where}/block/{disk}/{name}")


def put_layer(host: FakeHost, name: str, slaves: tuple[str, ...], mapper: str = "", uuid: str = "") -> None:
    """A device mapper's or RAID's device on others."""
    put_disk(host, name, "virtual", dm__name=mapper, dm__uuid=uuid)
    for slave in slaves:
        host.put(f"/sys/devices/virtual/block/{name}/slaves/{slave}/size", "1\n")
    if mapper:
        host.put_link(f"/dev/mapper/{mapper}", f"../{name}")


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    """No disks yet."""
    return FakeHost(tmp_path)


def held(host: FakeHost) -> dict[str, tuple[str, ...]]:
    """What each disk holds."""
    return {disk.name: disk.holds for disk in probe_disks(host, Ours(), {})}


def test_a_disk_with_all_that_is_known_of_it(host: FakeHost) -> None:
    ids = ("wwn-0x5002538d40f2", "ata-Samsung_SSD_S3Z1", "scsi-SATA_Samsung_SSD_S3Z1")
    put_disk(host, "sda", SATA, 4096, ids, queue__logical_block_size="4096", removable="1", ro="1",
             device__model="Samsung SSD")  # fmt: skip
    host.put("/sys/block/sda/device/vpd_pg80", b"\0\x80\0\x04S3Z1")
    assert probe_disks(host, Ours(), {}) == (
        Disk(id="ata-Samsung_SSD_S3Z1", name="sda", bytes=4096 << 20, sector=4096, model="Samsung SSD", serial="S3Z1",
             ids=("ata-Samsung_SSD_S3Z1", "scsi-SATA_Samsung_SSD_S3Z1", "wwn-0x5002538d40f2"),
             wwn="0x5002538d40f2", removable=True, read_only=True, pci="0000:00:1f.2"),
    )  # fmt: skip


def test_a_virtio_disk_and_one_without_any_stable_name(host: FakeHost) -> None:
    put_disk(host, "vda", "pci0000:00/0000:00:04.0/virtio1", ids=("virtio-xenstrap",), serial="xenstrap")
    put_disk(host, "vdb", "pci0000:00/0000:00:05.0/virtio2")
    first, second = probe_disks(host, Ours(), {})
    assert (first.id, first.serial, first.pci) == ("virtio-xenstrap", "xenstrap", "0000:00:04.0")
    assert (second.id, second.pci) == ("vdb", "0000:00:05.0")


def test_nvme_with_one_controller_and_with_several(host: FakeHost) -> None:
    put_disk(host, "nvme0n1", "pci0000:00/0000:00:1d.0/0000:03:00.0/nvme/nvme0", ids=("nvme-Disk_S1", "nvme-eui.0025"),
             device__serial="S1")  # fmt: skip
    put_disk(host, "nvme1c1n1", "pci0000:00/0000:04:00.0/nvme/nvme1", hidden="1")
    put_disk(host, "nvme1n1", "virtual/nvme-subsystem/nvme-subsys1")
    subsystem = "/sys/devices/virtual/nvme-subsystem/nvme-subsys1"
    host.put_link(f"{subsystem}/block/nvme1n1/device", "../..")
    host.put_link(f"{subsystem}/nvme1", "../../../pci0000:00/0000:04:00.0/nvme/nvme1")
    first, second = probe_disks(host, Ours(), {})
    assert (first.id, first.wwn, first.serial, first.pci) == ("nvme-Disk_S1", "eui.0025", "S1", "0000:03:00.0")
    assert (second.name, second.pci) == ("nvme1n1", "0000:04:00.0")


def test_what_is_no_disk(host: FakeHost) -> None:
    for name in ("loop0", "ram0", "zram0", "sr0", "fd0", "nbd0", "dm-0", "md0", "md_data", "bcache0"):
        put_disk(host, name, "virtual")
    put_disk(host, "sdb", SATA, mib=0)
    assert probe_disks(host, Ours(), {}) == ()


def test_partitions_and_swap(host: FakeHost) -> None:
    put_disk(host, "sda", SATA)
    put_disk(host, "sdb", SATA)
    for number in (1, 2, 3):
        put_partition(host, "sda", SATA, f"sda{number}")
    host.put("/proc/mounts", "/dev/sda1 /boot/efi vfat rw 0 0\n/dev/sda2 / ext4 rw 0 0\ntmpfs /run tmpfs rw 0 0\n"
                             "/dev/sdb /srv/my\\040files ext4 rw 0 0\n")  # fmt: skip
    host.put("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/sda3 partition 1 0 -2\n/swapfile file 1 0 -3\n")
    assert held(host) == {"sda": ("/", "/boot/efi", "swap"), "sdb": ("/srv/my files",)}


def test_root_on_lvm_on_encryption_on_raid_on_two_disks(host: FakeHost) -> None:
    for disk in ("sda", "sdb", "sdc"):
        put_disk(host, disk, SATA)
        put_partition(host, disk, SATA, f"{disk}2")
    put_layer(host, "md0", ("sda2", "sdb2"))
    put_layer(host, "dm-0", ("md0",), "crypt", "CRYPT-LUKS2-1")
    put_layer(host, "dm-1", ("dm-0",), "my--group-root", "LVM-1")
    put_layer(host, "dm-2", ("dm-0", "sdc2"), "my--group-guest", "LVM-2")
    host.put("/proc/mounts", "/dev/mapper/my--group-root / ext4 rw 0 0\n")
    both = ("/", "lvm:my-group", "raid:md0")
    assert held(host) == {"sda": both, "sdb": both, "sdc": ("lvm:my-group",)}


def test_sdz_comes_before_sdaa(host: FakeHost) -> None:
    for name in ("sdaa", "sdz", "sda"):
        put_disk(host, name, SATA)
    assert [disk.name for disk in probe_disks(host, Ours(), {})] == ["sda", "sdz", "sdaa"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("vg0-root", ("vg0", "root")), ("a--b-c--d", ("a-b", "c-d")), ("vg-lv-x", ("vg", "lv")), ("vg", ("vg", ""))],
)
def test_volume_groups(host: FakeHost, name: str, found: tuple[str, str]) -> None:
    put_layer(host, "dm-0", (), name, "LVM-1")
    put_layer(host, "dm-1", (), "other", "CRYPT-1")
    assert volume_of(host, "dm-0") == found
    assert volume_of(host, "dm-1") is None


def test_octal_blanks() -> None:
    assert unescape(r"/a\040b\134c") == "/a b\\c"


def test_a_thousand_disks_take_one_process(host: FakeHost) -> None:
    mounts = []
    for number in range(1000):
        where = f"pci0000:00/0000:00:1f.2/host{number}"
        put_disk(host, f"sd{number}", where, ids=(f"scsi-S{number}", f"wwn-0x{number:x}"))
        put_partition(host, f"sd{number}", where, f"sd{number}p1")
        mounts.append(f"/dev/sd{number}p1 /srv/{number} ext4 rw 0 0\n")
    host.put("/proc/mounts", "".join(mounts))
    disks = probe_disks(host, Ours(), {})
    assert [disk.holds for disk in disks][7] == ("/srv/7",)
    assert [line.split()[0] for line in host.asked] == ["lsblk"]


def test_each_disk_below_a_mounted_btrfs_is_held(host: FakeHost) -> None:
    for name in ("sda", "sdb", "sdc"):
        put_disk(host, name, SATA, ids=(f"ata-{name}",))
    put_partition(host, "sdb", SATA, "sdb1")
    host.put("/proc/mounts", "/dev/sda /srv btrfs rw 0 0\n")
    for name in ("sda", "sdb1"):
        host.put(f"/sys/fs/btrfs/0f-1/devices/{name}/size")
    assert held(host) == {"sda": ("/srv",), "sdb": ("btrfs:0f-1",), "sdc": ()}


def test_what_a_killed_xenstrap_has_left_mounted_of_a_new_system_is_no_use_of_its_disk(host: FakeHost) -> None:
    put_disk(host, "sda", SATA, ids=("ata-sda",))
    for name in ("sda1", "sda2"):
        put_partition(host, "sda", SATA, name)
    mounts = "/dev/sda2 /run/xenstrap-target ext4 rw 0 0\n/dev/sda1 /run/xenstrap-target/boot/efi vfat rw 0 0\n"
    host.put("/proc/mounts", mounts)
    assert held(host) == {"sda": ()}
    host.put("/proc/mounts", mounts + "/dev/sda1 /run/xenstrap-target2 vfat rw 0 0\n")
    assert held(host) == {"sda": ("/run/xenstrap-target2",)}
