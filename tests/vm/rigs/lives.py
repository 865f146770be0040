"""Live systems in memory, started from a CD or a stick."""

from tests.vm.recipe import ROOT_MIB
from tests.vm.rigs import disks
from tests.vm.rigs.disks import FOUR_K, H1, H2, nvme, sata, scsi, virtio
from tests.vm.rigs.rig import MIB, Rig, Scene, System
from tests.vm.rigs.shelves import GB, GIB, TB

ROOT_OFFSET = 2 * MIB
CD = System(
    words=(
        *("-blockdev", f"driver=raw,node-name=cd,file=root,read-only=on,offset={ROOT_OFFSET},size={ROOT_MIB * MIB}"),
        *("-device", "ide-cd,drive=cd,bus=ide.0"),
    ),
    live=True,
    root="/dev/sr0 rootfstype=ext4",
)
STICK = System(
    words=("-device", "qemu-xhci,id=ports,addr=0x3",
           "-device", "usb-storage,drive=root,bus=ports.0,serial=U1,removable=on"),
    live=True,
)  # fmt: skip
GUIDED = """
table ata-SSD_S1 <<< 'label: gpt\n size=512MiB, type=uefi\n size=1GiB, type=linux\n type=lvm'
mkfs.vfat -F 32 ata-SSD_S1-part1
mkfs.ext4 -q ata-SSD_S1-part2
vgcreate -q host-vg $D/ata-SSD_S1-part3
lvcreate -q -L 30G -n root host-vg
lvcreate -q -L 1G -n swap_1 host-vg
mkswap -q /dev/host-vg/swap_1
e2image -ra /dev/sr0 /dev/host-vg/root
"""
FOUR_K_DEBIAN = """
sas=$(ls -d scsi-3*)
table $sas <<< 'label: gpt\n size=512MiB, type=uefi\n size=20000MiB, type=linux'
e2image -ra /dev/sr0 $sas-part2
"""
MIRROR = "mdadm -q -C /dev/md127 -l 1 -n 2 --assume-clean --homehost=xen -N guests --run $D/ata-SSD_S[12]{}\n"
FORMER = """
pvcreate -q /dev/md127
vgcreate -q vg0 /dev/md127
lvcreate -q -l 50%FREE -n disk vg0
"""
AGAIN = """
for each in ata-SSD_S1 ata-SSD_S2; do
    table $each <<< 'label: gpt\n size=512MiB, type=uefi\n size=400GiB, type=raid'
done
"""
MOUNTED = """
mkfs.ext4 -q -T largefile4 ata-SSD_S2
mount ata-SSD_S2 /srv
"""
SHELVES = {
    "S1": sata(480 * GB, "S1"),
    "S2": sata(480 * GB, "S2"),
    "S3": sata(480 * GB, "S3"),
    "S2-larger": sata(500 * GB, "S2"),
    "S2-small": sata(4 * GIB, "S2"),
    "S1-S2-tight": sata(5 * GIB, "S1", "S2"),
    "guided": sata(480 * GB, "S1"),
    "fourk": scsi(4 * TB, "K1", more=FOUR_K),
    "huge": sata(20 * TB, "H1", model="HUGE"),
    "N1": nvme(960 * GB, "N1"),
    "K1": scsi(4 * TB, "K1", more=FOUR_K),
    "K2": scsi(480 * GB, "K2", more=FOUR_K),
    "small": virtio(4 * GIB, "root"),
    "enough": virtio(4 * GIB + 514 * MIB, "root"),
    "H1": H1,
    "H2": H2,
    "twins": disks.TWINS,
    "paths": disks.TWO_PATHS,
    "many": disks.MANY,
}
BOTH, PAIR = ("H1", "H2"), ("S1", "S2")
SCENES = {
    "uefi-480": Scene(("S1",)),
    "uefi-nvme": Scene(("N1",)),
    "uefi-4kn": Scene(("K1",)),
    "uefi-20tb": Scene(("huge",)),
    "too-small": Scene(("small",)),
    "just-enough": Scene(("enough",)),
    "no-disks": Scene(),
    "old-vg0": Scene(("H1",), disks.VG0),
    "existing-vg0-two-disks": Scene(BOTH, disks.VG0_TWO),
    "debian-guided-lvm": Scene(("guided",), GUIDED, stays=True),
    "debian-4kn": Scene(("fourk",), FOUR_K_DEBIAN, stays=True),
    "windows": Scene(("H1",), disks.WINDOWS),
    "twins": Scene(("twins",)),
    "multipath": Scene(("paths",), disks.MULTIPATH),
    "raid-members": Scene(BOTH, disks.RAID_PARTS + disks.STOPPED),
    "open-luks": Scene(("H1",), disks.LUKS),
    "read-only": Scene(("H1",), "blockdev --setro ata-HDD_H1"),
    "sixty-disks": Scene(("many",), stays=True),
    "mirrored-uefi": Scene((*PAIR, "S3")),
    "mirrored-unlike": Scene(("S1", "S2-larger")),
    "mirrored-sectors": Scene(("S1", "K2")),
    "mirrored-small": Scene(("S1", "S2-small")),
    "mirrored-tight": Scene(("S1-S2-tight",)),
    "mirrored-again": Scene(PAIR, AGAIN + MIRROR.format("-part2") + FORMER),
    "mirrored-whole-again": Scene(PAIR, MIRROR.format("") + FORMER),
    "mirrored-whole-stopped": Scene(PAIR, MIRROR.format("") + disks.STOPPED),
    "mirrored-mounted": Scene(PAIR, MOUNTED),
    "lvm2-missing": Scene(BOTH, disks.UNREAD),
}
OLD_SHELVES = {
    **{name: SHELVES[name] for name in ("S1", "S2", "K1")},
    "big": sata(3 * TB, "B1", model="BIG"),
    "odd": sata(120034123776, "O1", model="ODD"),
    "virtio": virtio(8 * GIB, "root"),
}
OLD_SCENES = {
    "bios-480": Scene(("S1",)),
    "bios-4kn": Scene(("K1",)),
    "bios-3tb": Scene(("big",)),
    "odd-size": Scene(("odd",)),
    "virtio-8g": Scene(("virtio",)),
    "mirrored-bios": Scene(PAIR),
}
STICK_SCENES = {
    "usb-stick-live": Scene(("S1",)),
    "vg0-on-another-disk": Scene(("S1", "H1"), disks.VG0),
}
LIVES = {
    "live-uefi": Rig("uefi", CD, SHELVES, SCENES),
    "live-bios": Rig("bios", CD, OLD_SHELVES, OLD_SCENES),
    "live-stick": Rig("uefi", STICK, {"S1": SHELVES["S1"], "H1": H1}, STICK_SCENES),
}
