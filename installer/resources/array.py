"""RAID1 arrays of a new system (mdadm(8)), each of the same partition of several disks."""

from collections.abc import Iterable

from installer.blocks import kernel_name
from installer.errors import HostError
from installer.facts_storage import Block
from installer.host import Host
from installer.resources.apart import naming_holders
from installer.resources.base import Progress, Said, State
from installer.resources.disk import BY_ID, device_at
from installer.resources.filesystem import PartOfNewSystem
from installer.resources.lvm import release
from installer.resources.table import settle_udev


class Array(PartOfNewSystem):
    """The partitions of `disks` (names in /dev/disk/by-id) from byte `start`, mirrored; `name` is udev's own for it.

    That an array exists is written on its members; that it runs is true only until it is closed again.
    """

    kind = "array"
    label: str
    homehost: str
    disks: tuple[str, ...]
    start: int
    metadata: str

    @property
    def title(self) -> str:
        return f"the RAID1 array {self.label} on {' and '.join(self.disks)}"

    @property
    def uuid(self) -> str:
        """Its UUID as mdadm writes it."""
        return self.name.removeprefix("md-uuid-")

    @property
    def device(self) -> str:
        """Its name in /dev."""
        return f"{BY_ID}/{self.name}"

    def expected(self) -> State:
        return {"level": "raid1", "disks": list(self.disks), "running": True}

    def observe(self, host: Host) -> State:
        found = self.members(host)
        if not any(found):
            return None
        there = [disk for disk, member in zip(self.disks, found, strict=True) if member]
        return {"level": "raid1", "disks": there, "running": host.exists(self.device)}

    def members(self, host: Host) -> list[Block | None]:
        """The partition of each disk, None where that is no member yet."""
        parts = (device_at(host, disk, self.start) for disk in self.disks)
        return [part if part and self.uuid in examined(host, part) else None for part in parts]

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        if all(self.members(host)):
            yield Progress(text=f"starting the RAID1 array {self.label}")
            host.run("mdadm", "--assemble", "--run", f"/dev/md/{self.label}", *self.parts(host))
        else:
            yield Progress(text=f"making the RAID1 array {self.label}")
            self.make(host, self.parts(host))
        settle_udev(host)

    def parts(self, host: Host) -> list[str]:
        """The partitions in /dev; HostError where one is missing."""
        found = {disk: device_at(host, disk, self.start) for disk in self.disks}
        if missing := [disk for disk, part in found.items() if part is None]:
            raise HostError(f"{missing[0]} has no partition that begins at byte {self.start}", "apply again")
        return [f"/dev/{part.name}" for part in found.values() if part]

    def make(self, host: Host, parts: list[str]) -> None:
        """Put them together, bare of whatever an earlier life left on them."""
        for part in parts:
            host.run("wipefs", "--all", part)
        named = (f"--metadata={self.metadata}", f"--uuid={self.uuid}", f"--name={self.label}")
        words = ("--level=1", f"--raid-devices={len(parts)}", "--bitmap=internal", f"--homehost={self.homehost}")
        host.run("mdadm", "--create", f"/dev/md/{self.label}", "--run", *named, *words, *parts)
        settle_udev(host)
        release(host, self.device)
        host.run("wipefs", "--all", self.device)

    def close(self, host: Host) -> None:
        """Stop it, and the volume group on it."""
        if host.exists(self.device):
            release(host, self.device)
            name = kernel_name(host, self.device)
            with naming_holders(host, name):
                host.run("mdadm", "--stop", f"/dev/{name}")
            settle_udev(host)


def examined(host: Host, part: Block) -> str:
    """What the superblock on a partition says; "" without one, and without mdadm."""
    return host.query("mdadm", "--examine", "--export", f"/dev/{part.name}").stdout
