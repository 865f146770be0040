"""Partitions and whole disks, by the disk's stable name."""

from collections.abc import Iterable, Mapping
from typing import Any

from installer.blocks import SECTOR, SYS, amount, block, drawn, list_blocks, number_in, uuids
from installer.errors import HostError
from installer.facts_storage import Block
from installer.host import Host
from installer.ours import read_ours
from installer.resources.apart import groups_on, take_apart
from installer.resources.base import Progress, Resource, Said, State
from installer.resources.table import Slot, add_partition, clear_beginning, remove_partition, write_table

BY_ID = "/dev/disk/by-id"


class Partition(Resource):
    """One partition in free space of a disk; `name` is "DISK from BYTE", `disk` its name in /dev/disk/by-id.

    `remains` is what an earlier partition left there and this one loses.
    """

    kind = "partition"
    disk: str
    slot: Slot
    remains: str = ""

    @property
    def title(self) -> str:
        return f"a partition on {self.disk}"

    @property
    def destructive(self) -> bool:
        return bool(self.remains)

    @property
    def erases(self) -> tuple[str, ...]:
        return (self.disk,)

    def expected(self) -> State:
        return slot_state(self.slot)

    def observe(self, host: Host) -> State:
        found = device_at(host, self.disk, self.slot.start)
        if found is None:
            return None
        return slot_state(Slot(start=self.slot.start, bytes=found.bytes, role=found.role))

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        device = f"{BY_ID}/{self.disk}"
        if state is None:
            remove_partition(host, device, self.slot)
            return
        yield Progress(text=f"adding a partition of {amount(self.slot.bytes)} to {self.disk}")
        add_partition(host, device, self.slot)
        if self.remains and (made := device_at(host, self.disk, self.slot.start)):
            host.run("wipefs", "--all", f"/dev/{made.name}")

    def describe(self, state: State) -> list[str]:
        if state is None:
            return []
        start, size = (int(str(state[key]).split()[0]) for key in ("from", "size"))
        return [slot_line(Slot(start=start, bytes=size, role=str(state["for"])))]


class WholeDisk(Resource):
    """A disk with a partition table of ours; what was on it before is lost.

    `name` is its name in /dev/disk/by-id, `asked` what the answers call it.
    """

    kind = "disk"
    table: str = "gpt"
    slots: tuple[Slot, ...]
    asked: str = ""

    @property
    def title(self) -> str:
        return f"the disk {self.name}"

    @property
    def destructive(self) -> bool:
        return True

    @property
    def erases(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (self.name, self.asked))))

    def expected(self) -> State:
        return {"table": self.table, "partitions": [slot_line(slot) for slot in self.slots], "content": []}

    def observe(self, host: Host) -> State:
        if not any_disk(host):
            return None
        node = device_node(host, self.name)
        table = {"dos": "msdos"}.get(node["pttype"] or "", node["pttype"] or "none")
        whole = block(host, node)
        parts = sorted((each for each in whole.upon if each.kind == "part"), key=lambda each: each.start or 0)
        slots = [slot_line(Slot(start=each.start or 0, bytes=each.bytes, role=each.role)) for each in parts]
        bare = not any(each.content or each.upon for each in parts)
        right = {"table": table, "partitions": slots, "content": []} == self.expected()
        if right and (bare or self.name in read_ours(host).disks):
            return self.expected()
        groups = groups_on(host, (whole,))
        bare_disk = [on_whole_disk(whole, groups)] if whole.content and not parts else []
        content = bare_disk + list(drawn(whole.upon, groups))
        made = uuids(node)
        return {"table": table, "partitions": list(slots), "content": content} | ({"made": made} if made else {})

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        device = f"{BY_ID}/{self.name}"
        yield from self.taken_apart(host)
        host.run("wipefs", "--all", device)
        yield Progress(text=f"writing a new partition table to {self.name}")
        for slot in self.slots:
            clear_beginning(host, device, slot)
        write_table(host, device, self.table, self.slots)
        yield from self.taken_apart(host)

    def taken_apart(self, host: Host) -> Iterable[Said]:
        """Release and clear all that is seen on it: after a new table that is what an earlier life left there."""
        node = device_node(host, self.name)
        tree = tuple(block(host, child) for child in node.get("children", ()))
        yield from take_apart(host, self.name, node["kname"], tree)

    def describe(self, state: State) -> list[str]:
        if state is None:
            return []
        lines = [f"partition table: {state['table']}"]
        content, partitions = state["content"], state["partitions"]
        assert isinstance(content, list)
        assert isinstance(partitions, list)
        return lines + (content or partitions)


def slot_state(slot: Slot) -> State:
    """A partition as plain data."""
    return {"from": f"{slot.start} B", "size": f"{slot.bytes} B", "for": slot.role}


def slot_line(slot: Slot) -> str:
    """A partition on one line."""
    return f"partition of {amount(slot.bytes)} from {amount(slot.start)} for {slot.role} ({slot.start}+{slot.bytes})"


def on_whole_disk(disk: Block, groups: Mapping[str, str]) -> str:
    """What a disk without partitions holds, on one line."""
    what = f'{disk.content} "{disk.label}"' if disk.label else disk.content
    used = f"in use: {', '.join(disk.used)}" if disk.used else ""
    return ", ".join(filter(None, (f"{what} on the whole disk", groups.get(disk.name, ""), used)))


def any_disk(host: Host) -> bool:
    """Whether the host shows disks at all; one that is only facts, or a folder, has none."""
    return bool(host.names(BY_ID))


def device_node(host: Host, disk: str) -> dict[str, Any]:
    """A disk in lsblk's tree; HostError where it is not there."""
    nodes = list_blocks(host, f"{BY_ID}/{disk}") if host.exists(f"{BY_ID}/{disk}") else []
    if not nodes:
        raise HostError(f"the disk {disk} is not there", f"`ls {BY_ID}` lists the disks of this machine")
    return nodes[0]


def device_at(host: Host, disk: str, start: int) -> Block | None:
    """The partition of a disk that begins at a byte, for 0 an array as a whole; None where there is none."""
    if not any_disk(host):
        return None
    if start == 0:
        return next((block(host, node) for node in list_blocks(host, f"{BY_ID}/{disk}")), None)
    for child in device_node(host, disk).get("children", ()):
        if number_in(host, f"{SYS}/{child['kname']}/start") == start // SECTOR and child["type"] == "part":
            return block(host, child)
    return None
