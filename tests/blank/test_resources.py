"""What a new system stands on and starts from: its disk, its filesystems, its images, and GRUB."""

import pytest

from installer.errors import HostError
from installer.ours import ERASED
from installer.resources.filesystem import TARGET, FileSystem, Mount, SystemDisk
from installer.resources.loader import Loader, NewImages
from tests.blank.desk import DISK, ROOT, LiveDesk, holds, settle
from tests.storage.machines import GIB
from tests.storage.test_disks import LVM_GUID, put_part


def test_a_disk_that_was_erased_for_us_may_hold_more_behind_our_partitions(desk: LiveDesk) -> None:
    disk = SystemDisk(name=DISK, slots=(ROOT,))
    assert disk.observe(desk) != disk.expected(), "what is on it was never given up"
    desk.put(ERASED, f"disk {DISK}\n")
    assert disk.observe(desk) == disk.expected()
    holds(desk, put_part(desk, "sdb", 2, 5122, 3000, parttype=LVM_GUID, fstype="LVM2_member"))
    assert disk.observe(desk) == disk.expected()
    smaller = SystemDisk(name=DISK, slots=(ROOT.model_copy(update={"bytes": 4 * GIB}),))
    assert smaller.observe(desk) != smaller.expected()


def test_filesystems(desk: LiveDesk) -> None:
    root = FileSystem(name="r", disk=DISK, slot=ROOT, format="ext4", uuid="u-1", label="root")
    assert root.observe(desk) is None
    assert "mkfs.ext4 -q -F -U u-1 -L root /dev/sdb1" in settle(root, desk)
    desk.said["blkid"] = "DEVNAME=/dev/sdb1\nLABEL=root\nUUID=u-1\nTYPE=ext4\n"
    assert root.observe(desk) == root.expected()
    esp = FileSystem(name="e", disk=DISK, slot=ROOT, format="vfat", uuid="AB12CD34", label="ESP")
    assert "mkfs.vfat -F 32 -i AB12CD34 -n ESP /dev/sdb1" in settle(esp, desk)
    desk.said["blkid"] = "LABEL=ESP\nUUID=AB12-CD34\nTYPE=vfat\n"
    assert esp.observe(desk) == esp.expected()
    assert root.stays(desk) == "it is part of the new system"
    elsewhere = root.model_copy(update={"slot": ROOT.model_copy(update={"start": GIB})})
    with pytest.raises(HostError, match="has no partition that begins at byte 1073741824"):
        settle(elsewhere, desk)


def test_what_is_mounted_is_seen_to_be_the_right_thing(desk: LiveDesk) -> None:
    root = Mount(name=TARGET, disk=DISK, start=ROOT.start)
    assert root.observe(desk) is None
    assert settle(root, desk)[-1] == f"mount /dev/sdb1 {TARGET}"
    assert root.observe(desk) == root.expected()
    desk.mounts[TARGET] = "/dev/sda1"
    assert root.observe(desk) == {"mounted": "/dev/sda1"}


@pytest.mark.parametrize(
    ("maker", "made"),
    [
        ("initramfs-tools", "update-initramfs -c -k 6.2"),
        ("dracut", "dracut --no-hostonly --kver 6.2 /boot/initrd.img-6.2"),
    ],
)
def test_each_kernel_gets_the_image_that_it_lacks(desk: LiveDesk, maker: str, made: str) -> None:
    images = NewImages(name=TARGET, maker=maker)
    assert images.observe(desk) is None, "no kernel, no system"
    for name in ("vmlinuz-6.1", "initrd.img-6.1", "vmlinuz-6.2", "config-6.2"):
        desk.put(f"{TARGET}/boot/{name}")
    assert images.observe(desk) == {"kernels without one": "6.2"}
    assert settle(images, desk) == [f"chroot {made}", f"sync --file-system {TARGET}"]
    desk.put(f"{TARGET}/boot/initrd.img-6.2")
    assert images.observe(desk) == images.expected()


def test_grub_without_nvram(desk: LiveDesk) -> None:
    loader = Loader(name=DISK, folder=TARGET, firmware="uefi", root="u-1")
    desk.fails = "chroot grub-install --target=x86_64-efi --efi-directory=/boot/efi --bootloader-id=debian"
    with pytest.raises(HostError):
        settle(loader, desk)
    assert [line.endswith("--no-nvram") for line in desk.ran[1:]] == [False, True]
    assert all("--force-extra-removable" in line for line in desk.ran[1:])
    desk.fails = ""
    assert settle(loader, desk)[-1] == "chroot update-grub"
    assert loader.observe(desk) is None
    for name in ("debian/grubx64.efi", "BOOT/BOOTX64.EFI"):
        desk.put(f"{TARGET}/boot/efi/EFI/{name}")
    assert loader.observe(desk) == {"firmware": "uefi", "starts": ""}
    line = "\tlinux /vmlinuz root=UUID=u-1 ro\n"
    desk.put(f"{TARGET}/boot/grub/grub.cfg", f"set root='hd0,gpt2'\n\tlinux /vmlinuz root=/dev/sdb2 ro\n{line}")
    assert loader.observe(desk) != loader.expected(), "the disk may have another name after the next start"
    desk.put(f"{TARGET}/boot/grub/grub.cfg", f"set root='hd0,gpt2'\n{line * 2}")
    assert loader.observe(desk) == loader.expected()


def test_grub_in_the_boot_sector(desk: LiveDesk) -> None:
    loader = Loader(name=DISK, folder=TARGET, firmware="bios", root="u-1")
    assert loader.observe(desk) is None
    assert settle(loader, desk)[1:] == [
        f"chroot grub-install --target=i386-pc /dev/disk/by-id/{DISK}",
        f"sync --file-system {TARGET}",
        "chroot update-grub",
    ]
    desk.put(f"/dev/disk/by-id/{DISK}", b"\xeb\x63\x90" + b"GRUB \0" + b"\0" * 500)
    desk.put(f"{TARGET}/boot/grub/grub.cfg", "\tlinux /vmlinuz root=UUID=u-1 ro\n")
    assert loader.observe(desk) == loader.expected()


def test_grub_on_disks_that_mirror_each_other(desk: LiveDesk) -> None:
    bios = Loader(name=DISK, mirrors=("ata-B",), folder=TARGET, firmware="bios", root="u-1")
    assert settle(bios, desk)[1:3] == [f"chroot grub-install --target=i386-pc /dev/disk/by-id/{disk}"
                                       for disk in (DISK, "ata-B")]  # fmt: skip
    assert desk.heard == [
        f"grub-pc grub-pc/install_devices multiselect /dev/disk/by-id/{DISK}, /dev/disk/by-id/ata-B\n"
    ]
    desk.put(f"/dev/disk/by-id/{DISK}", b"\xeb\x63\x90" + b"GRUB \0" + b"\0" * 500)
    assert bios.observe(desk) is None, "one of them alone does not start the machine"
    desk.put("/dev/disk/by-id/ata-B", b"\xeb\x63\x90" + b"GRUB \0" + b"\0" * 500)
    assert bios.observe(desk) is not None
