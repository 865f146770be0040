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
GUESTS = "guests"
"""What LUKS below the volume group is open as."""
USUAL_ROOT = 16 * GIB


class Mirrored(Model):
    """An array of the same partition of every disk: its name, and `id`, by which udev links it in /dev/disk/by-id."""

    name: str
    id: str
    slot: Slot
    metadata: str


class Layout(Model):
    """The partitions of a new system's disk, and the UUIDs that are given to its filesystems.

    What is left behind the last partition is for the guests: the storage step finds it there. With `mirrors` every
    disk has the same partitions, which are put together by RAID1; `guests` is one of them then, as it is with `luks`,
    the UUID of the encryption below the volume group.
    """

    disk: Disk
    mirrors: tuple[Disk, ...] = ()
    table: str
    boot: Slot | None
    root: Slot
    guests: Slot | None = None
    root_uuid: str
    esp_id: str
    luks: str = ""
    because: str

    @property
    def disks(self) -> tuple[Disk, ...]:
        """Every disk that is erased."""
        return self.disk, *self.mirrors

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The partitions in the order of the disk."""
        return tuple(slot for slot in (self.boot, self.root, self.guests) if slot)

    @property
    def arrays(self) -> tuple[Mirrored, ...]:
        """What is put together. Firmware reads a member of the ESP as it is, so its superblock stands at the end."""
        if not self.mirrors:
            return ()
        esp = self.boot if self.boot and self.boot.role == "esp" else None
        named = (("esp", esp, "1.0"), ("root", self.root, "1.2"), ("guests", self.guests, "1.2"))
        return tuple(Mirrored(name=name, id=array_id(self.disk, name), slot=slot, metadata=metadata)
                     for name, slot, metadata in named if slot)  # fmt: skip

    def place(self, slot: Slot) -> tuple[str, Slot]:
        """Where what belongs into a partition goes: the disk and the partition, or the array as a whole."""
        for array in self.arrays:
            if array.slot == slot:
                return array.id, slot.model_copy(update={"start": 0})
        return self.disk.id, slot


def layout_of(install: Install, facts: Facts, disk: Disk, *mirrors: Disk) -> Layout | Finding:
    """The layout of a disk, and of those that mirror it, or why it cannot have one."""
    uefi = facts.firmware.kind == "uefi"
    if uefi and install.table == "msdos":
        return wrong("install.table", "This machine starts by UEFI, which wants a GPT.", 'install.table = "gpt"')
    size, role = (ESP, "esp") if uefi else (BIOS_BOOT, "bios-boot")
    boot = None if install.table == "msdos" else Slot(start=MIB, bytes=size, role=role)
    start = boot.start + boot.bytes if boot else MIB
    smallest = min((disk, *mirrors), key=lambda each: usable_end(install.table, each))
    room = usable_end(install.table, smallest) - start
    if room < LEAST_ROOT:
        least = start + LEAST_ROOT + MIB
        return wrong("install.disk" if smallest == disk else "install.raid1",
                     f"{smallest.id} has {smallest.bytes // MIB} MiB, and the least that would do is"
                     f" {least // MIB} MiB.", "take a larger disk")  # fmt: skip
    wanted, because = root_size(install, room)
    if wanted < LEAST_ROOT:
        return wrong("install.root", f"A root of {amount(wanted)} is too small for Debian and Xen.", "at least 4G")
    if wanted > room:
        return wrong("install.root", f"A root of {amount(wanted)} does not fit on {smallest.id}.",
                     f"the largest is {room // MIB}M")  # fmt: skip
    rest = room - wanted if mirrors or install.passphrase else 0
    if install.passphrase and rest < GIB:
        return wrong("install.passphrase", f"On {smallest.id} nothing is left for a volume group that could be"
                     f" encrypted: {rest // MIB} MiB beside a root of {amount(wanted)}.",
                     "make install.root smaller, or take install.passphrase away")  # fmt: skip
    return Layout(
        disk=disk,
        mirrors=mirrors,
        table=install.table,
        boot=boot,
        root=Slot(start=start, bytes=wanted, role="raid" if mirrors else "linux"),
        guests=guests_slot(start + wanted, rest, mirrored=bool(mirrors)) if rest >= GIB else None,
        root_uuid=str(named(disk, "root")),
        esp_id=named(disk, "esp").hex[:8].upper(),
        luks=str(named(disk, "guests")) if install.passphrase else "",
        because=because,
    )


def guests_slot(start: int, size: int, *, mirrored: bool) -> Slot:
    """The partition below the volume group, a member of an array, or with LUKS in it."""
    return Slot(start=start, bytes=size, role="raid") if mirrored else Slot(
        start=start, bytes=size, role="linux", called=GUESTS)  # fmt: skip


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


def array_id(disk: Disk, name: str) -> str:
    """The name in /dev/disk/by-id that udev gives to an array by its UUID (63-md-raid-arrays.rules)."""
    digits = named(disk, f"array {name}").hex
    return "md-uuid-" + ":".join(digits[start : start + 8] for start in range(0, 32, 8))
