"""The tree of block devices, as lsblk and /sys tell it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from installer.errors import HostError
from installer.facts_storage import EXTENDED, Block
from installer.host import Host

COLUMNS = "NAME,KNAME,TYPE,SIZE,PTTYPE,PARTTYPE,FSTYPE,LABEL,UUID,MOUNTPOINTS"
SYS = "/sys/class/block"
SECTOR = 512  # the unit of /sys/class/block/*/start and size, whatever the disk's own
ROLES = {
    "c12a7328-f81f-11d2-ba4b-00a0c93ec93b": "esp",
    "21686148-6449-6e6f-744e-656564454649": "bios-boot",
    "e6d6d379-f507-44c2-a23c-238f2a3df928": "lvm",
    "a19d880f-05fc-4d3b-a006-743f0f84911e": "raid",
    "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f": "swap",
    "0fc63daf-8483-4772-8e79-3d69d8477de4": "linux",
    "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7": "windows",
    "e3c9e316-0b5c-4db8-817d-f92df00215ae": "windows-reserved",
    "0x5": EXTENDED,
    "0xf": EXTENDED,
    "0x85": EXTENDED,
    "0x7": "windows",
    "0x82": "swap",
    "0x83": "linux",
    "0x8e": "lvm",
    "0xef": "esp",
    "0xfd": "raid",
}
"""Partition types of GPT (UEFI and Discoverable Partitions Specification) and msdos, as far as they matter."""


def list_blocks(host: Host, *devices: str) -> list[dict[str, Any]]:
    """lsblk's own tree, of all devices or of some; HostError where it fails."""
    done = host.query("lsblk", "--json", "--bytes", "--output", COLUMNS, *devices)
    if done.status == 32:  # lsblk(8): none of the devices found
        return []
    try:
        return list(json.loads(done.stdout)["blockdevices"])
    except (ValueError, KeyError) as error:
        raise HostError(f"lsblk gave no tree: {done.stderr.strip() or done.stdout.strip()[:80]!r}") from error


def block(host: Host, node: dict[str, Any]) -> Block:
    """One device of lsblk's tree with all that stands on it."""
    where = f"{SYS}/{node['kname']}"
    number, start = (number_in(host, f"{where}/{name}") for name in ("partition", "start"))
    raw = str(node["parttype"] or "").lower()
    role = ROLES.get(raw, raw) if number is not None else ""
    return Block(
        name=node["name"],
        kind=node["type"],
        bytes=(full_size(host, where) if role == EXTENDED else None) or int(node["size"] or 0),
        number=number,
        start=None if number is None or start is None else start * SECTOR,
        role=role,
        content=node["fstype"] or "",
        label=node["label"] or "",
        used=tuple(sorted(filter(None, node["mountpoints"] or ()))),
        upon=tuple(block(host, child) for child in node.get("children", ())),
    )


def uuids(node: dict[str, Any]) -> list[str]:
    """The UUIDs of what is on a device of lsblk's tree and of all that stands on it, each once."""
    below = [uuid for child in node.get("children", ()) for uuid in uuids(child)]
    return list(dict.fromkeys(filter(None, (str(node.get("uuid") or ""), *below))))


def number_in(host: Host, name: str) -> int | None:
    """A number in /sys, None where there is none."""
    text = (host.read(name) or "").strip()
    return int(text) if text.isdigit() else None


def full_size(host: Host, where: str) -> int | None:
    """Bytes of an extended partition as udev has them (its property ID_PART_ENTRY_SIZE): the kernel shows a KiB."""
    known = host.read(f"/run/udev/data/b{(host.read(f'{where}/dev') or '').strip()}") or ""
    found = re.search(r"^E:ID_PART_ENTRY_SIZE=(\d+)$", known, re.MULTILINE)
    return int(found[1]) * SECTOR if found else None


def kernel_name(host: Host, path: str) -> str:
    """The kernel's name of a block device that may be named by a link (/dev/mapper/vg0-root)."""
    return (host.link(path) or path).rpartition("/")[2]


def with_all_upon(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Each block, and everything that stands on it."""
    for each in blocks:
        yield each
        yield from with_all_upon(each.upon)


def drawn(blocks: tuple[Block, ...], more: Mapping[str, str], indent: str = "") -> Iterator[str]:
    """A tree of blocks for people, one line each, with what more is known of them by their names.

    Logical partitions stand below the extended one.
    """
    end = 0
    for each in blocks:
        start = each.start or 0
        below = indent + "  " if each.kind == "part" and start < end else indent
        end = start + each.bytes if each.role == EXTENDED else end
        what = " ".join(filter(None, (each.content, f'"{each.label}"' if each.label else "")))
        role = f"for {each.role}" if each.role and each.role not in ("linux", "windows") else ""
        used = f"in use: {', '.join(each.used)}" if each.used else ""
        kind = f"partition {each.number}" if each.kind == "part" else f"{each.kind} {each.name}"
        words = (amount(each.bytes), what, more.get(each.name, ""), role, used)
        yield f"{below}{kind}: " + ", ".join(filter(None, words))
        yield from drawn(each.upon, more, below + "  ")


def amount(count: int) -> str:
    """Bytes for people, in binary units."""
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if size == int(size) else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.0f} TiB" if size == int(size) else f"{size:.1f} TiB"
