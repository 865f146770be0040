"""What the machine stores its data on: disks with what lies on them, and LVM's volume groups."""

from __future__ import annotations

from installer.model import Model

EXTENDED = "extended"
"""The role of the partition of an msdos table that holds the logical ones, whose numbers are 5 and more."""


BTRFS = "btrfs:"
"""The beginning of what a disk holds where it is one of several below a btrfs."""


class Block(Model):
    """A block device that stands on a disk, and what stands on it in turn.

    `kind` is lsblk's TYPE (part, lvm, raid1, crypt, mpath); sizes are bytes, `start` counts from the disk's
    beginning and is set for partitions alone, as is `role`, what the partition table says that it is for.
    `content` is libblkid's name for what it holds (ext4, swap, LVM2_member, linux_raid_member, crypto_LUKS, "" for
    nothing known), `used` its mount points and "[SWAP]".
    """

    name: str
    kind: str
    bytes: int
    number: int | None = None
    start: int | None = None
    role: str = ""
    content: str = ""
    label: str = ""
    used: tuple[str, ...] = ()
    upon: tuple[Block, ...] = ()


class Region(Model):
    """Free space of a partitioned disk, in whole MiB: bytes from the disk's beginning, and how many.

    `remains` names what blkid finds at its beginning, left by a partition that is no longer there.
    """

    start: int
    bytes: int
    remains: str = ""


class Disk(Model):
    """A whole disk without what is ours; `id` is its name in /dev/disk/by-id, stable over reboots, `ids` are all such.

    `sector` is its logical sector in bytes, `properties` are udev's that begin with ID_, `pci` is the address of its
    controller; a `multipath` device is one of device mapper's, whose partitions are in no table of the kernel's.
    `table` is the kind of its partition table ("gpt", "dos", "" for none), `content` and `upon` what it holds
    without one or, as a member of an array, beside it. `holds` says what dom0 has on it: mount points, "swap",
    "lvm:vg0", "raid:md0", "btrfs:UUID" for the further disks of a mounted one, through partitions, RAID, LVM and
    encryption. A disk without a serial number has no `ids`, and `id` is the kernel's name.
    """

    id: str
    name: str
    bytes: int
    sector: int
    model: str = ""
    serial: str = ""
    wwn: str = ""
    ids: tuple[str, ...] = ()
    removable: bool = False
    read_only: bool = False
    multipath: bool = False
    pci: str | None = None
    properties: dict[str, str] = {}
    table: str = ""
    content: str = ""
    label: str = ""
    parts: tuple[Block, ...] = ()
    upon: tuple[Block, ...] = ()
    free: tuple[Region, ...] = ()
    holds: tuple[str, ...] = ()


class Volume(Model):
    """A logical volume that is not ours; `used` are its mount points and "[SWAP]"."""

    name: str
    bytes: int
    used: tuple[str, ...] = ()


class VolumeGroup(Model):
    """An LVM volume group, what of it is free without our volumes, and the disks below it."""

    name: str
    bytes: int
    free: int
    disks: tuple[str, ...]
    volumes: tuple[Volume, ...] = ()


class Storage(Model):
    """Volume groups (None: only root may look) and swap that dom0 has without us, and those that are ours.

    `given` names the one that an earlier `apply` gave to guests, who may have filled it since; `degraded` are running
    RAID arrays that lack a disk, `unread` the disks with LVM on a machine without lvm2, where nobody can tell their
    groups.
    """

    groups: tuple[VolumeGroup, ...] | None = ()
    swap: tuple[str, ...] = ()
    our_groups: tuple[VolumeGroup, ...] = ()
    given: str = ""
    our_swap: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
