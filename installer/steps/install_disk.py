"""The disk of a new Debian, and Debian's base on it: what is made on the live system."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.answers_install import Install
from installer.blocks import amount
from installer.facts import Facts
from installer.facts_storage import Disk, VolumeGroup
from installer.finding import Choice, Finding, note, unfit, wrong
from installer.ours import ERASED
from installer.resources.base import Resource
from installer.resources.debian import Base
from installer.resources.files import File
from installer.resources.filesystem import TARGET, FileSystem, Mount, SystemDisk
from installer.resources.packages import Package
from installer.steps.base import Step
from installer.steps.install_layout import Layout, layout_of
from installer.steps.storage_disk import answers_to, find_disk, listed, obstacles
from installer.templates import render

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
TOOLS = {"mmdebstrap": "it makes a Debian", "debian-archive-keyring": "the archive's signatures are checked with it",
         "lvm2": "udev needs its rules while volumes are made"}  # fmt: skip


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
        disk = find_disk(self.install, facts)
        if isinstance(disk, Finding):
            yield disk
            return
        yield from obstacles(self.install, disk, facts)
        yield from elsewhere(answers, facts, disk)
        layout = layout_of(self.install, facts, disk)
        if isinstance(layout, Finding):
            yield layout
        elif layout.table == "msdos" and disk.bytes > disk.sector << 32:
            yield note(f"An msdos table reaches {amount(disk.sector << 32)} of {disk.id} and no further.",
                       'install.table = "gpt" uses all of it', "install.table")  # fmt: skip
        archive, security = archives(self.install, facts)
        if not archive:
            yield wrong("install.mirror", "Neither the live system's apt nor the answers know an archive of Debian.",
                        "give install.mirror the address of one")  # fmt: skip
        if not security:
            yield note("The live system's apt knows no archive of security updates, so the new system gets none.",
                       "give install.security the address of one", "install.security")  # fmt: skip

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        disk = find_disk(self.install, facts)
        layout = disk if isinstance(disk, Finding) else layout_of(self.install, facts, disk)
        if isinstance(layout, Layout):
            yield Choice(key="install.root", value=f"{layout.root.bytes >> 20}M", because=layout.because)
        because = "asked for" if self.install.mirror != "auto" else "the live system's apt uses it"
        if archive := archives(self.install, facts)[0]:
            yield Choice(key="install.mirror", value=archive, because=because)

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        layout, uefi = planned_layout(self.install, facts), facts.firmware.kind == "uefi"
        disk, root = layout.disk.id, layout.root
        for name, because in (TOOLS | ({"dosfstools": "the ESP is FAT32"} if uefi else {})).items():
            yield Package(name=name, because=because)
        asked = next(text for text in self.install.disk if answers_to(layout.disk, text))
        yield SystemDisk(name=disk, table=layout.table, slots=layout.slots, asked=asked)
        yield File(name=ERASED, text=render("xen/storage", lines=[f"disk {disk}"]), because="the disk is ours now")
        if uefi and layout.boot:
            yield FileSystem(name=f"{disk} from {layout.boot.start}", disk=disk, slot=layout.boot, format="vfat",
                             uuid=layout.esp_id, label="ESP")  # fmt: skip
        yield FileSystem(name=f"{disk} from {root.start}", disk=disk, slot=root, format="ext4",
                         uuid=layout.root_uuid, label="root")  # fmt: skip
        yield Mount(name=TARGET, disk=disk, start=root.start)
        yield Base(name=TARGET, suite=self.install.suite, sources=sources(self.install, facts),
                   options=facts.outside.options)  # fmt: skip
        if uefi and layout.boot:
            yield Mount(name=f"{TARGET}/boot/efi", disk=disk, start=layout.boot.start)
        yield from kernel_mounts()


def elsewhere(answers: Answers, facts: Facts, disk: Disk) -> Iterator[Finding]:
    """What would reach beyond the disk that was named: no other one is written to."""
    if answers.storage.where in ("disk", "volume-group") or answers.storage.disk:
        yield wrong("storage.where", f"The guests of a new system get the rest of its own disk, {disk.id}.",
                    "leave storage.where and storage.disk out; once in the new system, xenstrap takes other disks"
                    " too")  # fmt: skip
    for group in other_groups(facts, disk):
        if group.name == answers.storage.group:
            yield wrong("storage.group", f"A volume group {group.name} is there already, on"
                        f" {', '.join(group.disks)}, and one machine cannot have two of that name.",
                        "choose another name")  # fmt: skip


def other_groups(facts: Facts, disk: Disk) -> list[VolumeGroup]:
    """The volume groups on other disks."""
    return [group for group in facts.storage.groups or () if disk.id not in group.disks]


def planned_layout(install: Install, facts: Facts) -> Layout:
    """The layout, where `check` found no error."""
    disk = find_disk(install, facts)
    assert not isinstance(disk, Finding)
    layout = layout_of(install, facts, disk)
    assert isinstance(layout, Layout)
    return layout


def kernel_mounts() -> Iterator[Resource]:
    """What a command in the new root needs of the kernel and of udev."""
    yield Mount(name=f"{TARGET}/proc", source="proc", words=("--types", "proc"))
    for name in ("dev", "sys"):
        yield Mount(name=f"{TARGET}/{name}", source=f"/{name}", words=("--rbind", "--make-rslave"))
    yield Mount(name=f"{TARGET}/run", source="tmpfs", words=("--types", "tmpfs", "--options", "mode=0755"))
    yield Mount(name=f"{TARGET}/run/udev", source="/run/udev", words=("--bind",))


def archives(install: Install, facts: Facts) -> tuple[str, str]:
    """The archive, and that of the security updates; "" where nobody knows one."""
    live = facts.outside
    return (
        live.archive if install.mirror == "auto" else install.mirror,
        live.security if install.security == "auto" else install.security,
    )


def sources(install: Install, facts: Facts) -> tuple[str, ...]:
    """The new system's apt sources (sources.list(5))."""
    archive, security = archives(install, facts)
    suite, deb = install.suite, f"deb [signed-by={KEYRING}]"
    lines = [f"{deb} {archive} {suite} main", f"{deb} {archive} {suite}-updates main"]
    if security:
        lines.append(f"{deb} {security} {suite}-security main")
    return tuple(lines)
