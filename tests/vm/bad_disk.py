"""A disk of a machine that fails, or is pulled out and put back, by QEMU's own orders."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.vm.machine import Machine
from tests.vm.qemu import BlankDisk

LOOK = 0.2
PATIENCE = 4800.0
HOT_PLUG_PATIENCE = 120.0


class BadDisk:
    """One of the machine's further disks, which has a port of its own."""

    def __init__(self, machine: Machine, disk: BlankDisk) -> None:
        self.machine = machine
        self.disk = disk
        self._number = machine.hardware.disks.index(disk)

    @property
    def device(self) -> str:
        """What QEMU calls it."""
        return f"device{self._number}"

    def fail(self) -> None:
        """From now on whatever is read or written ends with an error (EIO); QEMU itself flushes it later, in `mend`."""
        always = {"event": "none", "errno": 5, "once": False, "immediately": True}
        errors = [always | {"iotype": each} for each in ("read", "write", "write-zeroes", "discard")]
        file = f"file{self._number}"
        self.machine.qmp.execute(
            "blockdev-add", driver="blkdebug", image=file, **{"node-name": "failing", "inject-error": errors}
        )
        self._stands_on("failing")

    def mend(self) -> None:
        """It works again."""
        self._stands_on(f"file{self._number}")
        self.machine.qmp.execute("blockdev-del", **{"node-name": "failing"})

    def _stands_on(self, node: str) -> None:
        options = {"driver": "raw", "node-name": f"disk{self._number}", "file": node, "discard": "unmap",
                   "detect-zeroes": "unmap"}  # fmt: skip
        self.machine.qmp.execute("blockdev-reopen", options=[options])

    def pull(self) -> None:
        """It goes, and the kernel hears of it."""
        before = self.machine.qmp.count("DEVICE_DELETED")
        self.machine.qmp.execute("device_del", id=self.device)
        self.machine.qmp.wait_beyond("DEVICE_DELETED", before, HOT_PLUG_PATIENCE)

    def put_back(self) -> None:
        """It comes back into its place; waits until udev has named it."""
        self.machine.qmp.execute("device_add", driver="virtio-blk-pci", drive=f"disk{self._number}", id=self.device,
                                 serial=self.disk.serial, bus=f"port{self._number}")  # fmt: skip
        self.machine.run(f"udevadm wait --timeout=120 --settle /dev/disk/by-id/{self.disk.id}")

    def written(self) -> int:
        """How many bytes the machine has written to it since it was put in."""
        for each in self.machine.qmp.execute("query-blockstats"):
            if each.get("node-name") == f"disk{self._number}":
                stats: dict[str, Any] = each["stats"]
                return int(stats["wr_bytes"])
        return 0

    @contextmanager
    def once_written(self, mib: int, do: str) -> Iterator[threading.Event]:
        """While something runs that writes to it: once so many MiB more are on it, `pull` or `fail` it."""
        done, over, begin = threading.Event(), threading.Event(), self.written()

        def watch() -> None:
            while not over.wait(LOOK):
                if self.written() - begin >= mib << 20:
                    getattr(self, do)()
                    done.set()
                    return

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield done
        finally:
            over.set()
            watcher.join(PATIENCE)
