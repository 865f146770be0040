"""Whole disks by stable names, what lies on each of them, and what dom0 uses it for."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from installer.blocks import block, list_blocks
from installer.facts_storage import Block, Disk, Region
from installer.host import Host
from installer.ours import Ours
from installer.probe.attributes import attribute, pci_function
from installer.probe.holds import probe_holds
from installer.regions import free_regions

BLOCK, BY_ID = "/sys/class/block", "/dev/disk/by-id"
RAID = "linux_raid_member"
SECTOR = 512  # the unit of /sys/block/*/size, whatever the disk's own
NO_DISK = re.compile(r"(loop|ram|zram|dm-|md|bcache|sr|fd|nbd|drbd|zd)\d|md_")
# Names with model and serial number before names with numbers alone.
PREFERRED = ("ata-", "nvme-", "scsi-S", "virtio-", "mmc-", "usb-", "scsi-", "dm-uuid-", "wwn-", "")
# What lies on a disk has such names too, and loses them with it; a multipath device's UUID is its disk's WWN.
OF_CONTENT = re.compile(r"lvm-pv-uuid-|md-|bcache-|dm-(?!uuid-mpath-)")
WWN = re.compile(r"(?:wwn-|nvme-)((?:0x|eui\.|nguid\.|uuid\.)[0-9a-f-]+)$")
Properties = Mapping[str, Mapping[str, str]]


def probe_disks(host: Host, ours: Ours, properties: Properties) -> tuple[Disk, ...]:
    """Every disk that has a size, in the order of their names; `properties` are udev's by the kernel's name.

    The paths of a multipath device are one disk, the device itself.
    """
    ids = probe_ids(host)
    nodes = {node["kname"]: node for node in list_blocks(host)}
    names = [name for name in host.names("/sys/block") if not NO_DISK.match(name)]
    multipath: dict[str, dict[str, Any]] = {}
    for name in list(names):
        for child in nodes.get(name, {}).get("children", ()):
            if child["type"] == "mpath":
                multipath[child["kname"]] = child
                names.remove(name)
    holds = probe_holds(host, ours, frozenset(multipath))
    found = [*sorted(names, key=natural), *sorted(multipath)]
    nodes |= multipath
    return tuple(
        disk
        for name in found
        for disk in probe_disk(host, name, nodes.get(name), ids[name], properties.get(name, {}), holds[name], ours)
    )


def natural(name: str) -> tuple[int, str]:
    """sda before sdz before sdaa."""
    return len(name), name


def probe_disk(
    host: Host, name: str, node: dict[str, Any] | None, ids: list[str],
    properties: Mapping[str, str], holds: list[str], ours: Ours,
) -> Iterator[Disk]:  # fmt: skip
    """One disk; a path of a multipath NVMe disk (hidden) and an empty card reader are none."""
    where = f"{BLOCK}/{name}"
    size = attribute(host, f"{where}/size")
    if not size.isdigit() or size == "0" or (name.startswith("nvme") and attribute(host, f"{where}/hidden") == "1"):
        return
    stable = sorted(ids, key=lambda id: (next(i for i, start in enumerate(PREFERRED) if id.startswith(start)), id))
    id = stable[0] if stable else name
    sector = int(attribute(host, f"{where}/queue/logical_block_size") or SECTOR)
    table = "" if node is None or id in ours.disks else str(node["pttype"] or "")
    # RAID's metadata at the end of a disk leaves room for a partition table at its beginning.
    as_whole = node is not None and id not in ours.disks and (not table or node["fstype"] == RAID)
    upon = () if node is None or id in ours.disks else tuple(block(host, child) for child in node.get("children", ()))
    parts = tuple(sorted((part for part in upon if part.kind == "part"), key=lambda part: part.start or 0))
    theirs = tuple(part for part in parts if (id, part.start) not in ours.partitions)
    free = free_regions(int(size) * SECTOR, sector, table, theirs)
    yield Disk(
        id=id,
        name=str(node["name"]) if node else name,
        bytes=int(size) * SECTOR,
        sector=sector,
        model=attribute(host, f"{where}/device/model"),
        serial=probe_serial_number(host, name) or serial_by_udev(properties),
        wwn=next((found[1] for id in stable if (found := WWN.match(id))), ""),
        ids=tuple(stable),
        removable=attribute(host, f"{where}/removable") == "1",
        read_only=attribute(host, f"{where}/ro") == "1",
        multipath=node is not None and node["type"] == "mpath",
        pci=probe_controller(host, where),
        properties={key: value for key, value in sorted(properties.items()) if key.startswith("ID_")},
        table=table,
        content=str(node["fstype"] or "") if node and as_whole else "",
        label=str(node["label"] or "") if node and as_whole else "",
        parts=theirs,
        upon=tuple(each for each in upon if each.kind != "part"),
        free=tuple(probe_region(host, name, start, count, parts) for start, count in free),
        holds=tuple(sorted(set(holds))),
    )


def probe_region(host: Host, name: str, start: int, count: int, parts: tuple[Block, ...]) -> Region:
    """A free region, and what an earlier partition left at its beginning (blkid(8); root alone can read that)."""
    remains = ""
    if not any(start <= (part.start or 0) < start + count for part in parts):
        words = ("--probe", "--offset", str(start), "--size", str(count), "--output", "value", "--match-tag", "TYPE")
        remains = host.query("blkid", *words, f"/dev/{name}").stdout.strip()
    return Region(start=start, bytes=count, remains=remains)


def probe_serial_number(host: Host, name: str) -> str:
    """SCSI's and SATA's serial number (vital product data, page 0x80, from byte 4), NVMe's, or virtio's."""
    if name.startswith("sd"):
        return attribute(host, f"{BLOCK}/{name}/device/vpd_pg80")[4:].strip()
    return attribute(host, f"{BLOCK}/{name}/device/serial") or attribute(host, f"{BLOCK}/{name}/serial")


def serial_by_udev(properties: Mapping[str, str]) -> str:
    """USB's serial number, which the kernel keeps with the device and not with its disk; what lsblk shows, too."""
    return properties.get("ID_SCSI_SERIAL") or properties.get("ID_SERIAL_SHORT", "")


def probe_controller(host: Host, where: str) -> str | None:
    """PCI address of the controller; a multipath NVMe disk hangs below its subsystem, whose members know it."""
    link = host.link(where)
    if "/nvme-subsystem/" not in (link or ""):
        return pci_function(link)
    members = [name for name in host.names(f"{where}/device") if re.fullmatch(r"nvme\d+", name)]
    found = [pci_function(host.link(f"{where}/device/{name}")) for name in members]
    return next((address for address in found if address), None)


def probe_ids(host: Host) -> defaultdict[str, list[str]]:
    """The stable names of each block device that name hardware, by the kernel's name."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for id in (name for name in host.names(BY_ID) if not OF_CONTENT.match(name)):
        ids[(host.link(f"{BY_ID}/{id}") or "").rpartition("/")[2]].append(id)
    return ids
