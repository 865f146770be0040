"""Partition tables, written by libparted (pyparted); the only place that knows it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from installer.errors import REMEDIES, HostError
from installer.host import Host
from installer.model import Model

if TYPE_CHECKING:
    import parted

LABELS = {"lvm": "LVM", "swap": "swap", "raid": "RAID", "esp": "EFI system", "bios-boot": "BIOS boot", "linux": "root"}
CLEARED = 1 << 20
ANYWHERE = {"SYSTEMD_IGNORE_CHROOT": "1"}
# libparted calls the ESP of a GPT "boot".
FLAGS = {"lvm": "LVM", "swap": "SWAP", "raid": "RAID", "esp": "BOOT", "bios-boot": "BIOS_GRUB"}


class Slot(Model):
    """A partition to be: bytes from the disk's beginning, its size in bytes, and what it is for; a GPT has names."""

    start: int
    bytes: int
    role: str
    called: str = ""


def add_partition(host: Host, device: str, slot: Slot) -> None:
    """Add one partition to the table of a disk and tell the kernel, which keeps the others in use as they are."""
    with writing(host, device) as opened:
        import parted

        disk = parted.newDisk(opened)
        place(disk, slot)
        disk.commit()


def remove_partition(host: Host, device: str, slot: Slot) -> None:
    """Take one partition out of the table again."""
    with writing(host, device) as opened:
        import parted

        disk = parted.newDisk(opened)
        first = slot.start // opened.sectorSize
        found = [part for part in disk.partitions if part.geometry.start == first]
        for part in found:
            disk.deletePartition(part)
        disk.commit()


def clear_beginning(host: Host, device: str, slot: Slot) -> None:
    """Write zeros where a partition will begin, or udev would start what an earlier one left there (LVM's volumes)."""
    region = ("--offset", str(slot.start), "--length", str(min(slot.bytes, CLEARED)))
    try:
        host.run("blkdiscard", "--zeroout", *region, device)
    except HostError as error:
        error.fact = f"{device} cannot be cleared from byte {slot.start} on: {error.fact}"
        if os.strerror(errno.EIO) in error.fact:
            error.hint = REMEDIES[errno.EIO]
        raise


def write_table(host: Host, device: str, kind: str, slots: Sequence[Slot]) -> None:
    """Give a disk a new table ("gpt" or "msdos") with these partitions, in this order.

    Of an msdos table the first one is active, which root is: some firmware starts no disk without such a one.
    """
    with writing(host, device) as opened:
        import parted

        disk = parted.freshDisk(opened, kind)
        parts = [place(disk, slot) for slot in slots]
        if kind == "msdos":
            parts[0].setFlag(parted.PARTITION_BOOT)
        disk.commit()


def place(disk: parted.Disk, slot: Slot) -> parted.Partition:
    """Put a partition exactly where it shall be; within an extended one it becomes a logical one."""
    import parted

    sector = disk.device.sectorSize
    geometry = parted.Geometry(disk.device, start=slot.start // sector, length=slot.bytes // sector)
    extended = disk.getExtendedPartition() if disk.type == "msdos" else None
    # Not overlapsWith(): that raises what libparted has said before, as it does of an extended one of three sectors.
    within = extended is not None and extended.geometry.start <= geometry.start <= extended.geometry.end
    kind = parted.PARTITION_LOGICAL if within else parted.PARTITION_NORMAL
    part = parted.Partition(disk=disk, type=kind, geometry=geometry)
    disk.addPartition(partition=part, constraint=parted.Constraint(exactGeom=geometry))
    if slot.role in FLAGS:
        part.setFlag(getattr(parted, f"PARTITION_{FLAGS[slot.role]}"))
    if disk.type == "gpt":
        part.getPedPartition().set_name(slot.called or LABELS[slot.role])
    return part


@contextmanager
def writing(host: Host, device: str) -> Iterator[Any]:
    """libparted's device, through the host's gate; HostError with libparted's words where it fails.

    A GPT whose disk has grown since is stretched to its end; every other question of libparted's is an error.
    """
    host.changing(f"write the partition table of {device}")
    import parted

    def answer(kind: int, options: int, text: str) -> int:
        fix = "fix the GPT to use all of the space" in text and options & parted.EXCEPTION_RESOLVE_FIX
        host.log(f"libparted: {' '.join(text.split())}{' -> fix' if fix else ''}")
        return int(parted.EXCEPTION_RESOLVE_FIX if fix else parted.EXCEPTION_RESOLVE_UNHANDLED)

    parted.register_exn_handler(answer)
    try:
        yield parted.getDevice(str(host.path(device)))
    except (parted.IOException, parted.DeviceException, parted.DiskException, parted.PartitionException,
            parted.DiskLabelException, parted.GeometryException) as error:  # fmt: skip
        text = " ".join(str(error).split())
        raise HostError(f"the partition table of {device} cannot be written: {text}",
                        "`dmesg` says whether the disk itself failed") from error  # fmt: skip
    finally:
        parted.clear_exn_handler()
    host.log(f"wrote the partition table of {device}")
    settle_udev(host)


def settle_udev(host: Host, device: str = "") -> None:
    """Wait until the kernel and udev have seen every change (udevadm(8)), what a `device` holds now among them.

    That udev looks by itself once a device is closed may begin too late to be waited for; and in a chroot, where a new
    system is made, udevadm does nothing unless it is told to (systemd's ENVIRONMENT.md).
    """
    if device:
        host.run("udevadm", "trigger", "--action=change", "--settle", device, env=ANYWHERE)
    host.run("udevadm", "settle", "--timeout=60", env=ANYWHERE)
