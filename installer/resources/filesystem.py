"""A filesystem on a partition, and the directories that it is mounted on while a new system is made."""

import errno
from collections.abc import Iterable

from installer.blocks import amount
from installer.errors import REMEDIES, HostError
from installer.facts_storage import Block
from installer.host import Host
from installer.ours import read_ours
from installer.resources.base import Progress, Resource, Said, State
from installer.resources.disk import WholeDisk, device_at, slot_line
from installer.resources.table import Slot, settle_udev

TARGET = "/run/xenstrap-target"
"""Where the root of a new system is mounted while it is made."""
MEDIA = "/run/xenstrap-media"
"""Where in it the media are that it is made from."""
READ = 1 << 16
"""As much of a partition as tells whether there is a filesystem."""
MENDED = (1, 2, 3)
"""With what e2fsck ends where it has mended all that was wrong."""


class SystemDisk(WholeDisk):
    """A disk that a new system is put on: what stands behind our partitions is the new system's own affair.

    None of several is touched unless all are as they were shown: an array that they share goes with the first.
    """

    kind = "system-disk"
    batch = True

    def observe(self, host: Host) -> State:
        state = super().observe(host)
        if state is None or self.name not in read_ours(host).disks or state["table"] != self.table:
            return state
        partitions = state["partitions"]
        assert isinstance(partitions, list)
        wanted = [slot_line(slot) for slot in self.slots]
        return self.expected() if partitions[: len(wanted)] == wanted else state


class PartOfNewSystem(Resource):
    """Something that makes up a system which did not exist before: there is no former state to go back to."""

    def stays(self, host: Host) -> str:
        return "it is part of the new system"


class FileSystem(PartOfNewSystem):
    """ext4 or vfat on the partition `slot` of `disk`, or on an array, from byte 0; `name` is "DISK from BYTE"."""

    kind = "filesystem"
    disk: str
    slot: Slot
    format: str
    uuid: str
    label: str

    @property
    def title(self) -> str:
        if not self.slot.start:
            return f"{self.format} on the RAID1 array {self.label.lower()}"
        return f"{self.format} on a partition of {amount(self.slot.bytes)} of {self.disk}"

    def expected(self) -> State:
        return {"format": self.format, "uuid": self.uuid, "label": self.label}

    def observe(self, host: Host) -> State:
        part = device_at(host, self.disk, self.slot.start)
        if part is None:
            return None
        found = host.query("blkid", "--probe", "--output", "export", f"/dev/{part.name}").stdout
        said = dict(line.split("=", 1) for line in found.splitlines() if "=" in line)
        if "TYPE" not in said:
            if host.exists(f"/dev/{part.name}") and host.read_at(f"/dev/{part.name}", 0, READ) is None:
                raise HostError(f"{part.name} on {self.disk} cannot be read", REMEDIES[errno.EIO])
            return None
        uuid = said.get("UUID", "").replace("-", "") if said["TYPE"] == "vfat" else said.get("UUID", "")
        return {"format": said["TYPE"], "uuid": uuid, "label": said.get("LABEL", "")}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        part = device_at(host, self.disk, self.slot.start)
        if part is None:
            raise HostError(f"{self.disk} has no partition that begins at byte {self.slot.start}", "apply again")
        yield Progress(text=f"making {self.format} on {part.name}")
        if self.format == "vfat":
            host.run("mkfs.vfat", "-F", "32", "-i", self.uuid, "-n", self.label, f"/dev/{part.name}")
        else:
            host.run("mkfs.ext4", "-q", "-F", "-U", self.uuid, "-L", self.label, f"/dev/{part.name}")
        settle_udev(host)


class Mount(Resource):
    """Something mounted on the directory `name`: the partition of `disk` from byte `start`, or `source` as it is.

    `where_there`: nothing is, on a machine that has no such source.
    """

    kind = "mount"
    disk: str = ""
    start: int = 0
    source: str = ""
    words: tuple[str, ...] = ()
    where_there: bool = False

    @property
    def title(self) -> str:
        return f"{self.source or self.disk} on {self.name}"

    def expected(self) -> State:
        return {"mounted": self.source or f"{self.disk} from {self.start}"}

    def observe(self, host: Host) -> State:
        if self.where_there and not host.exists(self.source):
            return self.expected()
        done = host.query("findmnt", "--noheadings", "--raw", "--output", "SOURCE", "--mountpoint", self.name)
        found = done.stdout.split()
        if done.status or not found:
            return None
        if self.disk:
            part = device_at(host, self.disk, self.start)
            if part is None or found[-1] != f"/dev/{part.name}":
                return {"mounted": found[-1]}
        return self.expected()

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        if state is None:
            host.run("umount", "--recursive", self.name)
            return ()
        host.run("mkdir", "--parents", self.name)
        part = device_at(host, self.disk, self.start) if self.disk else None
        if part and part.content.startswith("ext"):
            self.mend(host, part)
        source = f"/dev/{part.name}" if part else self.source
        host.run("mount", *self.words, source, self.name)
        return ()

    def mend(self, host: Host, part: Block) -> None:
        """Put right what a disk that failed, or a power cut, has left of a filesystem (e2fsck(8), exit code)."""
        try:
            host.run("e2fsck", "-p", f"/dev/{part.name}")
        except HostError as error:
            if error.status not in MENDED:
                hint = (f"`e2fsck -y /dev/{part.name}` mends more, or `wipefs --all /dev/{part.name}` gives up what is"
                        " there; then apply again")  # fmt: skip
                raise HostError(f"the filesystem on {self.disk} is damaged: {error.fact}", hint) from error
