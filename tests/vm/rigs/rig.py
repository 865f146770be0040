"""One hardware, the system that runs on it, and the machines that it becomes."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.vm.qemu import Firmware
from tests.vm.recipe import ROOT_MIB
from tests.vm.rigs.shelves import FIRST_SLOT, Shelf

MIB = 1 << 20


@dataclass(frozen=True)
class System:
    """Where the running system is.

    `words` attach QEMU's node "root". A system in memory is started from a copy of the image. Any other has a disk of
    so many bytes with a table that sfdisk(8) reads, and the image's root filesystem from the MiB `start` on; or it was
    put together in another rig's scene, on the disk `made_by` there, and `root` says where. `setup` is done once.
    """

    words: tuple[str, ...]
    live: bool = False
    bytes: int = 0
    table: str = ""
    start: int = 0
    setup: str = ""
    made_by: str = ""
    root: str = ""

    def disk(self, image: Path, offset: int, directory: Path) -> Path:
        """The disk, made where that is needed; the image's root filesystem is at the MiB `offset`."""
        if self.live:
            return image
        if self.made_by:
            return directory / self.made_by
        disk = directory / "system.raw"
        with disk.open("wb") as file:
            file.truncate(self.bytes)
        subprocess.run(["sfdisk", "--quiet", str(disk)], input=self.table, text=True, check=True)
        copy = ["dd", f"if={image}", f"of={disk}", f"skip={offset}", f"seek={self.start}", f"count={ROOT_MIB}"]
        subprocess.run([*copy, "bs=1M", "conv=sparse,notrunc", "status=none"], check=True)
        return disk


@dataclass(frozen=True)
class Scene:
    """One machine: the shelves that it has, and what prepares it (shell in /dev/disk/by-id, with capture.sh's words).

    `after` undoes what is not undone by clearing these disks, which is left out where the scene `stays`; `nobody` is a
    look without root's rights.
    """

    shelves: tuple[str, ...] = ()
    shell: str = ""
    after: str = ""
    nobody: bool = False
    stays: bool = False


@dataclass(frozen=True)
class Rig:
    """Firmware, a system, shelves by their names, and the machines by theirs, in this order."""

    firmware: Firmware
    system: System
    shelves: dict[str, Shelf] = field(default_factory=dict)
    scenes: dict[str, Scene] = field(default_factory=dict)

    def slot(self, name: str) -> int:
        """The PCI slot of a shelf."""
        return FIRST_SLOT + list(self.shelves).index(name)

    def slots(self) -> list[str]:
        """The slots of all shelves, as the guest writes them."""
        return [f"{self.slot(name):02x}" for name in self.shelves]

    def place(self, name: str) -> tuple[str, list[str]]:
        """The slot of a shelf, and the paths of its disks in the guest."""
        return f"{self.slot(name):02x}", self.shelves[name].paths(self.slot(name))

    def words(self, directory: Path) -> list[str]:
        """All shelves in QEMU's words."""
        return [word for name, shelf in self.shelves.items()
                for word in shelf.arguments(name, self.slot(name), directory)]  # fmt: skip
