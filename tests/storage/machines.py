"""Machines by their disks."""

from typing import Any

from installer.facts import Facts
from installer.facts_storage import Block, Disk, Region, Storage, Volume, VolumeGroup
from installer.regions import free_regions
from tests.machines import machine

MIB, GIB, GB, TB = 1 << 20, 1 << 30, 10**9, 10**12


def part(number: int, start_mib: int, mib: int, content: str = "", role: str = "linux", **more: Any) -> Block:
    """A partition."""
    return Block(name=f"sda{number}", kind="part", number=number, start=start_mib * MIB, bytes=mib * MIB,
                 content=content, role=role, **more)  # fmt: skip


def disk(id: str, size: int, *parts: Block, table: str = "gpt", remains: str = "", **more: Any) -> Disk:
    """A disk with its free regions worked out as the probe does; without partitions it is blank."""
    sector = more.pop("sector", 512)
    table = table if parts or more.pop("partitioned", False) else ""
    free = free_regions(size, sector, table, parts)
    return Disk(
        id=id,
        name=more.pop("name", "sda"),
        bytes=size,
        sector=sector,
        ids=(id, *more.pop("ids", ())),
        table=table,
        parts=parts,
        free=tuple(Region(start=start, bytes=count, remains=remains) for start, count in free),
        **more,
    )


UEFI_ROOT = (part(1, 1, 512, "vfat", "esp", used=("/boot/efi",)), part(2, 513, 20000, "ext4", used=("/",)))
BIOS_ROOT = (part(1, 1, 20000, "ext4", used=("/",)),)
HOLDS = ("/", "/boot/efi")
SATA = disk("ata-SSD_S1", 480 * GB, *UEFI_ROOT, holds=HOLDS, model="SSD", serial="S1", wwn="0x5001",
            properties={"ID_SERIAL": "SSD_S1", "ID_BUS": "ata"})  # fmt: skip
FULL = disk("ata-SSD_S1", 20 * GIB + 600 * MIB, *UEFI_ROOT, holds=HOLDS)
SPARE = disk("ata-HDD_H1", 2 * TB, name="sdb", model="HDD", serial="H1", properties={"ID_SERIAL": "HDD_H1"})
OLD = VolumeGroup(name="vg0", bytes=400 * GIB, free=100 * GIB, disks=("ata-HDD_H1",),
                  volumes=(Volume(name="mail-disk", bytes=300 * GIB),))  # fmt: skip


def held(*disks: Disk, groups: tuple[VolumeGroup, ...] | None = (), swap: tuple[str, ...] = ()) -> Facts:
    """A machine with these disks."""
    return machine(disks=disks, storage=Storage(groups=groups, swap=swap))


def lvm_disk(id: str = "ata-HDD_H1", size: int = 2 * TB, name: str = "sdb", **more: Any) -> Disk:
    """A disk with one partition that is LVM's."""
    member = Block(name=f"{name}1", kind="part", number=1, start=MIB, bytes=size // MIB * MIB - 2 * MIB,
                   role="lvm", content="LVM2_member")  # fmt: skip
    return disk(id, size, member, name=name, **more)


def extended(number: int, start_mib: int, mib: int, swap_mib: int) -> tuple[Block, Block]:
    """An extended partition with swap at its beginning."""
    swap = part(5, start_mib + 1, swap_mib - 1, "swap", "swap", used=("[SWAP]",))
    return part(number, start_mib, mib, role="extended"), swap


