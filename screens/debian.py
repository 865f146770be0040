"""A new Debian: the disk that is erased for it, as it is and as it will be."""

from collections.abc import Iterator, Sequence

from installer.answers import Answers
from installer.blocks import amount
from installer.facts import Facts
from installer.facts_storage import Disk
from installer.finding import Finding
from installer.steps.install_layout import layout_of, usable_end
from installer.steps.install_mirrors import find_disks
from screens.disks import Part, below, legend, row_of, scaled, with_unused
from screens.looks import Glyphs
from screens.page import Option, Page, Room, Word, always
from screens.storage import option


def layout(answers: Answers, facts: Facts, glyphs: Glyphs, room: Room) -> Sequence[str]:
    """Each disk to scale as it is, and those that are erased as they will be."""
    later = becoming(answers, facts, glyphs, room)
    by_name = {disk.id: disk for disk in facts.disks}
    disks = [*(by_name[name] for name in later), *(disk for disk in facts.disks if disk.id not in later)]
    lines = list(row_of(disks, later, facts, glyphs, room))
    return [*lines, *legend(facts.disks, lines, glyphs)]


def tree(answers: Answers, facts: Facts, glyphs: Glyphs, room: Room) -> Sequence[str]:
    """Every disk with all that lies on it, and in a word what becomes of it."""
    later = becoming(answers, facts, glyphs, room)
    return list(below(facts, {name: lines[:1] for name, lines in later.items()}))


def becoming(answers: Answers, facts: Facts, glyphs: Glyphs, room: Room) -> dict[str, Sequence[str]]:
    """The disks that are erased, by id, as they will be."""
    found = find_disks(answers.install, facts)
    chosen = () if isinstance(found, Finding) else found
    return {disk.id: list(after(answers, facts, chosen, disk, glyphs, room.width)) for disk in chosen}


def after(
    answers: Answers, facts: Facts, chosen: Sequence[Disk], disk: Disk, glyphs: Glyphs, width: int
) -> Iterator[str]:
    """One of the chosen disks as it will be."""
    planned = layout_of(answers.install, facts, *chosen)
    if isinstance(planned, Finding):
        return
    end = planned.root.start + planned.root.bytes
    rest = planned.guests.bytes if planned.guests else usable_end(planned.table, disk) - end
    if disk != planned.disk:
        yield f"after: ERASED; a copy of {planned.disk.name}"
    else:
        yield f"after: ERASED; Debian {amount(planned.root.bytes)}, guests {amount(rest)}"
    if glyphs.draws:
        ours = [Part(slot.start, slot.bytes, "used") for slot in planned.slots if slot != planned.guests]
        stretches = with_unused([*ours, Part(end, rest, "guests")], disk.bytes)
        yield from scaled(stretches, disk.bytes, glyphs, width)


def choose(key: str, facts: Facts) -> Sequence[Option]:
    """The disks and the network cards that there are."""
    if key == "install.disk":
        return [Option("", "none chosen"), *map(option, facts.disks)]
    if key == "install.raid1":
        return [Option("", "none"), *(map(option, facts.disks) if len(facts.disks) > 1 else ())]
    if key == "install.nic":
        nics = [nic for nic in facts.network.nics if nic.kind == "nic"]
        return [Option("auto", "auto"), *(Option(nic.mac, f"{nic.name} {nic.mac}") for nic in nics)]
    return ()


PAGE = Page(
    name="install",
    title="New Debian",
    sentence="A new Debian goes on a disk of this machine, and that disk is erased.",
    brief="A new Debian goes on a disk, which is erased.",
    sections=("install",),
    steps=("install", "debian"),
    some=True,
    picture=layout,
    whole=tree,
    choose=choose,
    words={
        "install.disk": Word(
            "Erase this disk",
            "The disk that the new Debian goes on. All that is on it is lost; no other disk is written to. You have "
            "to type its name before anything is done.",
            "With the wrong disk its data are gone for ever. Compare model and serial number with the label.",
            single=True,
        ),
        "install.raid1": Word(
            "Mirror it on",
            "A second disk that is erased too and holds a copy of everything (RAID1): if either fails, the machine "
            'runs on, and starts from the other. "Try Xen once first" has to be off then: GRUB cannot do it on RAID.',
            "All that is on that disk is lost too. With disks of different size the smaller one counts.",
            single=True,
        ),
        "install.suite": Word(
            "Release of Debian",
            "trixie is Debian 13 with Xen 4.20, bookworm is Debian 12 with Xen 4.17; forky is not released yet.",
            "Each brings its own Xen. It can be upgraded later, but never to an older one.",
        ),
        "install.root": Word(
            "Debian gets",
            'The size of the root filesystem, as "20G", at least 4G. What is left of the disk becomes a volume group '
            "for the guests.",
            "Too small: no room for kernels, logs and saved guests. It cannot grow later without a restart from a "
            "live system.",
        ),
        "install.passphrase": Word(
            "Encrypt the guests",
            "A passphrase of 8 characters or more, typed twice. The guests' disks and dom0's swap are encrypted with "
            "it (LUKS); Debian itself is not. Left empty, nothing is encrypted.",
            "It is asked for at every start, and nothing runs until somebody types it. If it is lost, so are the "
            "guests: nobody can get them back.",
            rare=always,
        ),
        "install.erase": Word(
            "Erase with it",
            "Names of volume groups and RAID arrays on what is erased which may go with it, separated by spaces.",
            "What is in them is lost.",
            rare=always,
        ),
        "install.removable": Word(
            "A removable disk too",
            "Allows a disk that can be pulled out, as a USB disk.",
            "Without the disk the machine does not start.",
            rare=always,
        ),
        "install.disk_size": Word(
            "Size of that disk",
            'The size that the disk has, as "480 GB": a check against a mistake. Left empty, nothing is checked.',
            "If it differs, nothing is done.",
            rare=always,
        ),
        "install.table": Word(
            "Partition table",
            "gpt is right for nearly every machine; msdos is for an old BIOS that does not start from gpt.",
            "An msdos table reaches only the first 2 TiB of a disk, and a machine with UEFI needs gpt.",
            rare=always,
        ),
        "install.nic": Word(
            "Network card",
            "The card that the new Debian uses, with the addresses that it has now, or by DHCP where it has them so; "
            "the bridge for the guests is made on it.",
            "With a card that has no cable the new system has no network.",
            rare=always,
        ),
        "install.mirror": Word(
            "Debian comes from",
            'The address of a Debian archive, as "http://mirror.example/debian", or the directory of one on a mounted '
            'medium, as "/media/debian", which needs no network. "auto" is the one that this live system itself uses.',
            "If it cannot be reached, the installation stops there, and can be gone on with.",
            rare=always,
        ),
        "install.security": Word(
            "Security updates from",
            "The address of the archive of Debian's security updates, or its directory on a mounted medium.",
            "Without it the new system gets no security updates.",
            rare=always,
        ),
    },
    terms={
        "live system": "a system that runs from memory or from a medium, and forgets all when the machine restarts.",
        "root filesystem": "the files of Debian itself.",
        "volume group": "space managed by LVM: disks of guests are cut from it, grown and copied while they run.",
        "GiB": "1,024 MiB, as memory is counted. Makers count in GB: a disk sold as 480 GB has 447 GiB.",
    },
)
