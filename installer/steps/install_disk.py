"""The disk of a new Debian, and Debian's base on it: what is made on the live system."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.answers_install import Install
from installer.blocks import amount
from installer.facts import Facts
from installer.facts_storage import Disk, VolumeGroup
from installer.finding import Choice, Finding, note, unfit, wrong
from installer.ours import ERASED
from installer.resources.array import Array
from installer.resources.base import Resource
from installer.resources.debian import Base, WithoutImage
from installer.resources.files import File
from installer.resources.filesystem import TARGET, FileSystem, Mount, SystemDisk
from installer.resources.luks import Luks, opened_as
from installer.resources.lvm import NewVolumeGroup
from installer.resources.packages import Package
from installer.resources.table import Slot
from installer.steps.base import Step
from installer.steps.install_layout import GUESTS, Layout, layout_of
from installer.steps.install_mirrors import disk_obstacles, find_disks
from installer.steps.install_sources import archive_choice, archive_findings, base_sources, media
from installer.steps.storage_disk import answers_to, listed, unread_groups
from installer.templates import render

TOOLS = {"mmdebstrap": "it makes a Debian", "debian-archive-keyring": "the archive's signatures are checked with it",
         "lvm2": "udev needs its rules while volumes are made"}  # fmt: skip
KERNEL = (
    ("proc", "proc", "nosuid,nodev,noexec"),
    ("sys", "sysfs", "nosuid,nodev,noexec"),
    ("dev", "devtmpfs", "nosuid"),
    ("dev/pts", "devpts", "nosuid,noexec,gid=5,mode=0620,ptmxmode=0666"),
    ("run", "tmpfs", "nosuid,nodev,mode=0755"),
)
"""Of each of the kernel's filesystems its place, its type, and its options."""
VARIABLES = "/sys/firmware/efi/efivars"


class InstallDiskStep(Step):
    """A disk erased and partitioned, its filesystems, and a minimal Debian."""

    name = "install"
    title = "A new Debian"

    def __init__(self, install: Install) -> None:
        self.install = install

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        if facts.release.id != "debian":
            yield unfit(f"The live system is {facts.release.name}, not Debian.", "start a live system made of Debian")
        if not self.install.disk:
            there = listed(facts.disks) or "this machine shows no disk"
            yield wrong("install.disk", "This is a live system, which forgets at its end whatever is done to it."
                        if facts.running.live else "No disk is named for a new Debian.",
                        f"name the disk for a new Debian, which is erased: {there}")  # fmt: skip
            return
        disks = find_disks(self.install, facts)
        if isinstance(disks, Finding):
            yield disks
            return
        disk = disks[0]
        yield from disk_obstacles(self.install, disks, facts)
        yield from elsewhere(answers, facts, disks)
        layout = layout_of(self.install, facts, *disks)
        if isinstance(layout, Finding):
            yield layout
        elif layout.table == "msdos" and disk.bytes > disk.sector << 32:
            yield note(f"An msdos table reaches {amount(disk.sector << 32)} of {disk.id} and no further.",
                       'install.table = "gpt" uses all of it', "install.table")  # fmt: skip
        if self.install.passphrase:
            yield note("The passphrase is asked for at each start, before dom0 is there: on the serial console, or on"
                       f" the screen with a {self.install.keyboard} keyboard.",
                       "somebody has to type it each time", "install.passphrase")  # fmt: skip
        yield from archive_findings(self.install, facts)

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        disks = find_disks(self.install, facts)
        layout = disks if isinstance(disks, Finding) else layout_of(self.install, facts, *disks)
        if isinstance(layout, Layout):
            yield Choice(key="install.root", value=f"{layout.root.bytes >> 20}M", because=layout.because)
        yield from archive_choice(self.install, facts)

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        layout, uefi = planned_layout(self.install, facts), facts.firmware.kind == "uefi"
        for name, because in (TOOLS | ({"dosfstools": "the ESP is FAT32"} if uefi else {})).items():
            yield Package(name=name, because=because)
        if layout.luks:
            yield Package(name="cryptsetup-bin", because="it encrypts what is below the volume group")
        if layout.mirrors:
            yield from raid_tools()
        yield from erased_disks(self.install, layout)
        yield from arrays(self.install, layout)
        if uefi and layout.boot:
            disk, boot = layout.place(layout.boot)
            yield FileSystem(name=f"{disk} from {boot.start}", disk=disk, slot=boot, format="vfat",
                             uuid=layout.esp_id, label="ESP")  # fmt: skip
        disk, root = layout.place(layout.root)
        yield FileSystem(name=f"{disk} from {root.start}", disk=disk, slot=root, format="ext4",
                         uuid=layout.root_uuid, label="root")  # fmt: skip
        if layout.guests and answers.storage.where == "auto":
            yield from guests_group(answers, self.install, *layout.place(layout.guests), luks=layout.luks)
        yield Mount(name=TARGET, disk=disk, start=root.start)
        yield Base(name=TARGET, suite=self.install.suite, sources=base_sources(self.install, facts),
                   options=facts.outside.options)  # fmt: skip
        if uefi and layout.boot:
            disk, boot = layout.place(layout.boot)
            yield Mount(name=f"{TARGET}/boot/efi", disk=disk, start=boot.start)
        yield from kernel_mounts()
        for path, place in media(self.install, facts).items():
            yield Mount(name=f"{TARGET}{place}", source=path, words=("--bind", "--options", "ro"))


