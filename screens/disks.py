"""Disks drawn: what lies on each, to scale or as a tree, and what becomes of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from installer.blocks import amount, with_all_upon
from installer.blocks import drawn as tree_lines
from installer.facts import Facts
from installer.facts_storage import EXTENDED, Block, Disk, VolumeGroup
from installer.steps.storage_disk import LVM, contents_in_full
from screens.looks import Glyphs
from screens.page import Room

MOST = 4
LEAST_CELLS = 12


class Part(NamedTuple):
    """A stretch of a disk: "used", "guests", "free", or "unused": there is no way to use it."""

    start: int
    bytes: int
    kind: str


def row_of(
    disks: Sequence[Disk], later: Mapping[str, Iterable[str]], facts: Facts, glyphs: Glyphs, room: Room
) -> Iterator[str]:
    """The first disks as they are, below each that changes what becomes of it, by its id; trees if there is room."""
    trees = {disk.id: list(tree_of(disk, facts)) for disk in disks[:MOST]}
    with_trees = not glyphs.draws or sum(map(len, trees.values())) <= room.spare
    for disk in disks[:MOST]:
        yield named(disk, facts, brief=glyphs.brief)
        if glyphs.draws:
            yield from scaled(parts(disk, facts), disk.bytes, glyphs, room.width)
        if with_trees:
            yield from trees[disk.id]
        yield from later.get(disk.id, ())
    if len(disks) > MOST:
        yield f"and {len(disks) - MOST} more"


def below(facts: Facts, later: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Every disk as a tree, with the name by which it is known for good, and what becomes of it."""
    for disk in facts.disks:
        yield named(disk, facts)
        yield f"  {disk.id}"
        yield from tree_of(disk, facts)
        yield from (f"  {line}" for line in later.get(disk.id, ()))
        yield ""
    if not facts.disks:
        yield NO_DISK


NO_DISK = "This machine shows no disk."


def legend(disks: Sequence[Disk], lines: Sequence[str], glyphs: Glyphs) -> Iterator[str]:
    """What the signs in these lines mean, or that there is nothing to draw."""
    full, half, light = glyphs.bars
    if not disks:
        yield NO_DISK
    elif any(line.startswith("[") for line in lines):
        blank = "   blank: stays unused" if any(" " in line for line in lines if line[0] == "[") else ""
        yield f"{full} in use   {half} for guests   {light} free{blank}"


def named(disk: Disk, facts: Facts, *, brief: bool = False) -> str:
    """What a disk is called, and what lies on it in a word."""
    serial = f"serial {disk.serial}" if disk.serial and not brief else ""
    words = (disk.name, amount(disk.bytes), disk.model, serial)
    return f"{', '.join(filter(None, words))}: {on(disk, facts)}"


def on(disk: Disk, facts: Facts) -> str:
    """What lies on a disk: this system, volume groups, or something else."""
    if all(each.startswith(("lvm:", "raid:")) for each in disk.holds):
        return contents_in_full(disk, facts)
    return ", ".join(("this system", *(f"volume group {group.name}" for group in groups_on(disk, facts))))


def groups_on(disk: Disk, facts: Facts) -> list[VolumeGroup]:
    """The volume groups that lie on a disk."""
    return [group for group in facts.storage.groups or () if disk.id in group.disks]


def tree_of(disk: Disk, facts: Facts) -> Iterator[str]:
    """All that lies on a disk, a line each, what is free last."""
    yield from tree_lines((*disk.parts, *disk.upon), {}, "  ")
    yield from (f"  free: {amount(region.bytes)}" for region in disk.free)
    for group in groups_on(disk, facts):
        yield f"  volume group {group.name}: {amount(group.bytes)}, {amount(group.free)} of it free"


def parts(disk: Disk, facts: Facts, *, free: str = "free") -> list[Part]:
    """What lies on a disk, from its beginning: partitions and gaps; of a volume group also the `free` share."""
    groups = groups_on(disk, facts)
    if not disk.parts:
        kind = "used" if disk.content or disk.upon or disk.holds else "free"
        return list(shares(Part(0, disk.bytes, kind), groups if disk.content == LVM else [], free))
    found = [Part(region.start, region.bytes, "free") for region in disk.free]
    for block in disk.parts:
        if block.role != EXTENDED:
            whole = Part(block.start or 0, block.bytes, "used")
            found += shares(whole, groups if is_lvm(block) else [], free)
    return with_unused(found, disk.bytes)


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


def is_lvm(block: Block) -> bool:
    """Whether a partition, or what stands on it, belongs to LVM."""
    return any(each.content == LVM for each in with_all_upon((block,)))


def shares(whole: Part, groups: Sequence[VolumeGroup], free: str) -> Iterator[Part]:
    """A stretch, divided as the one volume group on it is."""
    if len(groups) != 1 or not groups[0].free:
        yield whole
        return
    used = whole.bytes * (groups[0].bytes - groups[0].free) // max(groups[0].bytes, 1)
    if used:
        yield whole._replace(bytes=used)
    yield Part(whole.start + used, whole.bytes - used, free)


def scaled(stretches: Sequence[Part], whole: int, glyphs: Glyphs, width: int) -> Iterator[str]:
    """Stretches to scale; a single one is told by its words alone where each byte takes its time."""
    if len(stretches) > 1 or not glyphs.brief:
        yield bar(stretches, whole, glyphs, width)


def bar(stretches: Sequence[Part], whole: int, glyphs: Glyphs, width: int) -> str:
    """Stretches to scale, each at least one cell wide."""
    full, half, light = glyphs.bars
    sign = {"used": full, "guests": half, "free": light, "unused": " "}
    cells = min(glyphs.cells, max(width - 2, LEAST_CELLS))
    shown = [max(1, round(cells * part.bytes / max(whole, 1))) if part.bytes else 0 for part in stretches]
    if shown and sum(shown) != cells:
        largest = shown.index(max(shown))
        shown[largest] = max(1, shown[largest] + cells - sum(shown))
    return f"[{''.join(sign[part.kind] * share for part, share in zip(stretches, shown, strict=True))}]"
