"""What lies between a new system's partitions and what is on them: RAID1 and LUKS."""

import json
from pathlib import Path

import pytest

from installer.errors import HostError
from installer.resources.array import Array
from installer.resources.filesystem import FileSystem
from installer.resources.luks import Luks, opened_as
from installer.resources.lvm import VolumeGroup
from tests.blank.desk import DISK, ROOT, LiveDesk, settle
from tests.blank.machines import PASSPHRASE
from tests.storage.machines import GIB
from tests.storage.test_apart import failing, put_process
from tests.storage.test_disks import node

UUID = "b0befee0-2343-5b21-867d-8127b2a8edaa"


def test_an_array_is_made_bare_started_again_and_closed(desk: LiveDesk) -> None:
    array = Array(name="md-uuid-1:2:3:4", label="guests", homehost="xen", disks=(DISK, "ata-B"), start=ROOT.start,
                  metadata="1.2")  # fmt: skip
    desk.put("/dev/disk/by-id/ata-B")
    desk.said["pvs"] = json.dumps({"report": [{"pv": [{"pv_name": "/dev/md127", "vg_name": "vg0"}]}]})
    assert array.observe(desk) is None

    def appear(argv: tuple[str, ...]) -> None:
        if argv[:2] == ("mdadm", "--create"):
            desk.put_link("/dev/disk/by-id/md-uuid-1:2:3:4", "../../md127")

    desk.does = appear
    create = ("mdadm --create /dev/md/guests --run --metadata=1.2 --uuid=1:2:3:4 --name=guests --level=1"
              " --raid-devices=2 --bitmap=internal --homehost=xen /dev/sdb1 /dev/sdb1")  # fmt: skip
    device = "/dev/disk/by-id/md-uuid-1:2:3:4"
    made = ["wipefs --all /dev/sdb1", "wipefs --all /dev/sdb1", create, "udevadm settle --timeout=60",
            "vgchange --activate n vg0", f"wipefs --all {device}", "udevadm settle --timeout=60"]  # fmt: skip
    assert settle(array, desk) == made, "a volume group of an earlier life is closed, or it could not be wiped"
    desk.said["mdadm --examine"] = "MD_LEVEL=raid1\nMD_UUID=1:2:3:4\n"
    assert array.observe(desk) == array.expected()
    desk.ran.clear()
    array.close(desk)
    assert desk.ran == ["vgchange --activate n vg0", "mdadm --stop /dev/md127", "udevadm settle --timeout=60"]
    desk.path(device).unlink()
    assert array.observe(desk) == {"level": "raid1", "disks": [DISK, "ata-B"], "running": False}
    assert settle(array, desk)[0] == "mdadm --assemble --run /dev/md/guests /dev/sdb1 /dev/sdb1"
    array.close(desk)
    assert desk.ran[-1] == "udevadm settle --timeout=60", "what does not run is not stopped"


