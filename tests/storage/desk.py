"""A machine with one disk, made of files: what is run on it is kept."""

import json
from pathlib import Path
from typing import Any

from installer.commands import Output
from installer.resources.base import Resource, State
from installer.resources.table import Slot
from tests.fake_host import FakeHost
from tests.storage.machines import GIB, MIB
from tests.storage.test_disks import LVM_GUID, node, put_part

DISK = "ata-HDD_H1"
SLOT = Slot(start=MIB, bytes=8 * GIB - 2 * MIB, role="lvm")


class Desk(FakeHost):
    """A fake machine that may be changed: its commands are kept, its disk is a sparse file.

    Once the disk is wiped, lsblk shows what `reappears` with its new table, until that is wiped or removed too.
    """

    may_change = True

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.ran: list[str] = []
        self.reappears: dict[str, Any] | None = None
        self.put(f"/dev/disk/by-id/{DISK}")
        with self.path(f"/dev/disk/by-id/{DISK}").open("wb") as file:
            file.truncate(8 * GIB)

    def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        self.ran.append(" ".join(argv))
        if argv == ("wipefs", "--all", f"/dev/disk/by-id/{DISK}"):
            self.holds(*([self.reappears] if self.reappears else []), pttype="gpt")
        elif self.reappears and argv == ("wipefs", "--all", f"/dev/{self.reappears['name']}"):
            self.holds(self.reappears | {"fstype": None, "children": []}, pttype="gpt")
        return Output(0, "", "")

    def holds(self, *children: dict[str, Any], **more: Any) -> None:
        """What lsblk shows of the disk from now on."""
        self.said["lsblk"] = json.dumps({"blockdevices": [node("sdb", size=8 * GIB, children=list(children), **more)]})


def settle(resource: Resource, desk: Desk, state: State) -> list[str]:
    """Settle a resource; what was run for it."""
    desk.ran.clear()
    list(resource.settle(desk, state))
    return desk.ran


def report(kind: str, *rows: dict[str, str]) -> str:
    """One of LVM's reports."""
    return json.dumps({"report": [{kind: list(rows)}]})


def old_group(desk: Desk) -> dict[str, Any]:
    """A disk whose one partition is exactly ours to be, and holds a volume of an old group."""
    volume = node("vg0-mail", "lvm", GIB, kname="dm-3")
    return put_part(desk, "sdb", 1, 1, 8190, fstype="LVM2_member", parttype=LVM_GUID, children=[volume])
