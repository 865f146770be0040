"""Machines by their disks: captured ones (tests/vm/capture.py), and what cannot be captured."""

from typing import Any

from installer.facts import Facts
from installer.facts_storage import Block, Disk, Region, Storage, VolumeGroup
from installer.regions import free_regions
from tests.captured.kept import kept
from tests.machines import machine

MIB, GIB, TB = 1 << 20, 1 << 30, 10**12


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


def host(fields: dict[str, Any]) -> Facts:
    """The ordinary server with the disks and the firmware of a captured one."""
    board = {"board": machine().firmware.board}
    return machine(**fields | {"firmware": fields["firmware"].model_copy(update=board)})


MACHINES: dict[str, Facts] = {name: host(fields) for name, fields in kept("host").items()}
SATA = MACHINES["sata-free-space"].disks[0]
FULL, SPARE = MACHINES["sata-full-blank-second"].disks


def held(
    *disks: Disk, groups: tuple[VolumeGroup, ...] | None = (), swap: tuple[str, ...] = (), given: str = ""
) -> Facts:
    """A machine with these disks."""
    return machine(disks=disks, storage=Storage(groups=groups, swap=swap, given=given))


# What cannot be captured: a machine on which `apply` was before, a system on none of its disks, and ZFS, whose module
# Debian has only as a source.
FILLED = MACHINES["full-group-beside-free-space"]
MACHINES |= {
    "group-that-guests-filled": FILLED.model_copy(
        update={"storage": FILLED.storage.model_copy(update={"given": "data"})}
    ),
    "no-disks": held(),
    "zfs-member": held(FULL, disk("ata-HDD_H1", 2 * TB, part(1, 1, 1000000, "zfs_member"), name="sdb")),
}
