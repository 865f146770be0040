"""What dom0 uses each disk for, through partitions, RAID, LVM, encryption and multipath."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from installer.blocks import kernel_name
from installer.facts_storage import BTRFS
from installer.host import Host
from installer.ours import Ours
from installer.probe.attributes import attribute
from installer.resources.filesystem import TARGET

BLOCK = "/sys/class/block"
LAYERS = ("dm-", "md", "bcache")


def probe_holds(host: Host, ours: Ours, disks: frozenset[str]) -> defaultdict[str, list[str]]:
    """What dom0 has on each disk besides what is ours; `disks` are device mapper's that count as whole disks."""
    holds: defaultdict[str, list[str]] = defaultdict(list)
    known = {name: frozenset({name}) for name in disks}
    for name, role in probe_roles(host, ours):
        for disk in disks_below(host, name, known):
            holds[disk].append(role)
    return holds


def probe_roles(host: Host, ours: Ours) -> Iterator[tuple[str, str]]:
    """Block devices in use, by the kernel's name, and what for: mounted, swap, a logical volume, an array."""
    volumes = {name: found for name in host.names("/sys/block") if (found := volume_of(host, name))}
    ours_too = {name for name, found in volumes.items() if "/".join(found) in ours.volumes}
    mounts = list(probe_mounts(host))
    for name, where in [*mounts, *((name, "swap") for name in probe_swaps(host)), *probe_btrfs(host, mounts)]:
        if name not in ours_too:
            yield name, where
    for name, (group, _) in volumes.items():
        if group not in ours.groups and name not in ours_too:
            yield name, f"lvm:{group}"
    for name in host.names("/sys/block"):
        if re.fullmatch(r"md\d+|md_\S+", name) and host.names(f"{BLOCK}/{name}/slaves"):
            yield name, f"raid:{name}"


def probe_mounts(host: Host) -> Iterator[tuple[str, str]]:
    """Mounted block devices by the kernel's name, and where (proc_mounts(5)); without what we have of a new system."""
    for line in (host.read("/proc/mounts") or "").splitlines():
        source, where = line.split(" ")[:2]
        if source.startswith("/dev/") and not PurePosixPath(where).is_relative_to(TARGET):
            yield kernel_name(host, unescape(source)), unescape(where)


def probe_btrfs(host: Host, mounts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The devices of mounted btrfs filesystems that no mount names (sysfs of btrfs), and which btrfs that is."""
    named = {name for name, _ in mounts}
    for uuid in host.names("/sys/fs/btrfs"):
        for name in host.names(f"/sys/fs/btrfs/{uuid}/devices"):
            if name not in named:
                yield name, f"{BTRFS}{uuid}"


def probe_swaps(host: Host) -> Iterator[str]:
    """Block devices that are active swap, by the kernel's name (proc_swaps(5))."""
    yield from (kernel_name(host, name) for name, _ in swaps(host) if name.startswith("/dev/"))


def probe_swap_files(host: Host) -> Iterator[str]:
    """Files that are active swap (proc_swaps(5))."""
    yield from (name for name, kind in swaps(host) if kind == "file")


def swaps(host: Host) -> Iterator[tuple[str, str]]:
    """Name and kind of all that is active swap."""
    for line in (host.read("/proc/swaps") or "").splitlines()[1:]:
        name, kind = line.split()[:2]
        yield unescape(name), kind


def unescape(text: str) -> str:
    r"""A name in /proc/mounts, where blanks and backslashes are octal (\040)."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def volume_of(host: Host, name: str) -> tuple[str, str] | None:
    """Volume group and volume of a device mapper's device, in whose name a hyphen of their own is doubled."""
    if not name.startswith("dm-") or not attribute(host, f"{BLOCK}/{name}/dm/uuid").startswith("LVM-"):
        return None
    words = re.split(r"(?<!-)-(?!-)", attribute(host, f"{BLOCK}/{name}/dm/name"))
    group, volume = (word.replace("--", "-") for word in (words[0], words[1] if len(words) > 1 else ""))
    return group, volume


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
