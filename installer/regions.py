"""Where a partitioned disk is free."""

from collections.abc import Iterable, Iterator, Sequence

from installer.facts_storage import EXTENDED, Block

MIB = 1 << 20
LEAST = 64 * MIB
GPT_SECTORS = 34  # protective MBR or spare, header and 128 entries (UEFI specification 5.3); at the end one less
DOS_PRIMARIES = 4
DOS_SECTORS = 1 << 32
RECORD = MIB
"""What is kept free before a logical partition: the record that names it (EBR) is somewhere there."""
UNTOLD = 4096
"""The kernel shows an extended partition as no larger, whatever its size (block/partitions/msdos.c of Linux)."""


def free_regions(size: int, sector: int, table: str, parts: Sequence[Block]) -> list[tuple[int, int]]:
    """First byte and size of each free region of at least 64 MiB, in whole MiB, in the order of the disk.

    A table of another kind than GPT and msdos has none, nor a disk with a partition whose place is unknown; an msdos
    table whose four places are taken has those alone that lie within its extended partition, for logical ones.
    """
    if table not in ("gpt", "dos") or any(part.start is None for part in parts):
        return []
    end = size - GPT_SECTORS * sector if table == "gpt" else min(size, DOS_SECTORS * sector)
    extended = next((part for part in parts if table == "dos" and part.role == EXTENDED), None)
    whole = span(extended, size) if extended else (0, 0)
    found: list[tuple[int, int]] = []
    if table == "gpt" or len(primaries(parts)) < DOS_PRIMARIES:
        found += gaps(MIB, end, [whole, *(span(part) for part in parts)])
    if extended and extended.bytes > UNTOLD:
        logical = [span(part) for part in parts if part.number and part.number > DOS_PRIMARIES]
        found += gaps(whole[0] + RECORD, min(whole[1], end), logical, RECORD)
    return sorted(found)


def gaps(position: int, end: int, taken: Iterable[tuple[int, int]], record: int = 0) -> Iterator[tuple[int, int]]:
    """What is free from a byte up to another, with so much kept free before and behind whatever is taken."""
    for first, last in [*sorted(taken), (end + record, end)]:
        start, stop = -(-position // MIB) * MIB, (first - record) // MIB * MIB
        if stop - start >= LEAST:
            yield start, stop - start
        position = max(position, last + record)


def span(part: Block, size: int = 0) -> tuple[int, int]:
    """The first byte of a partition, and the one behind its last; an extended one of unknown size reaches to `size`."""
    start = part.start or 0
    return start, size if size and part.bytes <= UNTOLD else start + part.bytes


def primaries(parts: Sequence[Block]) -> list[Block]:
    """The partitions that take one of the four places of an msdos table."""
    return [part for part in parts if part.number is not None and part.number <= DOS_PRIMARIES]
