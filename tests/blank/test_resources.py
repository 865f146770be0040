"""What a new system is made of: what is seen of it, what is run for it, and what is never shown."""

import json
from pathlib import Path

import pytest

from installer import __version__
from installer.errors import HostError
from installer.ours import ERASED
from installer.resources.base import Progress, Resource, State
from installer.resources.debian import MARK, Account, Base, NewFile, Program
from installer.resources.filesystem import TARGET, FileSystem, Mount, SystemDisk
from installer.resources.loader import Loader, NewImages
from installer.resources.table import Slot
from tests.blank.desk import LiveDesk
from tests.blank.machines import HASH
from tests.storage.machines import GIB, MIB
from tests.storage.test_disks import LVM_GUID, node, put_part

DISK = "ata-HDD_H1"
ROOT = Slot(start=2 * MIB, bytes=5 * GIB, role="linux")
LINUX_GUID = "0fc63daf-8483-4772-8e79-3d69d8477de4"


@pytest.fixture
def desk(tmp_path: Path) -> LiveDesk:
    """A live system with one disk, on which there is a root partition."""
    desk = LiveDesk(tmp_path)
    desk.put(f"/dev/disk/by-id/{DISK}")
    holds(desk, put_part(desk, "sdb", 1, 2, 5120, parttype=LINUX_GUID, fstype="ext4"))
    return desk


def holds(desk: LiveDesk, *parts: dict[str, object]) -> None:
    """What lsblk shows of the disk from now on, besides what it has shown."""
    before = json.loads(desk.said["lsblk"])["blockdevices"] if isinstance(desk.said["lsblk"], str) else []
    children = [*(before[0]["children"] if before else ()), *parts]
    desk.said["lsblk"] = json.dumps({"blockdevices": [node("sdb", size=8 * GIB, children=children, pttype="gpt")]})


def settle(resource: Resource, desk: LiveDesk) -> list[str]:
    """Settle a resource into what it shall be; what was run for it."""
    desk.ran.clear()
    list(resource.settle(desk, resource.expected()))
    return desk.ran


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


def test_the_base_is_made_anew_until_it_is_whole(desk: LiveDesk) -> None:
    base = Base(name=TARGET, suite="trixie", sources=("deb http://mirror trixie main",), options=('A::B "c"',))
    desk.lines = ("I: running apt-get update...", "E: cannot find the archive", "E: mmdebstrap failed to run")
    desk.fails = "unshare --mount mmdebstrap"
    with pytest.raises(HostError) as error:
        settle(base, desk)
    assert error.value.fact == "Debian trixie could not be fetched: cannot find the archive"
    assert error.value.hint == "look at the network and at install.mirror, then apply again"
    assert base.observe(desk) is None
    desk.fails, desk.lines = "", ("I: downloading packages with apt...",)
    desk.ran.clear()
    said = list(base.settle(desk, base.expected()))
    assert said == [Progress(text="downloading packages with apt")]
    assert desk.ran[0] == f"find {TARGET} -xdev -mindepth 1 -delete"
    assert desk.ran[1].endswith(f'--aptopt=A::B "c" trixie {TARGET} deb http://mirror trixie main')
    assert base.observe(desk) == base.expected()
    assert desk.in_target(MARK).read_text() == "trixie\n"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("auto lo\niface lan0 inet dhcp\n", True),
        ("#xenstrap# auto lo\n#xenstrap# iface lan0 inet dhcp\n", True),
        ("# a remark\nauto lo\niface lan0 inet dhcp\n", True),
        ("auto lo\n", False),
        ("", False),
    ],
)
def test_others_may_add_to_a_new_file_and_we_may_put_it_out_of_force(desk: LiveDesk, text: str, right: bool) -> None:
    file = NewFile(name=f"{TARGET}/etc/network/interfaces", text="auto lo\niface lan0 inet dhcp\n")
    assert file.observe(desk) is None
    desk.put(file.name, text)
    assert (file.observe(desk) == file.expected()) == right


def test_a_password_is_on_no_command_line_in_no_state_and_not_in_the_journal(desk: LiveDesk) -> None:
    account = Account(name="admin", folder=TARGET, password=HASH, keys=("ssh-ed25519 AAAA me",))

    def change(argv: tuple[str, ...]) -> None:
        if argv[0] == "chpasswd":
            desk.put(f"{TARGET}/etc/shadow", f"root:*:1::::::\nadmin:{HASH}:1::::::\n")
        if argv[0] == "install":
            desk.in_target("/home/admin/.ssh").mkdir(parents=True)

    desk.does = change
    ran = settle(account, desk)
    assert desk.heard == [f"admin:{HASH}\n"]
    assert not desk.in_target("/etc/xenstrap").exists(), "nor in a file that a power cut would leave"
    assert ran[:2] == [
        "chroot useradd --create-home --shell /bin/bash --groups sudo admin",
        "chroot chpasswd --encrypted",
    ]
    assert HASH not in str(ran) + str(account.expected()) + str(account.fields())
    assert account.observe(desk) == account.expected()
    other = account.model_copy(update={"password": HASH + "x"})
    assert other.observe(desk) != other.expected()


def test_root_without_a_password_is_what_the_base_has(desk: LiveDesk) -> None:
    desk.put(f"{TARGET}/etc/shadow", "root:*:1::::::\n")
    account: State = Account(name="root", folder=TARGET).observe(desk)
    assert account == Account(name="root", folder=TARGET).expected()


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
    assert settle(images, desk) == [f"chroot {made}"]
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


def test_the_program_goes_along_with_how_the_live_system_reaches_the_outside(desk: LiveDesk) -> None:
    program = Program(name="/opt/xenstrap", folder=TARGET, source="/root/x", carried=("/etc/pip.conf", "/etc/none"))
    desk.put("/etc/pip.conf", "[global]\n")
    ran = settle(program, desk)
    assert f"cp --recursive --no-target-directory /etc/pip.conf {TARGET}/etc/pip.conf" in ran
    assert not any("/etc/none" in line for line in ran)
    assert ran[-1] == "chroot /opt/xenstrap/xenstrap --version"
    desk.put(f"{TARGET}/opt/xenstrap/xenstrap")
    desk.put(f"{TARGET}/opt/xenstrap/installer/__init__.py", '__version__ = "0.0.1"\n')
    assert program.observe(desk) == {"version": "another", "ready": False}
    desk.put(f"{TARGET}/opt/xenstrap/installer/__init__.py", f'__version__ = "{__version__}"\n')
    assert program.observe(desk) == {"version": __version__, "ready": False}
    desk.put(f"{TARGET}/var/lib/xenstrap/python3.13/bin/python")
    assert program.observe(desk) == program.expected()


def test_our_python_goes_along_where_the_new_system_has_the_same(desk: LiveDesk) -> None:
    program = Program(name="/opt/xenstrap", folder=TARGET, source="/root/x")
    desk.put("/var/lib/xenstrap/python3.11/bin/python")
    desk.put_link(f"{TARGET}/usr/bin/python3", "python3.13")
    assert not any("--archive" in line for line in settle(program, desk))
    desk.in_target("/usr/bin/python3").unlink()
    desk.put_link(f"{TARGET}/usr/bin/python3", "python3.11")
    ran = settle(program, desk)
    place = "/var/lib/xenstrap/python3.11"
    assert f"cp --archive --no-target-directory {place} {TARGET}{place}" in ran
    assert f"rm --recursive {TARGET}{place}" in ran, "here no Python answers in there, so it is of no use"
    assert ran[-1] == "chroot /opt/xenstrap/xenstrap --version"
