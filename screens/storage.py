"""Storage: the disks as they are, what becomes of them, and where the guests' disks go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from installer.answers import Answers
from installer.blocks import amount
from installer.blocks import drawn as tree_lines
from installer.facts import Facts
from installer.facts_storage import EXTENDED, Disk
from installer.steps.storage_choice import Place, find_place
from installer.steps.storage_disk import contents_in_full
from screens.looks import Glyphs
from screens.page import Option, Page, Word, always

MOST = 4
LEAST_CELLS = 12


class Part(NamedTuple):
    """A stretch of a disk: "used", "guests", "free", or "unused": there is no way to use it."""

    start: int
    bytes: int
    kind: str


def layout(answers: Answers, facts: Facts, glyphs: Glyphs, width: int) -> Sequence[str]:
    """Each disk to scale as it is, and the one that changes as it will be."""
    place = find_place(answers, facts)
    chosen = place.disk if isinstance(place, Place) else None
    disks = sorted(facts.disks, key=lambda disk: (disk != chosen, not disk.holds))
    later = {chosen.id: list(after(chosen, place, glyphs, width))} if chosen and isinstance(place, Place) else {}
    lines = list(row_of(disks, facts, later, glyphs, width))
    if isinstance(place, Place) and place.kind == "volume-group":
        lines.append(f"The volume group {place.group} is used as it is; it has {amount(place.free)} free.")
    return [*lines, *legend(disks, lines, glyphs)]


def row_of(
    disks: Sequence[Disk], facts: Facts, later: Mapping[str, Iterable[str]], glyphs: Glyphs, width: int
) -> Iterator[str]:
    """The first disks as they are, below a chosen one what becomes of it, by its id."""
    for disk in disks[:MOST]:
        yield from drawn(disk, facts, glyphs, width)
        yield from later.get(disk.id, ())
    if len(disks) > MOST:
        yield f"and {len(disks) - MOST} more"


def legend(disks: Sequence[Disk], lines: Sequence[str], glyphs: Glyphs) -> Iterator[str]:
    """What the signs in these lines mean, or that there is nothing to draw."""
    full, half, light = glyphs.bars
    if not disks:
        yield "This machine shows no disk."
    elif any(line.startswith("[") for line in lines):
        blank = "   blank: stays unused" if any(" " in line for line in lines if line[0] == "[") else ""
        yield f"{full} in use   {half} for guests   {light} free{blank}"


def drawn(disk: Disk, facts: Facts, glyphs: Glyphs, width: int) -> Iterator[str]:
    """A disk as it is: what it is called, and what lies on it."""
    serial = f"serial {disk.serial}" if disk.serial and not glyphs.brief else ""
    words = (disk.name, amount(disk.bytes), disk.model, serial)
    yield f"{', '.join(filter(None, words))}: {'this system' if disk.holds else contents_in_full(disk, facts)}"
    if glyphs.draws:
        yield from scaled(parts(disk), disk.bytes, glyphs, width)
    else:
        yield from tree_lines((*disk.parts, *disk.upon), {}, "  ")
        yield from (f"  free: {amount(region.bytes)}" for region in disk.free)


def after(disk: Disk, place: Place, glyphs: Glyphs, width: int) -> Iterator[str]:
    """The same disk as it will be."""
    if place.region:
        start = place.region.start
        there = [part._replace(kind="guests") if part.start == start else part for part in parts(disk)]
        yield f"after: volume group {place.group}, {amount(place.region.bytes)}, in its free space; the rest stays"
    else:
        there = [Part(0, disk.bytes, "guests")]
        yield f"after: ERASED, all of it volume group {place.group}"
    if glyphs.draws:
        yield from scaled(there, disk.bytes, glyphs, width)


def parts(disk: Disk) -> list[Part]:
    """What lies on a disk, from its beginning: partitions and free stretches."""
    if not disk.parts:
        return [Part(0, disk.bytes, "used" if disk.content or disk.upon or disk.holds else "free")]
    used = [Part(part.start or 0, part.bytes, "used") for part in disk.parts if part.role != EXTENDED]
    return with_unused([*used, *(Part(region.start, region.bytes, "free") for region in disk.free)], disk.bytes)


def with_unused(stretches: Iterable[Part], whole: int) -> list[Part]:
    """The stretches in order, and what lies between and behind them, where that can be seen at all."""
    found: list[Part] = []
    position = 0
    for part in [*sorted(stretches), Part(whole, 0, "")]:
        if part.start - position > whole // 100:
            found.append(Part(position, part.start - position, "unused"))
        found += [part] if part.kind else []
        position = part.start + part.bytes
    return found


def scaled(stretches: Sequence[Part], whole: int, glyphs: Glyphs, width: int) -> Iterator[str]:
    """Stretches to scale; a single one is told by its words alone where each byte takes its time."""
    if len(stretches) > 1 or not glyphs.brief:
        yield bar(stretches, whole, glyphs, width)


def bar(stretches: Sequence[Part], whole: int, glyphs: Glyphs, width: int) -> str:
    """Stretches to scale, each at least one cell wide."""
    full, half, light = glyphs.bars
    sign = {"used": full, "guests": half, "free": light, "unused": " "}
    cells = min(glyphs.cells, max(width - 2, LEAST_CELLS))
    shares = [max(1, round(cells * part.bytes / max(whole, 1))) if part.bytes else 0 for part in stretches]
    if shares and sum(shares) != cells:
        largest = shares.index(max(shares))
        shares[largest] = max(1, shares[largest] + cells - sum(shares))
    return f"[{''.join(sign[part.kind] * share for part, share in zip(stretches, shares, strict=True))}]"


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
    choose=choose,
    words={
        "storage.where": Word(
            "Guests' disks in",
            "An LVM volume group that is there, free space beside the partitions, a whole disk, or files in a "
            'directory. "auto" takes the first of these that is there, and never erases anything.',
            "A whole disk is erased, for ever; you have to type its name before. Free space and volume groups lose "
            "nothing, and can be taken back while no guest uses them.",
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
    },
)
