"""What lasts: where GRUB can write on its own, and whether this system and program are there after a restart."""

from installer.facts import Program
from installer.host import Host

# As Debian's 00_header has it: GRUB writes neither through these nor to these.
LAYERS = {"lvm": "LVM", "dmraid": "RAID", "linear": "RAID"}
FILESYSTEMS = ("btrfs", "zfs", "squashfs", "romfs", "tmpfs", "ramfs", "overlay")
FLEETING = ("tmpfs", "ramfs", "overlay", "squashfs", "iso9660", "udf", "9p", "virtiofs", "autofs")
REMOTE = ("nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "afs")


def probe_unwritable(host: Host) -> str:
    """What keeps GRUB from writing to its environment block, "" where nothing does."""
    filesystem, source = mounted(host, "/boot/grub")
    if filesystem in FILESYSTEMS:
        return filesystem
    kinds = layers(host, source)
    return next((LAYERS.get(kind, "RAID") for kind in kinds if kind in LAYERS or kind.startswith("raid")), "")


def probe_program(host: Host, path: str) -> Program:
    """Our launcher; what lies in memory, on a network or on a removable disk may be gone after a restart."""
    if not path:
        return Program()
    filesystem, source = mounted(host, path)
    fleeting = filesystem in (*FLEETING, *REMOTE) or filesystem.startswith("fuse")
    return Program(path=path, lasting=not fleeting and not removable(host, source))


def probe_live(host: Host) -> bool:
    """Whether the running system forgets at its end what is written to it: a live or rescue system."""
    return mounted(host, "/")[0] in FLEETING


def mounted(host: Host, where: str) -> tuple[str, str]:
    """Kind and source of the filesystem that holds a name; a subvolume is left out of the source."""
    told = host.query("findmnt", "--noheadings", "--output", "FSTYPE,SOURCE", "--target", where).stdout.split()
    return (told[0], told[1].partition("[")[0]) if len(told) > 1 else ("", "")


def layers(host: Host, source: str) -> list[str]:
    """What a block device stands on, downwards: "part", "lvm", "raid1", "crypt", "disk" (lsblk(8))."""
    return tree(host, source, "TYPE") if source.startswith("/dev/") else []


def removable(host: Host, source: str) -> bool:
    """Whether a block device stands on a disk that can be taken out: a stick, a card."""
    return source.startswith("/dev/") and ("1" in tree(host, source, "RM") or "usb" in tree(host, source, "TRAN"))


def tree(host: Host, source: str, column: str) -> list[str]:
    """One column of lsblk for a device and all below it."""
    return host.query("lsblk", "--inverse", "--noheadings", "--list", "--output", column, source).stdout.split()
