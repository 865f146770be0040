"""Machines that run from their own disk: its bus, its table, and what else is in them."""

from tests.vm.rigs import disks
from tests.vm.rigs.disks import FOUR_K, H1, H2, virtio, wwn
from tests.vm.rigs.rig import Rig, Scene, System
from tests.vm.rigs.shelves import GB, GIB, TB

UEFI = "label: gpt\nstart=1MiB, size=512MiB, type=uefi\nsize=20000MiB, type=linux\n"
BIOS = "label: dos\nstart=1MiB, size=20000MiB, type=83, bootable\n"
SMALL = "label: gpt\nstart=1MiB, size=6144MiB, type=linux\n"
AHCI = ("-device", "ich9-ahci,id=own,addr=0x3")
S1 = (*AHCI, "-device", f"ide-hd,drive=root,bus=own.0,model=SSD,serial=S1,wwn={wwn('S1')}")
B1 = (*AHCI, "-device", f"ide-hd,drive=root,bus=own.0,model=BIG,serial=B1,wwn={wwn('B1')}")
N1 = ("-device", "nvme,drive=root,serial=N1,addr=0x3")
SAS = "vendor=MAKER,product=SAS"
K1 = ("-device", "virtio-scsi-pci,id=sas,addr=0x3",
      "-device", f"scsi-hd,drive=root,bus=sas.0,{SAS},serial=K1,wwn={wwn('K1')}{FOUR_K}")  # fmt: skip
VIRTIO = "virtio-blk-pci,drive=root,addr=0x3"
SERIAL, NO_SERIAL = ("-device", f"{VIRTIO},serial=root"), ("-device", VIRTIO)
ESP = """
root=$(findmnt -no SOURCE /)
mkfs.vfat -F 32 ${root%2}1
mkdir -p /boot/efi
mount ${root%2}1 /boot/efi
"""
GUIDED = """
vgchange -q -ay
mount ata-SSD_S1-part2 /boot
mkdir -p /boot/efi
mount ata-SSD_S1-part1 /boot/efi
swapon /dev/host-vg/swap_1
"""


def add(*lines: str) -> str:
    """More partitions on the system's own SATA disk."""
    return "more --append ata-SSD_S1 <<'E'\n" + "\n".join(lines) + "\nE\n"


def drop(*numbers: int) -> str:
    """They are no longer there."""
    return "".join(f"less ata-SSD_S1 {number}\n" for number in numbers)


def swap_on(number: int) -> str:
    """A partition of that disk is swap in use."""
    return f"mkswap -q ata-SSD_S1-part{number}\nswapon ata-SSD_S1-part{number}\n"


def swap_off(number: int) -> str:
    """No longer."""
    return f"swapoff ata-SSD_S1-part{number}\n"


def ext4(number: int) -> str:
    """A filesystem in a partition of that disk."""
    return f"mkfs.ext4 -q -T largefile4 ata-SSD_S1-part{number}\n"


BOTH = ("H1", "H2")
SHELVES = {"H1": H1, "H2": H2, "twins": disks.TWINS, "alike": disks.ALIKE, "stick": disks.STICK,
           "paths": disks.TWO_PATHS}  # fmt: skip
