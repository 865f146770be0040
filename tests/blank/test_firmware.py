"""The firmware's list of what it can start, for disks that mirror each other."""

import pytest

from installer.errors import HostError
from installer.resources.filesystem import TARGET
from installer.resources.loader import Loader
from tests.blank.desk import DISK, LiveDesk, settle

GONE, OLD, OWN, OTHER, OURS = (f"0bded972-bf29-8c44-8db9-152c1414{number:04}" for number in range(5))
FIRMWARE = rf"""BootCurrent: 0001
BootOrder: 0003,0002,0001,0000
Boot0000* UiApp	FvVol(7cb8bdc9-f8eb-4f34-aaea-3ee4af6516a1)/FvFile(462caa21-7614-4503-836e-8ab6f4662331)
Boot0001* debian	HD(1,GPT,{OURS},0x800,0x100000)/File(\EFI\debian\shimx64.efi)
      dp: 04 01 2a 00 01 00 00 00 00 08 00 00 00 00 00 00
    data: 4e ac 08 81
"""
LOADING = "chroot grub-install --target=x86_64-efi"
CREATE = "chroot efibootmgr --create --disk /dev/disk/by-id"
ENTRIES = [f"{CREATE}/{disk} --part 1 --label debian on disk {number} --loader \\EFI\\debian\\grubx64.efi"
           for number, disk in ((1, DISK), (2, "ata-B"))]  # fmt: skip


def entry(number: int, disk: int, partition: str, active: str = "*") -> str:
    """A line of efibootmgr's."""
    path = f"HD(1,GPT,{partition},0x800,0x100000)/File(\\EFI\\debian\\grubx64.efi)"
    return f"Boot{number:04X}{active} debian on disk {disk}\t{path}\n"


def mirrored(desk: LiveDesk) -> Loader:
    """GRUB on two disks by UEFI, with the partitions that there are on them and on a third one."""
    parts = ((OWN, "sdb1", DISK), (OURS, "sdc1", "ata-B"), (OTHER, "sdd1", "ata-C"))
    for partition, name, disk in parts:
        desk.put_link(f"{TARGET}/dev/disk/by-partuuid/{partition}", f"../../{name}")
        desk.put_link(f"{TARGET}/dev/disk/by-id/{disk}", f"../../{name[:3]}")
        desk.put(f"{TARGET}/sys/class/block/{name[:3]}/{name}/partition", "1")
    return Loader(name=DISK, mirrors=("ata-B",), folder=TARGET, firmware="uefi", root="u-1")


@pytest.mark.parametrize(
    ("listed", "deleted", "created"),
    [
        ((), (), ENTRIES),
        ((entry(10, 1, OWN), entry(11, 2, OURS)), (), []),
        ((entry(10, 1, OWN.upper()), entry(11, 2, GONE)), ("000B",), ENTRIES[1:]),
        ((entry(10, 1, GONE), entry(11, 1, OLD), entry(12, 1, OTHER)), ("000A", "000B"), ENTRIES),
        ((entry(10, 2, OWN), entry(11, 1, OURS)), ("000B", "000A"), ENTRIES),
        ((entry(10, 1, OWN, active=" "),), (), ENTRIES),
    ],
    ids=["none", "both", "one-gone", "two-gone-and-another-system", "changed-places", "switched-off"],
)
def test_the_firmware_has_one_entry_for_each_disk_however_often_apply_goes_on(
    desk: LiveDesk, listed: tuple[str, ...], deleted: tuple[str, ...], created: list[str]
) -> None:
    desk.said["efibootmgr --verbose"] = FIRMWARE + "".join(listed)
    ran = [line for line in settle(mirrored(desk), desk) if "efibootmgr" in line]
    assert sorted(ran) == sorted([*(f"chroot efibootmgr --bootnum {each} --delete-bootnum" for each in deleted),
                                  *created])  # fmt: skip


def test_grub_on_disks_that_mirror_each_other_leaves_their_entries_to_us(desk: LiveDesk) -> None:
    ran = settle(mirrored(desk), desk)
    assert ran[1].endswith("--force-extra-removable --no-nvram")
    assert ran[2:4] == ENTRIES
    assert "update_nvram boolean false" in desk.heard[-1], "as its packages do at an upgrade"


def test_each_disk_that_the_firmware_does_not_take_is_named(desk: LiveDesk) -> None:
    loader = mirrored(desk)
    desk.fails = ENTRIES[1]
    said = [str(each) for each in loader.settle(desk, loader.expected())]
    assert desk.ran[2:] == [*ENTRIES, f"sync --file-system {TARGET}", "chroot update-grub"], (
        "GRUB itself is not installed again"
    )
    assert ["no boot entry for ata-B (efibootmgr failed): its removable path will do" in each for each in said] == [
        False, True]  # fmt: skip
    desk.fails = LOADING
    with pytest.raises(HostError, match="grub-install failed"):
        settle(loader, desk)
    assert len(desk.ran) == 2, "and where GRUB itself fails that is not put down to the firmware"
