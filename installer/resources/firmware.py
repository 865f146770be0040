"""The firmware's own list of what it can start (efibootmgr(8))."""

import re

from installer.blocks import SYS, kernel_name
from installer.host import Host
from installer.resources.disk import BY_ID

BY_PARTUUID = "/dev/disk/by-partuuid"
ENTRY = re.compile(r"^Boot([0-9A-F]{4})\* (.*?)\t.*?HD\(\d+,GPT,([0-9a-f-]+),", re.MULTILINE | re.IGNORECASE)
"""An entry's number and label, and the partition it is on, as --verbose shows it in each of Debian's releases."""


def give_entry(host: Host, label: str, disk: str, ours: tuple[str, ...], loader: str) -> None:
    """Have one entry of that label, for the first partition of `disk`; HostError where the firmware takes none.

    Others of that label go where their partition is no more, as after a disk was erased again, or is on a disk of
    `ours`; one on any other disk starts another system, and stays.
    """
    listed = ENTRY.findall(host.ask("efibootmgr", "--verbose"))
    there = {number: partition.lower() for number, called, partition in listed if called == label}
    if any(lies_on(host, partition, disk) for partition in there.values()):
        return
    for number, partition in there.items():
        known = host.exists(f"{BY_PARTUUID}/{partition}")
        if not known or any(lies_on(host, partition, each) for each in ours):
            host.run("efibootmgr", "--bootnum", number, "--delete-bootnum")
    entry = ("--label", label, "--loader", loader.replace("/", "\\"))
    host.run("efibootmgr", "--create", "--disk", f"{BY_ID}/{disk}", "--part", "1", *entry)


def lies_on(host: Host, partition: str, disk: str) -> bool:
    """Whether a partition, by its UUID, is one of a disk."""
    name, kernel = (kernel_name(host, path) for path in (f"{BY_PARTUUID}/{partition}", f"{BY_ID}/{disk}"))
    return host.exists(f"{SYS}/{kernel}/{name}")
