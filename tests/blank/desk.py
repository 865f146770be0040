"""A live system made of files: what is run on it is kept, and so is what is run in the new root."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from installer.commands import Output
from installer.errors import HostError
from installer.resources.base import Resource
from installer.resources.filesystem import TARGET
from installer.resources.table import Slot
from tests.fake_host import FakeHost
from tests.storage.machines import GIB, MIB
from tests.storage.test_disks import node

DISK = "ata-HDD_H1"
ROOT = Slot(start=2 * MIB, bytes=5 * GIB, role="linux")
LINUX_GUID = "0fc63daf-8483-4772-8e79-3d69d8477de4"


class LiveDesk(FakeHost):
    """A live system that may be changed; commands in the new root are kept with "chroot " before them.

    `fails` is the beginning of a command that fails, with `status`; findmnt tells what mount and umount did. `heard` is
    what commands were given on their standard input.
    """

    may_change = True

    def __init__(self, root: Path, ran: list[str] | None = None, chroot: str = "") -> None:
        super().__init__(root)
        self.ran = [] if ran is None else ran
        self.chroot = chroot
        self.heard: list[str] = []
        self.fails, self.status = "", 1
        self.lines: tuple[str, ...] = ()
        self.mounts: dict[str, str] = {}
        self.does: Callable[[tuple[str, ...]], None] = lambda argv: None

    def rooted(self, name: str) -> "LiveDesk":
        new = LiveDesk(self.path(name), self.ran, "chroot ")
        new.fails, new.status, new.does, new.said, new.heard = (
            self.fails, self.status, self.does, self.said, self.heard)  # fmt: skip
        return new

    def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        line = self.chroot + " ".join(argv)
        self.ran.append(line)
        self.heard += [self.given] if self.given is not None else []
        if self.fails and line.startswith(self.fails):
            raise HostError(f"{argv[0]} failed", status=self.status)
        if argv[0] == "mount":
            self.mounts[argv[-1]] = argv[-2]
        if argv[0] == "umount":
            self.mounts = {name: source for name, source in self.mounts.items() if not name.startswith(argv[-1])}
        self.does(argv)
        return Output(0, "", "")

    def stream(self, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
        yield from self.lines
        self.run(*argv)

    def query(self, *argv: str, timeout: float = 0) -> Output:
        if argv[0] == "vgchange":
            self.ran.append(self.chroot + " ".join(argv))
        if argv[0] == "findmnt":
            source = self.mounts.get(argv[-1])
            return Output(0, f"{source}\n", "") if source else Output(1, "", "")
        return super().query(*argv)

    def in_target(self, name: str) -> Path:
        """Where a file of the new system lies."""
        return self.path(TARGET + name)


def holds(desk: LiveDesk, *parts: dict[str, object]) -> None:
    """What lsblk shows of the disk from now on, besides what it has shown."""
    before = json.loads(desk.said["lsblk"])["blockdevices"] if isinstance(desk.said["lsblk"], str) else []
    children = [*(before[0]["children"] if before else ()), *parts]
    desk.said["lsblk"] = json.dumps({"blockdevices": [node("sdb", size=8 * GIB, children=children, pttype="gpt")]})


def settle(resource: Resource, desk: LiveDesk) -> list[str]:
    """Settle a resource into what it shall be; what was run for it."""
    desk.ran.clear()
    list(resource.settle(desk, resource.expected()))
    return desk.ran
