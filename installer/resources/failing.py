"""A disk that fails, or has gone, while a new system is put on it."""

from collections.abc import Sequence

from installer.errors import XenstrapError
from installer.host import Host
from installer.resources.disk import BY_ID, any_disk
from installer.resources.filesystem import TARGET

FAILED = ("Input/output error", "Read-only file system", "Structure needs cleaning")
HALTED = {"ro", "emergency_ro", "shutdown"}
"""How Linux goes on with a filesystem that it can no longer write to (findmnt(8), FS-OPTIONS)."""
LOOK = "`dmesg` says what Linux saw of it: look at its cable and its place, or take another disk; then apply again"


def name_failing(host: Host, disks: Sequence[str], error: XenstrapError) -> bool:
    """Put the disk, and what helps, into an error that it is the reason of; whether there was anything to say."""
    gone = [disk for disk in disks if any_disk(host) and not host.exists(f"{BY_ID}/{disk}")]
    failing = [disk for disk in disks if disk not in gone and fails(host, disk)]
    if not failing and not gone and len(disks) == 1 and halted(host):
        failing = [*disks]
    if named := [f"the disk {disk} is gone" for disk in gone] + [f"the disk {disk} fails" for disk in failing]:
        error.fact, error.hint = f"{' and '.join(named)}: {error.fact}", LOOK
        return True
    if any(each in error.fact for each in FAILED):
        error.hint = f"a disk may be failing, of this system or {' or '.join(disks)}: `dmesg` says which"
        return True
    return False


def fails(host: Host, disk: str) -> bool:
    """Whether a disk cannot be read where it begins; not from the page cache, which outlives a disk (dd(1))."""
    words = (f"if={BY_ID}/{disk}", "of=/dev/null", "bs=4096", "count=1", "iflag=direct")
    return host.exists(f"{BY_ID}/{disk}") and host.query("dd", *words).status == 1


def halted(host: Host) -> bool:
    """Whether Linux has given up writing to the new root, which was mounted to be written to."""
    told = host.query("findmnt", "--noheadings", "--raw", "--output", "FS-OPTIONS", "--mountpoint", TARGET).stdout
    return bool(HALTED & set(told.strip().split(",")))
