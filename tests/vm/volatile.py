"""A disk with a cache that forgets: after a power cut it holds what was flushed, and nothing of what came later.

QEMU logs every write and flush (its driver blklogwrites, in the format of Linux' dm-log-writes) beside doing them.
"""

import os
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

SECTOR = 512
HEAD = struct.Struct("<QQQQ")
FLUSH, DISCARD = 1, 4
EMPTY = bytes(SECTOR)


class VolatileDisk:
    """A raw disk, the log of what was written to it since the machine was switched on, and what it was before.

    QEMU knows it as the node `node`.
    """

    def __init__(self, disk: Path, node: str = "root") -> None:
        self.disk = disk
        self.node = node
        self.log = disk.with_name(f"{disk.name}.log")
        self.kept = disk.with_name(f"{disk.name}.kept")

    @property
    def arguments(self) -> list[str]:
        """The disk as QEMU has it."""
        stored, log = f"{self.node}-stored", f"{self.node}-log"
        return [
            *("-blockdev", f"driver=raw,node-name={stored},file.driver=file,file.filename={self.disk}"),
            *("-blockdev", f"driver=file,node-name={log},filename={self.log}"),
            *("-blockdev", f"driver=blklogwrites,node-name={self.node},file={stored},log={log}"),
        ]

    def power_on(self) -> None:
        """Forget what was not flushed when the power went, and begin a new log."""
        if self.kept.exists():
            replay(self.log, self.kept)
            copy_sparse(self.kept, self.disk)
        else:
            copy_sparse(self.disk, self.kept)
        self.log.write_bytes(b"")

    def remove(self) -> None:
        """Leave nothing behind."""
        for path in (self.log, self.kept):
            path.unlink(missing_ok=True)


def replay(log: Path, disk: Path) -> None:
    """Write to a disk what a log says, up to the last flush."""
    with log.open("rb") as source, disk.open("r+b") as target:
        waiting: list[tuple[int, int, int]] = []
        for sector, count, flags, data in entries(source.fileno()):
            if flags & FLUSH:
                for number, sectors, place in waiting:
                    target.seek(number * SECTOR)
                    target.write(os.pread(source.fileno(), sectors * SECTOR, place))
                waiting.clear()
            elif not flags & DISCARD:
                waiting.append((sector, count, data))


def entries(log: int) -> Iterator[tuple[int, int, int, int]]:
    """Sector, number of sectors and flags of each entry, and where its data is; the first sector is a summary.

    An entry that was on its way when the power went is a hole of zeros before the next one.
    """
    place, end = SECTOR, os.fstat(log).st_size
    while place + SECTOR <= end:
        head = os.pread(log, SECTOR, place)
        place += SECTOR
        if head == EMPTY:
            continue
        sector, count, flags, _ = HEAD.unpack_from(head)
        yield sector, count, flags, place
        place += 0 if flags & DISCARD else count * SECTOR


def copy_sparse(source: Path, target: Path) -> None:
    """Copy a file, holes included."""
    subprocess.run(["cp", "--sparse=always", source, target], check=True)