MACHINES: dict[str, Facts] = {
    "sata-free-space": held(SATA),
    "sata-full": held(FULL),
    "sata-full-blank-second": held(FULL, SPARE),
    "sata-with-swap": held(SATA, swap=("sda3",)),
    "nvme": held(disk("nvme-PM9A3_N1", 960 * GB, *UEFI_ROOT, name="nvme0n1", holds=HOLDS, serial="N1")),
    "virtio-small": held(disk("virtio-root", 8 * GIB, part(1, 1, 6000, "ext4"), name="vda", holds=("/",))),
    "4kn": held(disk("ata-4KN_K1", 4 * TB, *UEFI_ROOT, sector=4096, holds=HOLDS)),
    "bios-msdos": held(disk("ata-SSD_S1", 480 * GB, *BIOS_ROOT, table="dos", holds=("/",))),
    "bios-msdos-3tb": held(disk("ata-BIG_B1", 3 * TB, *BIOS_ROOT, table="dos", holds=("/",))),
    "bios-msdos-four-partitions": held(
        disk(
            "ata-SSD_S1",
            480 * GB,
            *(part(n, 1 + 1000 * n, 900, "ext4") for n in (1, 2, 3, 4)),
            table="dos",
            holds=("/",),
        )
    ),
    "msdos-extended": held(
        disk("ata-SSD_S1", 480 * GB, *BIOS_ROOT, *extended(2, 20001, 437000, 2048), table="dos", holds=("/", "swap")),
        swap=("sda5",),
    ),
    "msdos-extended-full": held(
        disk("ata-SSD_S1", 480 * GB, *BIOS_ROOT, *extended(2, 20001, 437000, 436999), table="dos", holds=("/",))
    ),
    "msdos-extended-fourth": held(
        disk(
            "ata-SSD_S1",
            480 * GB,
            *BIOS_ROOT,
            *(part(n, 20001 + 1000 * n, 900, "ext4") for n in (2, 3)),
            *extended(4, 30000, 100000, 1000),
            table="dos",
            holds=("/",),
        )
    ),
    "gap-between": held(disk("ata-SSD_S1", 480 * GB, *UEFI_ROOT, part(3, 200000, 257000, "ext4"), holds=HOLDS)),
    "remains-behind-root": held(disk("ata-SSD_S1", 480 * GB, *UEFI_ROOT, holds=HOLDS, remains="ext4")),
    "existing-vg0": held(FULL, lvm_disk(), groups=(OLD,)),
    "existing-vg0-two-disks": held(
        FULL,
        lvm_disk(),
        lvm_disk("ata-HDD_H2", name="sdc"),
        groups=(OLD.model_copy(update={"disks": ("ata-HDD_H1", "ata-HDD_H2")}),),
    ),
    "debian-guided-lvm": held(
        disk("ata-SSD_S1", 480 * GB, UEFI_ROOT[0], part(2, 513, 450000, "LVM2_member", "lvm"), holds=(*HOLDS, "swap")),
        groups=(
            VolumeGroup(
                name="host-vg",
                bytes=450000 * MIB,
                free=200 * GIB,
                disks=("ata-SSD_S1",),
                volumes=(
                    Volume(name="root", bytes=30 * GIB, used=("/",)),
                    Volume(name="swap_1", bytes=GIB, used=("[SWAP]",)),
                ),
            ),
        ),
        swap=("dm-1",),
    ),
    "guests-root-only": held(FULL, lvm_disk(), groups=None),
    "twins": held(FULL, *(disk(f"ata-HDD_{n}", 2 * TB, name=f"sd{n}", model="HDD", serial="SAME") for n in "bc")),
    "windows": held(
        FULL,
        disk(
            "ata-WIN_W1",
            500 * GB,
            part(1, 1, 100, "vfat", "esp"),
            part(2, 101, 16, "", "windows-reserved"),
            part(3, 117, 470000, "ntfs", "windows", label="Windows"),
            name="sdb",
            serial="W1",
        ),
    ),
    "raid-members": held(
        FULL,
        *(
            disk(
                f"ata-R{n}",
                TB,
                part(1, 1, 900000, "linux_raid_member", "raid", label="host:data"),
                name=f"sd{n}",
                serial=f"R{n}",
            )
            for n in "bc"
        ),
    ),
    "open-luks": held(
        FULL,
        disk(
            "ata-L1",
            TB,
            part(
                1,
                1,
                900000,
                "crypto_LUKS",
                upon=(Block(name="secret", kind="crypt", bytes=900000 * MIB, content="ext4"),),
            ),
            name="sdb",
            serial="L1",
        ),
    ),
    "usb-stick-live": held(
        FULL,
        disk(
            "usb-Stick_U1",
            32 * GB,
            part(1, 1, 4000, "iso9660"),
            name="sdb",
            serial="U1",
            removable=True,
            holds=("/run/live/medium",),
        ),
        SPARE,
    ),
    "read-only": held(FULL, SPARE.model_copy(update={"read_only": True})),
    "multipath": held(FULL, disk("dm-uuid-mpath-3600a0", 2 * TB, name="mpatha", ids=("wwn-0x3600a0",), wwn="0x3600a0")),
    "sixty-disks": held(
        FULL,
        *(
            disk(f"scsi-S{n:02}", 8 * TB, name=f"sd{n}", serial=f"S{n:02}", properties={"ID_SERIAL": f"S{n:02}"})
            for n in range(59)
        ),
    ),
    "group-of-dom0-alone": held(
        FULL,
        lvm_disk(holds=("/home", "lvm:vg0")),
        groups=(
            VolumeGroup(
                name="vg0",
                bytes=400 * GIB,
                free=0,
                disks=("ata-HDD_H1",),
                volumes=(Volume(name="home", bytes=400 * GIB, used=("/home",)),),
            ),
        ),
    ),
    "no-serial-numbers": held(
        disk("vda", 480 * GB, *UEFI_ROOT, holds=HOLDS, name="vda").model_copy(update={"ids": ()}),
        disk("vdb", 2 * TB, name="vdb", properties={"ID_SERIAL": "HDD_X"}).model_copy(update={"ids": ()}),
    ),
    "btrfs-on-two-disks": held(
        FULL,
        SPARE.model_copy(update={"content": "btrfs", "holds": ("btrfs:0f-1",)}),
        disk("ata-HDD_H2", 2 * TB, name="sdc", content="btrfs", holds=("/srv",)),
    ),
    "zfs-member": held(FULL, disk("ata-HDD_H1", 2 * TB, part(1, 1, 1000000, "zfs_member"), name="sdb")),
    "bcache": held(
        FULL,
        SPARE.model_copy(
            update={"content": "bcache", "upon": (Block(name="bcache0", kind="disk", bytes=TB, content="ext4"),)}
        ),
    ),
    "no-disks": held(),
}
