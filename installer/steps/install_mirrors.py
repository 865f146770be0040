"""Which disks a new Debian goes on, and what forbids to erase them or to mirror one by another."""

from collections.abc import Iterator

from installer.answers_install import Install
from installer.facts import Facts
from installer.facts_storage import Disk
from installer.finding import Finding, wrong
from installer.steps.storage_disk import answers_to, find_disk, listed, obstacles

KEY = "install.raid1"
BIOS_SECTOR = 512


def find_disks(install: Install, facts: Facts) -> tuple[Disk, ...] | Finding:
    """The disk that the answers name, and those that mirror it, in their order."""
    first = find_disk(install, facts)
    if isinstance(first, Finding):
        return first
    disks = [first]
    for text in install.raid1:
        found = [disk for disk in facts.disks if answers_to(disk, text)]
        if len(found) != 1:
            count = f"{len(found)} disks answer" if found else "No disk answers"
            there = listed(found or facts.disks)
            return wrong(KEY, f"{count} to {text}{f': {there}' if found else ''}.",
                         "name one of them" if found else f"these are there: {there}")  # fmt: skip
        if found[0] in disks:
            return wrong(KEY, f"{found[0].id} is named twice.", "name another disk")
        disks.append(found[0])
    return tuple(disks)


def disk_obstacles(install: Install, disks: tuple[Disk, ...], facts: Facts) -> Iterator[Finding]:
    """What forbids to erase these disks, or to put them together."""
    first, *mirrors = disks
    together = frozenset(disk.id for disk in disks)
    yield from obstacles(install, first, facts, together)
    for disk in mirrors:
        for finding in obstacles(install, disk, facts, together):
            yield finding.model_copy(update={"key": KEY}) if finding.key == "install.disk" else finding
        if disk.sector != first.sector:
            yield wrong(KEY, f"{first.id} has sectors of {first.sector} bytes and {disk.id} of {disk.sector}: firmware"
                        " could not read what both have in common.", "take disks of one kind")  # fmt: skip
    if facts.firmware.kind == "bios":
        yield from unreadable(disks)


def unreadable(disks: tuple[Disk, ...]) -> Iterator[Finding]:
    """Disks that a BIOS, and GRUB by it, cannot read: both know sectors of 512 bytes alone."""
    for disk in disks:
        if disk.sector != BIOS_SECTOR:
            yield wrong("install.disk" if disk == disks[0] else KEY,
                        f"{disk.id} has sectors of {disk.sector} bytes, and a BIOS starts from no such disk.",
                        "switch the firmware to UEFI and start the live system by that, or take another"
                        " disk")  # fmt: skip