def raid_tools() -> Iterator[Resource]:
    """mdadm, which starts no array by itself: neither one of other disks nor what is left of one on ours."""
    yield File(name="/etc/mdadm/mdadm.conf.d/xenstrap.conf", text=render("debian/mdadm-live.conf"),
               because="no array starts by itself, on no disk")  # fmt: skip
    yield WithoutImage(name="mdadm", because="it puts the disks together")


def erased_disks(install: Install, layout: Layout) -> Iterator[Resource]:
    """Each disk, erased and partitioned, and then the record of it."""
    for number, disk in enumerate(layout.disks):
        called = install.raid1[number - 1 : number] if number else install.disk
        asked = next(text for text in called if answers_to(disk, text))
        yield SystemDisk(name=disk.id, table=layout.table, slots=layout.slots, asked=asked)
    yield File(name=ERASED, text=render("xen/storage", lines=[f"disk {disk.id}" for disk in layout.disks]),
               because="the disk is ours now" if not layout.mirrors else "the disks are ours now")  # fmt: skip


def arrays(install: Install, layout: Layout) -> Iterator[Resource]:
    """What of the disks is mirrored."""
    disks = tuple(disk.id for disk in layout.disks)
    for each in layout.arrays:
        yield Array(name=each.id, label=each.name, homehost=install.hostname, disks=disks, start=each.slot.start,
                    metadata=each.metadata)  # fmt: skip


def guests_group(answers: Answers, install: Install, disk: str, slot: Slot, *, luks: str) -> Iterator[Resource]:
    """The volume group, in LUKS where that was asked for."""
    if luks:
        yield Luks(name=GUESTS, disk=disk, start=slot.start, uuid=luks, passphrase=install.passphrase or "")
        disk = opened_as(luks, GUESTS)
    yield NewVolumeGroup(name=answers.storage.group, disk=disk, start=0, because="guests' disks are volumes in it")


def elsewhere(answers: Answers, facts: Facts, disks: tuple[Disk, ...]) -> Iterator[Finding]:
    """What would reach beyond the disks that were named: no other one is written to."""
    own = f"disk, {disks[0].id}" if len(disks) == 1 else f"disks, {' and '.join(disk.id for disk in disks)}"
    others = ("disk", "volume-group", "free-space") if len(disks) > 1 else ("disk", "volume-group")
    if answers.storage.where in others or answers.storage.disk:
        yield wrong("storage.where", f"The guests of a new system get the rest of its own {own}.",
                    "leave storage.where and storage.disk out; once in the new system, xenstrap takes other disks"
                    " too")  # fmt: skip
    if answers.storage.where not in ("directory", "none"):
        yield from unread_groups(facts, answers.storage.group, "storage.group", {disk.id for disk in disks})
    for group in other_groups(facts, disks):
        if group.name == answers.storage.group:
            yield wrong("storage.group", f"A volume group {group.name} is there already, on"
                        f" {', '.join(group.disks)}, and one machine cannot have two of that name.",
                        "choose another name")  # fmt: skip


def other_groups(facts: Facts, disks: tuple[Disk, ...]) -> list[VolumeGroup]:
    """The volume groups on other disks."""
    own = {disk.id for disk in disks}
    return [group for group in facts.storage.groups or () if own.isdisjoint(group.disks)]


def planned_layout(install: Install, facts: Facts) -> Layout:
    """The layout, where `check` found no error."""
    disks = find_disks(install, facts)
    assert not isinstance(disks, Finding)
    layout = layout_of(install, facts, *disks)
    assert isinstance(layout, Layout)
    return layout


def kernel_mounts() -> Iterator[Resource]:
    """What a command in the new root needs of the kernel, of udev and of the firmware.

    Filesystems of its own, and nothing private or slave: services have mount namespaces (systemd.exec(5)), in which
    all this appears too, and only so it goes there when it goes here (mount_namespaces(7)).
    """
    for name, kind, options in KERNEL:
        yield Mount(name=f"{TARGET}/{name}", source=kind, words=("--types", kind, "--options", options))
    for name in ("/run/udev", VARIABLES):
        yield Mount(name=f"{TARGET}{name}", source=name, words=("--bind",), where_there=name == VARIABLES)
