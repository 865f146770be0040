"""What goes where on the disk of a new Debian: pure arithmetic, to the byte."""

from uuid import NAMESPACE_OID, UUID, uuid5

from installer.answers_install import Install
from installer.blocks import amount
from installer.facts import Facts
from installer.facts_storage import Disk
from installer.finding import Finding, wrong
from installer.model import Model
from installer.regions import DOS_SECTORS, GPT_SECTORS
from installer.resources.table import Slot

MIB, GIB = 1 << 20, 1 << 30
ESP = 512 * MIB  # FAT32 has at least 65,525 clusters, which are of 4 KiB where the disk's sectors are
BIOS_BOOT = MIB
LEAST_ROOT = 4 * GIB
USUAL_ROOT = 16 * GIB


class Layout(Model):
    """The partitions of a new system's disk, and the UUIDs that are given to its filesystems.

    What is left behind the last partition is for the guests: the storage step finds it there.
    """

    disk: Disk
    table: str
    boot: Slot | None
    root: Slot
    root_uuid: str
    esp_id: str
    because: str

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The partitions in the order of the disk."""
        return (self.boot, self.root) if self.boot else (self.root,)


def layout_of(install: Install, facts: Facts, disk: Disk) -> Layout | Finding:
    """The layout of a disk, or why it cannot have one."""
    uefi = facts.firmware.kind == "uefi"
    if uefi and install.table == "msdos":
        return wrong("install.table", "This machine starts by UEFI, which wants a GPT.", 'install.table = "gpt"')
    size, role = (ESP, "esp") if uefi else (BIOS_BOOT, "bios-boot")
    boot = None if install.table == "msdos" else Slot(start=MIB, bytes=size, role=role)
    start = boot.start + boot.bytes if boot else MIB
    room = usable_end(install.table, disk) - start
    if room < LEAST_ROOT:
        least = start + LEAST_ROOT + MIB
        return wrong("install.disk", f"{disk.id} has {disk.bytes // MIB} MiB, and the least that would do is"
                     f" {least // MIB} MiB.", "take a larger disk")  # fmt: skip
    wanted, because = root_size(install, room)
    if wanted < LEAST_ROOT:
        return wrong("install.root", f"A root of {amount(wanted)} is too small for Debian and Xen.", "at least 4G")
    if wanted > room:
        return wrong("install.root", f"A root of {amount(wanted)} does not fit on {disk.id}.",
                     f"the largest is {room // MIB}M")  # fmt: skip
    return Layout(
        disk=disk,
        table=install.table,
        boot=boot,
        root=Slot(start=start, bytes=wanted, role="linux"),
        root_uuid=str(named(disk, "root")),
        esp_id=named(disk, "esp").hex[:8].upper(),
        because=because,
    )


def usable_end(table: str, disk: Disk) -> int:
    """The byte behind the last one that a partition may take, in whole MiB."""
    if table == "gpt":
        return (disk.bytes - GPT_SECTORS * disk.sector) // MIB * MIB
    return min(disk.bytes, DOS_SECTORS * disk.sector) // MIB * MIB


def root_size(install: Install, room: int) -> tuple[int, str]:
    """Bytes of the root filesystem, and because of what."""
    if install.root != "auto":
        number, unit = int(install.root[:-1]), install.root[-1]
        return number * (GIB if unit == "G" else MIB), "asked for"
    size = min(USUAL_ROOT, max(LEAST_ROOT, room // 4 // MIB * MIB))
    return size, (
        "Debian with Xen takes 3 GiB, the rest is for kernels, logs and saved guests: 16 GiB,"
        " on a small disk a quarter of it, and never under 4 GiB"
    )


def named(disk: Disk, part: str) -> UUID:
    """A UUID that is the same in every plan for this disk."""
    return uuid5(NAMESPACE_OID, f"xenstrap {disk.id} {disk.serial} {disk.bytes} {part}")
