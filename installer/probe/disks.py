"""Whole disks by stable names, and what dom0 has on each of them."""

import re
from collections import defaultdict
from collections.abc import Iterator

from installer.facts import Disk
from installer.host import Host
from installer.probe.attributes import attribute, pci_function

BLOCK, BY_ID = "/sys/class/block", "/dev/disk/by-id"
SECTOR = 512  # the unit of /sys/block/*/size, whatever the disk's own
NO_DISK = re.compile(r"(loop|ram|zram|dm-|md|sr|fd|nbd|drbd|zd)\d")
# Names with model and serial number before names with numbers alone.
PREFERRED = ("ata-", "nvme-", "scsi-S", "virtio-", "mmc-", "usb-", "scsi-", "wwn-", "")
LAYERS = ("dm-", "md", "bcache")
WWN = re.compile(r"(?:wwn-|nvme-)((?:0x|eui\.|nguid\.|uuid\.)[0-9a-f-]+)$")


def probe_disks(host: Host) -> tuple[Disk, ...]:
    """Every disk that has a size, from /sys/class/block and /dev/disk/by-id, in the order of their names."""
    ids, holds = probe_ids(host), probe_holds(host)
    names = [name for name in host.names("/sys/block") if not NO_DISK.match(name)]
    return tuple(disk for name in sorted(names, key=natural) for disk in probe_disk(host, name, ids[name], holds[name]))


def natural(name: str) -> tuple[int, str]:
    """sda before sdz before sdaa."""
    return len(name), name


def probe_disk(host: Host, name: str, ids: list[str], holds: list[str]) -> Iterator[Disk]:
    """One disk; a path of a multipath NVMe disk (hidden) and an empty card reader are none."""
    where = f"{BLOCK}/{name}"
    size = attribute(host, f"{where}/size")
    if not size.isdigit() or size == "0" or (name.startswith("nvme") and attribute(host, f"{where}/hidden") == "1"):
        return
    stable = sorted(ids, key=lambda id: (next(i for i, start in enumerate(PREFERRED) if id.startswith(start)), id))
    yield Disk(
        id=stable[0] if stable else name,
        name=name,
        bytes=int(size) * SECTOR,
        sector=int(attribute(host, f"{where}/queue/logical_block_size") or SECTOR),
        model=attribute(host, f"{where}/device/model"),
        serial=probe_serial_number(host, name),
        wwn=next((found[1] for id in stable if (found := WWN.match(id))), ""),
        removable=attribute(host, f"{where}/removable") == "1",
        read_only=attribute(host, f"{where}/ro") == "1",
        pci=probe_controller(host, where),
        holds=tuple(sorted(set(holds))),
    )


def probe_serial_number(host: Host, name: str) -> str:
    """SCSI's and SATA's serial number (vital product data, page 0x80, from byte 4), NVMe's, or virtio's."""
    if name.startswith("sd"):
        return attribute(host, f"{BLOCK}/{name}/device/vpd_pg80")[4:].strip()
    return attribute(host, f"{BLOCK}/{name}/device/serial") or attribute(host, f"{BLOCK}/{name}/serial")


def probe_controller(host: Host, where: str) -> str | None:
    """PCI address of the controller; a multipath NVMe disk hangs below its subsystem, whose members know it."""
    link = host.link(where)
    if "/nvme-subsystem/" not in (link or ""):
        return pci_function(link)
    members = [name for name in host.names(f"{where}/device") if re.fullmatch(r"nvme\d+", name)]
    found = [pci_function(host.link(f"{where}/device/{name}")) for name in members]
    return next((address for address in found if address), None)


def probe_ids(host: Host) -> defaultdict[str, list[str]]:
    """The stable names of each block device, by the kernel's name."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for id in host.names(BY_ID):
        ids[(host.link(f"{BY_ID}/{id}") or "").rpartition("/")[2]].append(id)
    return ids


def probe_holds(host: Host) -> defaultdict[str, list[str]]:
    """What dom0 has on each disk."""
    holds: defaultdict[str, list[str]] = defaultdict(list)
    known: dict[str, frozenset[str]] = {}
    for name, role in probe_roles(host):
        for disk in disks_below(host, name, known):
            holds[disk].append(role)
    return holds


def probe_roles(host: Host) -> Iterator[tuple[str, str]]:
    """Block devices in use, by the kernel's name, and what for: mounted, swap, a logical volume, an array."""
    for line in (host.read("/proc/mounts") or "").splitlines():
        source, where = line.split(" ")[:2]
        if source.startswith("/dev/"):
            yield kernel_name(host, unescape(source)), unescape(where)
    for line in (host.read("/proc/swaps") or "").splitlines()[1:]:
        if line.startswith("/dev/"):
            yield kernel_name(host, unescape(line.split()[0])), "swap"
    for name in host.names("/sys/block"):
        if name.startswith("dm-") and attribute(host, f"{BLOCK}/{name}/dm/uuid").startswith("LVM-"):
            yield name, f"lvm:{volume_group(attribute(host, f'{BLOCK}/{name}/dm/name'))}"
        elif re.fullmatch(r"md\d+|md_\S+", name) and host.names(f"{BLOCK}/{name}/slaves"):
            yield name, f"raid:{name}"


def unescape(text: str) -> str:
    r"""A name in /proc/mounts, where blanks and backslashes are octal (\040)."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def kernel_name(host: Host, path: str) -> str:
    """The kernel's name of a block device that may be named by a link (/dev/mapper/vg0-root)."""
    return (host.link(path) or path).rpartition("/")[2]


def volume_group(name: str) -> str:
    """The volume group in a device mapper's name, in which a hyphen of its own is doubled (vg0-root)."""
    return re.split(r"(?<!-)-(?!-)", name, maxsplit=1)[0].replace("--", "-")


def disks_below(host: Host, name: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """The whole disks that a block device stands on, through partitions, RAID, LVM and encryption."""
    if name not in known:
        known[name] = frozenset()
        if host.exists(f"{BLOCK}/{name}/partition"):
            below = (host.link(f"{BLOCK}/{name}") or "").split("/")[-2:-1]
        else:
            below = host.names(f"{BLOCK}/{name}/slaves") if name.startswith(LAYERS) else []
        found = (disks_below(host, lower, known) for lower in below)
        known[name] = frozenset().union(*found) if below else frozenset({name})
    return known[name]
