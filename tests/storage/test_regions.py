"""Free regions: inside the disk, beside every partition, in whole MiB."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.facts_storage import Block
from installer.regions import DOS_SECTORS, GPT_SECTORS, LEAST, MIB, free_regions
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


def test_an_extended_partition_is_taken_and_its_inside_is_not_offered() -> None:
    blocks = [part(1, 1, 1000), part(2, 1001, 4000, role="extended"), part(5, 1002, 100, role="linux")]
    assert list(free_regions(10 * GIB, 512, "dos", blocks)) == [(5001 * MIB, 5239 * MIB)]


@pytest.mark.parametrize("table", ["", "sun", "atari"])
def test_other_tables_have_no_free_regions(table: str) -> None:
    assert list(free_regions(10 * GIB, 512, table, [])) == []
