"""Where a partitioned disk is free."""

from collections.abc import Iterator, Sequence

from installer.facts_storage import Block

MIB = 1 << 20
LEAST = 64 * MIB
GPT_SECTORS = 34  # protective MBR or spare, header and 128 entries (UEFI specification 5.3); at the end one less
DOS_PRIMARIES = 4
DOS_SECTORS = 1 << 32


def free_regions(size: int, sector: int, table: str, parts: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """First byte and size of each free region of at least 64 MiB, in whole MiB, in the order of the disk.

    A table of another kind than GPT and msdos, an msdos table whose four places are taken, and the inside of an
    extended partition have none.
    """
    if table not in ("gpt", "dos") or (table == "dos" and len(primaries(parts)) >= DOS_PRIMARIES):
        return
    end = size - GPT_SECTORS * sector if table == "gpt" else min(size, DOS_SECTORS * sector)
    taken = sorted((part.start, part.start + part.bytes) for part in parts if part.start is not None)
    position = MIB
    for first, last in [*taken, (end, end)]:
        start, stop = -(-position // MIB) * MIB, first // MIB * MIB
        if stop - start >= LEAST:
            yield start, stop - start
        position = max(position, last)


def primaries(parts: Sequence[Block]) -> list[Block]:
    """The partitions that take one of the four places of an msdos table."""
    return [part for part in parts if part.number is not None and part.number <= DOS_PRIMARIES]