def test_an_array_or_an_encryption_that_cannot_be_closed_is_named_with_who_has_it(
    desk: LiveDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    array = Array(name="md-uuid-1:2:3:4", label="root", homehost="xen", disks=(DISK, "ata-B"), start=0, metadata="1.2")
    luks = Luks(name="vg0-crypt", disk=DISK, start=ROOT.start, uuid=UUID, passphrase=PASSPHRASE)
    for device, kernel in ((array.device, "md126"), (luks.device, "dm-0"), ("/dev/mapper/vg0-crypt", "dm-0")):
        desk.put_link(device, f"/dev/{kernel}")
        desk.put(f"/sys/class/block/{kernel}/dev", f"{'9:126' if kernel == 'md126' else '253:0'}\n")
    put_process(desk, 17, "systemd-resolve", mounted="9:126 /run/xenstrap-target")
    put_process(desk, 18, "blkid", opened="/dev/dm-0")
    for layer, command, who in (
        (array, "mdadm --stop", "md126 is in use by systemd-resolve (process 17), mounted on /run/xenstrap-target"),
        (luks, "cryptsetup close", "vg0-crypt is in use by blkid (process 18)"),
    ):
        failing(desk, command, monkeypatch)
        with pytest.raises(HostError) as caught:
            layer.close(desk)
        assert caught.value.fact.endswith(f"Device or resource busy; {who}")


def test_a_filesystem_on_an_array(desk: LiveDesk) -> None:
    desk.put("/dev/disk/by-id/md-uuid-1:2:3:4")
    whole = ROOT.model_copy(update={"start": 0})
    root = FileSystem(name="r", disk="md-uuid-1:2:3:4", slot=whole, format="ext4", uuid="u-1", label="root")
    desk.said["lsblk"] = json.dumps({"blockdevices": [node("md126", "raid1", 5 * GIB)]})
    assert root.title == "ext4 on the RAID1 array root"
    assert "mkfs.ext4 -q -F -U u-1 -L root /dev/md126" in settle(root, desk)


def test_luks_is_made_opened_and_closed_and_its_passphrase_is_in_no_file(desk: LiveDesk) -> None:
    luks = Luks(name="guests", disk=DISK, start=ROOT.start, uuid=UUID, passphrase=PASSPHRASE)
    assert luks.observe(desk) is None, "there is a filesystem yet"
    files = tree(desk)
    key = "--key-file -"
    assert settle(luks, desk) == [
        "wipefs --all /dev/sdb1",
        f"cryptsetup luksFormat --batch-mode --type luks2 --uuid {UUID} --pbkdf-memory 262144 {key} /dev/sdb1",
        f"cryptsetup open --type luks2 {key} /dev/sdb1 guests",
        "udevadm trigger --action=change --settle /dev/sdb1",
        "udevadm settle --timeout=60",
    ]
    assert desk.heard == [PASSPHRASE] * 2, "all of it is the passphrase: no line ends"
    assert tree(desk) == files
    assert PASSPHRASE not in str(luks.fields())

    holds_luks(desk)
    device = f"/dev/disk/by-id/{opened_as(UUID, 'guests')}"
    assert luks.observe(desk) == {"uuid": UUID, "open": False}
    assert settle(luks, desk)[0].startswith("cryptsetup open"), "what is there is not made anew"
    desk.put_link(device, "../../dm-0")
    assert luks.observe(desk) == luks.expected()
    desk.said["pvs"] = json.dumps({"report": [{"pv": [{"pv_name": "/dev/dm-0", "vg_name": "vg0"}]}]})
    desk.ran.clear()
    luks.close(desk)
    assert desk.ran == ["vgchange --activate n vg0", "cryptsetup close guests", "udevadm settle --timeout=60"]


def test_a_volume_group_in_an_encryption(desk: LiveDesk) -> None:
    disk = opened_as(UUID, "guests")
    group = VolumeGroup(name="vg0", disk=disk, start=0)
    desk.put_link(f"/dev/disk/by-id/{disk}", "../../dm-0")
    desk.put_link("/dev/mapper/guests", "../dm-0")
    opened = node("guests", "crypt", 5 * GIB, kname="dm-0", fstype="LVM2_member")
    desk.said["lsblk"] = json.dumps({"blockdevices": [opened]})
    assert group.observe(desk) is None
    assert settle(group, desk)[0] == f"vgcreate vg0 /dev/disk/by-id/{disk}"
    desk.said["pvs"] = json.dumps({"report": [{"pv": [{"pv_name": "/dev/mapper/guests", "vg_name": "vg0"}]}]})
    assert group.observe(desk) == group.expected()


@pytest.mark.parametrize(
    ("status", "holder", "more", "hint"),
    [
        (2, True, "", "install.passphrase has to be the one that it was made with; or `wipefs --all /dev/sdb1` gives up"
         " what is in it"),
        (3, True, "", "that takes 256 MiB of memory: end what else is running, then apply again"),
        (5, True, "; sdb1 is in use by old-guests", "end that, then apply again"),
        (5, False, "", "`dmsetup ls --tree` shows what is open as guests: close that, then apply again"),
        (1, True, "", ""),
        (4, True, "", ""),
    ],
)  # fmt: skip
def test_why_an_encryption_does_not_open(desk: LiveDesk, status: int, holder: bool, more: str, hint: str) -> None:
    holds_luks(desk)
    if holder:
        desk.put("/sys/class/block/sdb1/holders/dm-3")
        desk.put("/sys/class/block/dm-3/dm/name", "old-guests\n")
    desk.fails, desk.status = "cryptsetup open", status
    luks = Luks(name="guests", disk=DISK, start=ROOT.start, uuid=UUID, passphrase=PASSPHRASE)
    with pytest.raises(HostError) as error:
        settle(luks, desk)
    assert error.value.fact == f"the encryption on {DISK} cannot be opened: cryptsetup failed{more}"
    assert error.value.hint == hint, "without one the log is what is named"


def tree(desk: LiveDesk) -> list[Path]:
    """Every name there is."""
    return sorted(desk.root.rglob("*"))


def holds_luks(desk: LiveDesk) -> None:
    """What was a filesystem is LUKS from now on."""
    disk = json.loads(str(desk.said["lsblk"]))["blockdevices"][0]
    disk["children"][0]["fstype"] = "crypto_LUKS"
    desk.said["lsblk"] = json.dumps({"blockdevices": [disk]})
    desk.said["cryptsetup luksUUID"] = f"{UUID}\n"
