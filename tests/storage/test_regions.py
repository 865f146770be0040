"""Free regions: inside the disk, beside every partition, in whole MiB; within an extended one with room for records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.facts_storage import Block
from installer.regions import DOS_SECTORS, GPT_SECTORS, LEAST, MIB, free_regions, span
from tests.storage.machines import GIB, TB, part


@st.composite
def layouts(draw: st.DrawFn) -> tuple[int, int, str, list[Block]]:
    """A disk's size and sector, the kind of its table, and partitions that do not overlap."""
    sector = draw(st.sampled_from([512, 4096]))
    size = draw(st.integers(1, 8 * TB // sector)) * sector
    blocks, position = [], draw(st.integers(0, 4096)) * sector
    for number in range(1, draw(st.integers(0, 6)) + 1):
        start = position + draw(st.integers(0, 50 * GIB // sector)) * sector
        count = draw(st.integers(1, 50 * GIB // sector)) * sector
        if start + count > size:
            break
        blocks.append(Block(name=f"sda{number}", kind="part", number=number, start=start, bytes=count))
        position = start + count
    return size, sector, draw(st.sampled_from(["gpt", "dos"])), blocks


@given(layouts())
def test_a_region_never_overlaps_exceeds_or_misaligns(layout: tuple[int, int, str, list[Block]]) -> None:
    size, sector, table, blocks = layout
    taken = [(block.start or 0, (block.start or 0) + block.bytes) for block in blocks]
    most = size - GPT_SECTORS * sector if table == "gpt" else min(size, DOS_SECTORS * sector)
    last = MIB
    for start, count in free_regions(size, sector, table, blocks):
        assert start % MIB == count % MIB == 0
        assert last <= start
        assert count >= LEAST
        assert (last := start + count) <= most
        assert all(start >= end or start + count <= first for first, end in taken)


@given(layouts())
def test_nothing_is_free_beside_a_partition_whose_place_is_unknown(layout: tuple[int, int, str, list[Block]]) -> None:
    size, sector, table, blocks = layout
    unknown = Block(name="mpatha-part1", kind="part", bytes=GIB)
    assert free_regions(size, sector, table, [*blocks, unknown]) == []


@given(layouts())
def test_nothing_larger_than_a_region_is_left_over(layout: tuple[int, int, str, list[Block]]) -> None:
    size, sector, table, blocks = layout
    if table == "dos" and len(blocks) >= 4:
        assert list(free_regions(size, sector, table, blocks)) == []
        return
    most = size - GPT_SECTORS * sector if table == "gpt" else min(size, DOS_SECTORS * sector)
    known = [*blocks, *(Block(name="free", kind="part", start=start, bytes=count)
                        for start, count in free_regions(size, sector, table, blocks))]  # fmt: skip
    position = MIB
    for start, end in sorted((block.start or 0, (block.start or 0) + block.bytes) for block in known):
        assert start - position < LEAST + 2 * MIB
        position = max(position, end)
    assert most - position < LEAST + 2 * MIB


@st.composite
def extended_layouts(draw: st.DrawFn) -> tuple[int, list[Block], Block]:
    """A disk's size, and msdos partitions, one of which is extended and has logical ones in it."""
    sizes = st.integers(1, 20 * GIB // 512).map(lambda count: count * 512)
    before, within, behind = draw(st.lists(sizes, max_size=3)), draw(st.lists(sizes, max_size=5)), draw(sizes)
    blocks, position = [], draw(st.integers(1, 4096)) * 512

    def add(number: int, size: int, **more: str) -> Block:
        nonlocal position
        start = position + draw(st.integers(1, 5 * GIB // 512)) * 512
        blocks.append(Block(name=f"sda{number}", kind="part", number=number, start=start, bytes=size, **more))
        position = start + size
        return blocks[-1]

    for number, size in enumerate(before, 1):
        add(number, size)
    extended = add(len(before) + 1, 0, role="extended")
    for number, size in enumerate(within, 5):
        add(number, size)
    end = position + behind
    assert extended.start is not None
    whole = extended.model_copy(update={"bytes": end - extended.start})
    blocks[blocks.index(extended)] = whole
    return end + draw(st.integers(0, 20 * GIB // 512)) * 512, blocks, whole


@given(extended_layouts())
def test_a_region_is_outside_an_extended_partition_or_within_it_beside_the_records(
    layout: tuple[int, list[Block], Block],
) -> None:
    size, blocks, extended = layout
    first, last = span(extended)
    logical = [span(block) for block in blocks if (block.number or 0) > 4]
    position = MIB
    for start, count in free_regions(size, 512, "dos", blocks):
        end = start + count
        assert start % MIB == count % MIB == 0
        assert position <= start < start + LEAST <= end <= size
        position = end
        if start >= first and end <= last:
            assert start >= first + MIB
            assert all(start >= behind + MIB or end + MIB <= before for before, behind in logical)
        else:
            assert start >= last or end <= first
            assert len(blocks) - len(logical) < 4
            assert all(start >= behind or end <= before for before, behind in map(span, blocks))


@given(extended_layouts())
def test_where_the_size_of_an_extended_partition_is_unknown_all_behind_it_is_taken(
    layout: tuple[int, list[Block], Block],
) -> None:
    size, blocks, extended = layout
    shown = [block.model_copy(update={"bytes": 1024}) if block == extended else block for block in blocks]
    assert all(start + count <= span(extended)[0] for start, count in free_regions(size, 512, "dos", shown))


def test_the_inside_of_an_extended_partition_is_for_logical_ones() -> None:
    blocks = [part(1, 1, 1000), part(2, 1001, 4000, role="extended"), part(5, 1002, 100), part(6, 3000, 100)]
    inside = [(1103 * MIB, 1896 * MIB), (3101 * MIB, 1900 * MIB)]
    assert free_regions(10 * GIB, 512, "dos", blocks) == [*inside, (5001 * MIB, 5239 * MIB)]
    full = [*blocks, part(3, 5001, 100), part(4, 5201, 100)]
    assert free_regions(10 * GIB, 512, "dos", full) == inside


@pytest.mark.parametrize("table", ["", "sun", "atari"])
def test_other_tables_have_no_free_regions(table: str) -> None:
    assert list(free_regions(10 * GIB, 512, table, [])) == []