SATA = {
    "sata-free-space": Scene(),
    "full-group-beside-free-space": Scene(("H1",), disks.FILLED),
    "sata-with-swap": Scene((), add("size=8GiB, type=swap") + swap_on(3), swap_off(3) + drop(3)),
    "gap-between": Scene((), add("start=200000MiB, size=257000MiB, type=linux") + ext4(3), drop(3)),
    # From here on the root partition takes the whole disk.
    "sata-full": Scene((), "more -N 2 ata-SSD_S1 <<< ', +'"),
    "sata-full-blank-second": Scene(("H1",)),
    "existing-vg0": Scene(("H1",), disks.VG0),
    "vg0-on-whole-disk": Scene(("H1",), disks.VG0_WHOLE),
    "guests-root-only": Scene(("H1",), disks.VG0, nobody=True),
    "existing-vg0-two-disks": Scene(BOTH, disks.VG0_TWO),
    "group-of-dom0-alone": Scene(("H1",), disks.HOME),
    "twins": Scene(("twins",)),
    "twins-of-one-serial": Scene(("alike",)),
    "windows": Scene(("H1",), disks.WINDOWS),
    "windows-msdos": Scene(("H1",), disks.WINDOWS_OLD),
    "raid-members": Scene(BOTH, disks.RAID_PARTS + disks.STOPPED),
    "raid-of-whole-disks": Scene(BOTH, disks.RAID_WHOLE + disks.STOPPED),
    "raid-of-whole-disks-runs": Scene(BOTH, disks.RAID_WHOLE + "mkfs.ext4 -q -T largefile4 /dev/md0"),
    "raid-degraded": Scene(BOTH, disks.RAID_PARTS + "mdadm -q /dev/md0 --fail $D/ata-HDD_H2-part1"),
    "open-luks": Scene(("H1",), disks.LUKS),
    "usb-stick": Scene(("stick", "H1"), disks.STICK_FILLED),
    "read-only": Scene(("H1",), "blockdev --setro ata-HDD_H1"),
    "btrfs-on-two-disks": Scene(BOTH, disks.BTRFS),
    "bcache": Scene(("H1",), disks.BCACHE),
    "paths-without-multipath": Scene(("paths",)),
    "multipath": Scene(("paths",), disks.MULTIPATH),
    "lvm2-missing": Scene(BOTH, disks.UNREAD),
}
EXTENDED = "start=20001MiB, size=437000MiB, type=5"
MSDOS = {
    "bios-msdos": Scene(),
    # The whole disk's cache has been read there before, and would not know of it until the next start.
    "remains-behind-root": Scene((), add("size=100GiB, type=83") + ext4(2) + drop(2)
                                 + "blockdev --flushbufs ata-SSD_S1",
                                 "dd if=/dev/zero of=ata-SSD_S1 bs=1M seek=20001 count=1 conv=notrunc,fsync"),
    "bios-msdos-four-partitions": Scene((), add(*(f"start={21 + n}000MiB, size=900MiB, type=83" for n in range(3)))
                                        + ext4(2) + ext4(3) + ext4(4), drop(4, 3, 2)),
    "msdos-extended": Scene((), add(EXTENDED, "start=20002MiB, size=2047MiB, type=82") + swap_on(5),
                            swap_off(5) + drop(5, 2)),
    # Debian's partman puts the extended partition two sectors before the first logical one.
    "msdos-extended-by-partman": Scene((), add("start=40964094, size=4194306, type=5",
                                               "start=40964096, size=4194304, type=82") + swap_on(5),
                                       swap_off(5) + drop(5, 2)),
    "msdos-extended-full": Scene((), add(EXTENDED, "start=20002MiB, type=83") + ext4(5), drop(5, 2)),
    "msdos-extended-fourth": Scene((), add("start=22001MiB, size=900MiB, type=83",
                                           "start=23001MiB, size=900MiB, type=83",
                                           "start=30000MiB, size=100000MiB, type=5",
                                           "start=30001MiB, size=999MiB, type=82")
                                   + ext4(2) + ext4(3) + swap_on(5)),
}  # fmt: skip
NVME = {
    "nvme": Scene(),
    "sixty-disks": Scene(("many",), stays=True),
    "nvme-with-566-mib-left": Scene((), "more -N 2 nvme-QEMU_NVMe_Ctrl_N1 <<< ', 914448MiB'"),
}
HOSTS = {
    "sata": Rig("uefi", System(S1, bytes=480 * GB, table=UEFI, start=513, setup=ESP), SHELVES, SATA),
    "msdos": Rig("bios", System(S1, bytes=480 * GB, table=BIOS, start=1), {}, MSDOS),
    "msdos-3tb": Rig("bios", System(B1, bytes=3 * TB, table=BIOS, start=1), {}, {"bios-msdos-3tb": Scene()}),
    "nvme": Rig("uefi", System(N1, bytes=960 * GB, table=UEFI, start=513, setup=ESP), {"many": disks.MANY}, NVME),
    "4kn": Rig("uefi", System(K1, made_by="fourk-0", setup=ESP), {}, {"4kn": Scene()}),
    "virtio": Rig("bios", System(SERIAL, bytes=8 * GIB, table=SMALL, start=1), {}, {"virtio-small": Scene()}),
    "virtio-nameless": Rig("uefi", System(NO_SERIAL, bytes=480 * GB, table=UEFI, start=513, setup=ESP),
                           {"second": virtio(2 * TB)}, {"no-serial-numbers": Scene(("second",))}),
    "guided": Rig("uefi", System(S1, made_by="guided-0", root="/dev/mapper/host--vg-root", setup=GUIDED), {},
                  {"debian-guided-lvm": Scene()}),
}  # fmt: skip
