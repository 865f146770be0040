"""Disks as they are sold, and what people put on them."""

from hashlib import sha256

from tests.vm.rigs.shelves import GB, TB, Drive, Shelf

FOUR_K = ",logical_block_size=4096,physical_block_size=4096"


def wwn(words: str) -> str:
    """A World Wide Name (NAA 5) that is the same in every capture."""
    return f"0x5000c5{sha256(words.encode()).hexdigest()[:10]}"


def sata(size: int, *serials: str, model: str = "SSD") -> Shelf:
    """SATA disks of one model."""
    return Shelf("sata", tuple(
        Drive(size, f"model={model},serial={serial},wwn={wwn(f'{model} {serial} {size} {n}')}")
        for n, serial in enumerate(serials)))  # fmt: skip


def scsi(size: int, *serials: str, more: str = "") -> Shelf:
    """SAS disks of one model."""
    return Shelf("scsi", tuple(
        Drive(size, f"vendor=MAKER,product=SAS,serial={serial},wwn={wwn(serial)}{more}")
        for serial in serials))  # fmt: skip


def nvme(size: int, serial: str) -> Shelf:
    """An NVMe disk."""
    return Shelf("nvme", (Drive(size, f"serial={serial}"),))


def virtio(size: int, serial: str = "") -> Shelf:
    """A disk of a virtual machine, often without a serial number."""
    return Shelf("virtio", (Drive(size, f"serial={serial}"),))


H1, H2 = (sata(2 * TB, serial, model="HDD") for serial in ("H1", "H2"))
TWINS, ALIKE = (sata(2 * TB, *serials, model="HDD") for serials in (("T1", "T2"), ("SAME", "SAME")))
STICK = Shelf("usb", (Drive(32 * GB, "serial=U1,removable=on"),))
TWO_PATHS = Shelf("scsi", scsi(2 * TB, "M1", "M1").drives, shared=True)
MANY = scsi(8 * TB, *(f"S{number:02}" for number in range(59)))

LVM = """\
table ata-HDD_{0} <<< 'label: gpt\n type=lvm'
pvcreate -q $D/ata-HDD_{0}-part1
"""
VG0 = (
    LVM.format("H1")
    + """
vgcreate -q vg0 $D/ata-HDD_H1-part1
lvcreate -q -L 300G -n mail-disk vg0
"""
)
VG0_WHOLE = """
pvcreate -q $D/ata-HDD_H1
vgcreate -q vg0 $D/ata-HDD_H1
lvcreate -q -L 300G -n mail-disk vg0
"""
VG0_TWO = (
    LVM.format("H1")
    + LVM.format("H2")
    + """
vgcreate -q vg0 $D/ata-HDD_H1-part1 $D/ata-HDD_H2-part1
lvcreate -q -L 300G -n mail-disk vg0
"""
)
FILLED = (
    LVM.format("H1")
    + """
vgcreate -q data $D/ata-HDD_H1-part1
lvcreate -q -l 100%FREE -n mail data
"""
)
HOME = (
    LVM.format("H1")
    + """
vgcreate -q vg0 $D/ata-HDD_H1-part1
lvcreate -q -l 100%FREE -n home vg0
mkfs.ext4 -q -T largefile4 /dev/vg0/home
mount /dev/vg0/home /home
"""
)
UNREAD = (
    LVM.format("H2")
    + """
vgcreate -q data $D/ata-HDD_H2-part1
vgchange -q -an data
dpkg --purge --force-depends lvm2
"""
)
WINDOWS = """
table ata-HDD_H1 <<'E'
label: gpt
size=100MiB, type=uefi, name="EFI system partition"
size=16MiB, type=E3C9E316-0B5C-4DB8-817D-F92DF00215AE, name="Microsoft reserved partition"
size=470000MiB, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, name="Basic data partition"
E
mkfs.vfat -F 32 ata-HDD_H1-part1
mkntfs -q -f -L Windows ata-HDD_H1-part3
"""
WINDOWS_OLD = """
table ata-HDD_H1 <<'E'
label: dos
size=350MiB, type=7, bootable
type=7
E
mkntfs -q -f -L "System Reserved" ata-HDD_H1-part1
mkntfs -q -f ata-HDD_H1-part2
"""
RAID_PARTS = """
for each in ata-HDD_H1 ata-HDD_H2; do table $each <<< 'label: gpt\n size=900000MiB, type=raid'; done
mdadm -q -C /dev/md0 -l 1 -n 2 --assume-clean --homehost=host -N data --run $D/ata-HDD_H[12]-part1
"""
RAID_WHOLE = """
mdadm -q -C /dev/md0 -l 1 -n 2 --assume-clean --homehost=host -N data --run $D/ata-HDD_H[12]
"""
STOPPED = """
udevadm settle
mdadm -q --stop --scan
"""
LUKS = """
table ata-HDD_H1 <<< 'label: gpt\n size=900000MiB, type=linux'
echo -n word | cryptsetup -q luksFormat --pbkdf pbkdf2 --pbkdf-force-iterations 1000 ata-HDD_H1-part1 -
echo -n word | cryptsetup open --key-file - ata-HDD_H1-part1 secret
mkfs.ext4 -q -T largefile4 /dev/mapper/secret
"""
STICK_FILLED = """
table usb-QEMU_QEMU_HARDDISK_U1-0:0 <<< 'label: dos\n type=c'
mkfs.vfat -n STICK usb-QEMU_QEMU_HARDDISK_U1-0:0-part1
"""
MULTIPATH = """
printf 'defaults {\\n find_multipaths yes\\n user_friendly_names yes\\n}\\n' > /etc/multipath.conf
systemctl start multipathd
udevadm wait --timeout=60 --settle /dev/mapper/mpatha
"""
BTRFS = """
mkfs.btrfs -q -U 0f000000-0000-4000-8000-000000000001 ata-HDD_H1 ata-HDD_H2
mount ata-HDD_H1 /srv
"""
BCACHE = """
make-bcache -B ata-HDD_H1
udevadm wait --timeout=60 --settle /dev/bcache0
mkfs.ext4 -q -T largefile4 /dev/bcache0
"""
