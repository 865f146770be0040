"""LVM: a volume group on one partition, and logical volumes in it."""

from collections.abc import Collection, Iterable
from contextlib import suppress

from installer.blocks import kernel_name
from installer.errors import HostError
from installer.facts_storage import Block
from installer.host import Host
from installer.lvm import lvm_rows
from installer.ours import ERASED, RECORD, read_ours
from installer.resources.base import Progress, Resource, Said, State
from installer.resources.disk import BY_ID, device_at
from installer.resources.filesystem import PartOfNewSystem
from installer.resources.table import settle_udev

PHYSICAL = "LVM2_member"
HISTORY = ("/etc/lvm/archive", "/etc/lvm/backup")


class VolumeGroup(Resource):
    """A volume group on the partition of `disk` (a name in /dev/disk/by-id) that begins at byte `start`.

    From byte 0 it is on an array of that name, or on what LUKS is open as.
    """

    kind = "volume-group"
    disk: str
    start: int

    @property
    def needs(self) -> tuple[str, ...]:
        part = f"partition:{self.disk} from {self.start}"
        return ("package:lvm2", "package:thin-provisioning-tools", f"file:{RECORD}", f"file:{ERASED}", part)

    @property
    def title(self) -> str:
        return f"volume group {self.name}"

    def expected(self) -> State:
        return {"name": self.name, "on": self.where}

    @property
    def where(self) -> str:
        """What it is on, for people."""
        return f"{self.disk} from {self.start} B" if self.start else self.disk

    def observe(self, host: Host) -> State:
        part = device_at(host, self.disk, self.start)
        if part is None or part.content != PHYSICAL:
            return None
        for row in lvm_rows(host, "pvs", "pv_name,vg_name"):
            if row["vg_name"] and kernel_name(host, row["pv_name"]) == kernel_name(host, self.device(part)):
                return {"name": row["vg_name"], "on": self.where}
        return None

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        part = device_at(host, self.disk, self.start)
        if part is None:
            raise HostError(f"{self.disk} has no partition that begins at byte {self.start}", "draw the plan again")
        if state is None:
            host.run("vgremove", self.name)
            host.run("pvremove", self.device(part))
            self.forget(host)
        else:
            yield Progress(text=f"making the volume group {self.name} on {part.name}")
            host.run("vgcreate", self.name, self.device(part))
        settle_udev(host)

    def device(self, part: Block) -> str:
        """Its name in /dev; by lsblk(8) what is open has only that which it was opened as."""
        return f"/dev/{part.name}" if self.start else f"{BY_ID}/{self.disk}"

    def forget(self, host: Host) -> None:
        """Remove what LVM keeps of the group's past, which would outlive LVM itself (vgcfgbackup(8))."""
        for folder in HISTORY:
            for name in host.names(folder):
                if name == self.name or name.startswith(f"{self.name}_"):
                    host.remove(f"{folder}/{name}")

    def stays(self, host: Host) -> str:
        return guests_volumes(host, self.name)


class NewVolumeGroup(PartOfNewSystem, VolumeGroup):
    """The volume group of a new system on an array or in LUKS: made before that system."""

    kind = "new-volume-group"


class LogicalVolume(Resource):
    """A logical volume, `name` as "vg0/dom0-swap", of at least `mib`; without, a thin pool of 90 % of what is free."""

    kind = "logical-volume"
    mib: int | None = None

    @property
    def title(self) -> str:
        return f"{'thin pool' if self.mib is None else 'logical volume'} {self.name}"

    def expected(self) -> State:
        return {"kind": "thin pool"} if self.mib is None else {"kind": "linear", "size": f"{self.mib} MiB"}

    def observe(self, host: Host) -> State:
        for row in lvm_rows(host, "lvs", "vg_name,lv_name,lv_size,segtype"):
            if f"{row['vg_name']}/{row['lv_name']}" == self.name:
                return self.seen(row["segtype"], int(row["lv_size"]) >> 20)
        return None

    def seen(self, kind: str, mib: int) -> State:
        """The state of a volume that is there: one that has grown is as wanted."""
        if kind == "thin-pool":
            return {"kind": "thin pool"}
        return {"kind": kind, "size": f"{self.mib if self.mib and mib >= self.mib else mib} MiB"}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        group, _, volume = self.name.partition("/")
        if state is None:
            host.run("lvremove", "--yes", self.name)
        elif self.mib is None:
            yield Progress(text=f"making the thin pool {self.name}")
            host.run("lvcreate", "--yes", "--type", "thin-pool", "--extents", "90%FREE", "--name", volume, group)
        else:
            yield Progress(text=f"making the logical volume {self.name} of {self.mib} MiB")
            words = ("--wipesignatures", "y", "--size", f"{self.mib}m", "--name", volume)
            host.run("lvcreate", "--yes", *words, group)
        settle_udev(host)

    def stays(self, host: Host) -> str:
        group, _, volume = self.name.partition("/")
        thin = [row["lv_name"] for row in lvm_rows(host, "lvs", "vg_name,lv_name,pool_lv")
                if (row["vg_name"], row["pool_lv"]) == (group, volume)]  # fmt: skip
        return f"it holds {', '.join(thin)}" if thin else ""


def release(host: Host, device: str) -> None:
    """Close a volume group on it; of one from an earlier life udev opens the volumes as soon as it sees them."""
    for row in lvm_rows(host, "pvs", "pv_name,vg_name"):
        if row["vg_name"] and kernel_name(host, row["pv_name"]) == kernel_name(host, device):
            host.query("vgchange", "--activate", "n", row["vg_name"])


def drop_volumes(host: Host, groups: Collection[str]) -> None:
    """Close what is still open of volume groups that LVM cannot close, since it no longer reads them (dmsetup(8)).

    What stands on others goes first: one that is in use is tried again once another has gone.
    """
    left = open_volumes(host, groups)
    while left:
        for name in left:
            with suppress(HostError):
                host.run("dmsetup", "remove", name)
        before, left = left, open_volumes(host, groups)
        if left == before:
            raise HostError(f"{', '.join(left)} cannot be closed", "`dmsetup ls --tree` shows what is open")


def open_volumes(host: Host, groups: Collection[str]) -> list[str]:
    """The open volumes of volume groups, by their names in /dev/mapper."""
    words = ("--columns", "--noheadings", "--separator", "/", "--options", "name,subsystem,vg_name")
    rows = (line.strip().split("/") for line in host.query("dmsetup", "info", *words).stdout.splitlines())
    return [row[0] for row in rows if row[1:2] == ["LVM"] and row[2] in groups]


def guests_volumes(host: Host, group: str) -> str:
    """What a volume group holds besides what is ours, as a reason to keep it."""
    ours = read_ours(host).volumes
    rows = lvm_rows(host, "lvs", "vg_name,lv_name")
    others = [row["lv_name"] for row in rows if row["vg_name"] == group and f"{group}/{row['lv_name']}" not in ours]
    return f"volume group {group} holds {', '.join(others)}" if others else ""
