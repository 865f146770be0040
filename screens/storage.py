"""Storage: the disks as they are, what becomes of them, and where the guests' disks go."""

from collections.abc import Iterator, Sequence

from installer.answers import Answers
from installer.blocks import amount
from installer.facts import Facts
from installer.facts_storage import Disk
from installer.steps.storage_choice import Place, find_place
from screens.disks import Part, below, groups_on, legend, parts, row_of, scaled
from screens.looks import Glyphs
from screens.page import Option, Page, Room, Word, always


def layout(answers: Answers, facts: Facts, glyphs: Glyphs, room: Room) -> Sequence[str]:
    """Each disk to scale as it is, and those that change as they will be."""
    place = find_place(answers, facts)
    later = dict(becoming(place, facts, glyphs, room.width)) if isinstance(place, Place) else {}
    disks = sorted(facts.disks, key=lambda disk: (disk.id not in later, not disk.holds))
    lines = list(row_of(disks, later, facts, glyphs, room))
    return [*lines, *legend(disks, lines, glyphs)]


def tree(answers: Answers, facts: Facts, glyphs: Glyphs, room: Room) -> Sequence[str]:
    """Every disk with all that lies on it, and in a word what becomes of it."""
    place = find_place(answers, facts)
    later = dict(becoming(place, facts, glyphs, room.width)) if isinstance(place, Place) else {}
    return list(below(facts, {name: lines[:1] for name, lines in later.items()}))


def becoming(place: Place, facts: Facts, glyphs: Glyphs, width: int) -> Iterator[tuple[str, Sequence[str]]]:
    """The disks that change, by id, as they will be."""
    if place.kind == "volume-group":
        for disk in facts.disks:
            if any(group.name == place.group for group in groups_on(disk, facts)):
                yield disk.id, list(in_group(disk, place, facts, glyphs, width))
    elif place.disk:
        yield place.disk.id, list(after(place.disk, place, facts, glyphs, width))


def in_group(disk: Disk, place: Place, facts: Facts, glyphs: Glyphs, width: int) -> Iterator[str]:
    """A disk whose volume group is used as it is."""
    yield f"after: volume group {place.group} as it is, its free {amount(place.free)} for guests"
    if glyphs.draws:
        yield from scaled(parts(disk, facts, free="guests"), disk.bytes, glyphs, width)


def after(disk: Disk, place: Place, facts: Facts, glyphs: Glyphs, width: int) -> Iterator[str]:
    """The disk that is divided or erased, as it will be."""
    if place.region:
        start = place.region.start
        there = [part._replace(kind="guests") if part.start == start else part for part in parts(disk, facts)]
        yield f"after: volume group {place.group}, {amount(place.region.bytes)}, in its free space; the rest stays"
    else:
        there = [Part(0, disk.bytes, "guests")]
        yield f"after: ERASED, all of it volume group {place.group}"
    if glyphs.draws:
        yield from scaled(there, disk.bytes, glyphs, width)


def choose(key: str, facts: Facts) -> Sequence[Option]:
    """The disks that there are."""
    if key != "storage.disk":
        return ()
    return [Option("", "none named"), *map(option, facts.disks)]


def option(disk: Disk) -> Option:
    """One disk to choose."""
    return Option(disk.id, " ".join(filter(None, (disk.name, amount(disk.bytes), disk.model, disk.serial))))


def needs_no_disk(answers: Answers) -> bool:
    """Whether no disk need be named."""
    return answers.storage.where not in ("disk", "free-space")


def is_no_directory(answers: Answers) -> bool:
    """Whether the guests' disks are not files."""
    return answers.storage.where != "directory"


PAGE = Page(
    name="storage",
    title="Storage",
    sentence="Where guests keep their disks. Nothing is erased unless you choose a whole disk and type its name.",
    brief="Where guests keep their disks. None is erased unless you type its name.",
    sections=("storage",),
    steps=("storage",),
    picture=layout,
    whole=tree,
    choose=choose,
    words={
        "storage.where": Word(
            "Guests' disks in",
            "An LVM volume group that is there, free space beside the partitions, a whole disk, or files in a "
            'directory. "auto" takes the first of these that is there, and never erases anything.',
            "A whole disk is erased, for ever; you have to type its name before. Free space and volume groups lose "
            "nothing, and can be rolled back while no guest uses them.",
            names={
                "volume-group": "volume group",
                "free-space": "free space",
                "disk": "whole disk",
            },
        ),
        "storage.disk": Word(
            "On the disk",
            "The disk for a volume group of its own, or the one whose free space is taken. It is remembered by its "
            "serial number, since names may change.",
            "With a whole disk, all that is on it is lost. Compare model and serial number with the label.",
            rare=needs_no_disk,
            single=True,
        ),
        "storage.swap": Word(
            "Swap of dom0",
            "Space on disk that dom0 uses when its memory is full: a size, auto, or none. It is as large as dom0's "
            "memory, at most 2 GiB, in the volume group; guests' memory is never swapped.",
            "Without swap dom0 ends programs when its memory is full. It can be made later.",
        ),
        "storage.directory": Word(
            "Directory",
            "Where guests' disks are kept as files.",
            "On a small filesystem guests soon fill it. They can be moved later.",
            rare=is_no_directory,
        ),
        "storage.group": Word(
            "Volume group",
            "Its name. The disks of guests are volumes in it.",
            "The name stands in the files of guests; choose it before there are any.",
            rare=always,
        ),
        "storage.thin_pool": Word(
            "Thin pool",
            "The name of a thin pool to make in the volume group: guests' disks then take only what they hold. "
            "Left empty, none is made.",
            "A thin pool that runs full stops all guests in it; it has to be watched.",
            rare=always,
        ),
        "storage.disk_size": Word(
            "Size of the disk",
            'The size that the disk has, as "480 GB": a check against a mistake. Left empty, nothing is checked.',
            "If it differs, nothing is done.",
            rare=always,
        ),
        "storage.removable": Word(
            "Allow a removable one",
            "Allows a disk that can be pulled out, as a USB disk.",
            "Without the disk guests do not start, and the machine waits for it when it starts.",
            rare=always,
        ),
        "storage.erase": Word(
            "Give up with it",
            "Names of volume groups and RAID arrays on that disk which may be erased with it, separated by spaces.",
            "What is in them is lost, on this disk.",
            rare=always,
        ),
    },
    terms={
        "volume group": "space managed by LVM: disks of guests are cut from it, grown and copied while they run.",
        "LVM": "Linux's logical volume manager; a volume behaves like a partition that can grow.",
        "swap": "space on disk that stands in for memory.",
        "GiB": "1,024 MiB, as memory is counted. Makers count in GB: a disk sold as 480 GB has 447 GiB.",
    },
)
