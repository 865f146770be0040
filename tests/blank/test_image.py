"""The planned layouts on sparse image files: written by libparted, read back by sfdisk, to the sector."""

import subprocess
from pathlib import Path

import pytest

from installer.answers import Answers
from installer.answers_install import Install
from installer.facts import Facts
from installer.facts_network import Nic
from installer.facts_storage import Disk
from installer.host import Host
from installer.resources import table
from installer.resources.table import Slot, add_partition, write_table
from installer.steps.install_debian import new_nic
from installer.steps.install_facts import new_answers, new_facts
from installer.steps.install_layout import Layout, layout_of
from installer.steps.install_mirrors import find_disks
from installer.steps.storage_choice import Place, find_place
from tests.blank.machines import ANSWERS, BLANK, MIRROR_ANSWERS, MIRRORED, mirror_sections, section
from tests.machines import answers
from tests.storage.machines import TB
from tests.storage.test_table import dump, make

GPT = {
    "esp": "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
    "bios-boot": "21686148-6449-6E6F-744E-656564454649",
    "linux": "0FC63DAF-8483-4772-8E79-3D69D8477DE4",
    "lvm": "E6D6D379-F507-44C2-A23C-238F2A3DF928",
    "raid": "A19D880F-05FC-4D3B-A006-743F0F84911E",
}
DOS = {"linux": "83", "lvm": "8e", "raid": "fd"}
CASES = [
    *((name, facts, {"install": section(case)}) for name, facts in BLANK.items() for case in ANSWERS),
    *((name, facts, mirror_sections(case)) for name, facts in MIRRORED.items() for case in MIRROR_ANSWERS),
]


def test_each_layout_is_on_the_disk_as_it_was_planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "settle_udev", lambda host: None)
    host, count = Host(tmp_path), 0
    for name, facts, sections in CASES:
        given = answers(**sections)
        layout = planned(facts, given.install)
        for disk in layout.disks if layout else ():
            assert layout is not None
            count += 1
            # libparted remembers a device by its name.
            image, more = f"/disk{count}", rest(given, facts)
            write(host, image, layout, disk, more)
            assert [name, *read(host, image, layout.table)] == [name, *wanted(layout, more)]
            host.path(image).unlink()
    assert count > 60


def planned(facts: Facts, install: Install) -> Layout | None:
    """The layout, where the disks can have one; a file has sectors of 512 bytes, and not more than 16 TiB."""
    found = find_disks(install, facts)
    if not isinstance(found, tuple) or any(disk.sector != 512 or disk.bytes > 16 * TB for disk in found):
        return None
    layout = layout_of(install, facts, *found)
    return layout if isinstance(layout, Layout) and isinstance(new_nic(install, facts), Nic) else None


def rest(given: Answers, facts: Facts) -> list[Slot]:
    """What the guests' step adds behind the new system's partitions."""
    later = new_facts(given, facts)
    place = find_place(new_answers(given, facts, later), later)
    if not isinstance(place, Place) or place.region is None:
        return []
    return [Slot(start=place.region.start, bytes=place.region.bytes, role="lvm")]


def write(host: Host, image: str, layout: Layout, disk: Disk, more: list[Slot]) -> None:
    """Write it all to an image of the disk's size."""
    make(host, "", disk.bytes, image)
    write_table(host, image, layout.table, layout.slots)
    for slot in more:
        add_partition(host, image, slot)


def read(host: Host, image: str, kind: str) -> list[tuple[int, int, str]]:
    """First sector, sectors and type of each partition; sfdisk finds nothing to complain of."""
    done = subprocess.run(["/sbin/sfdisk", "--verify", host.path(image)], capture_output=True, text=True, check=True)
    assert "No errors detected" in done.stdout
    found = dump(host, image)
    assert found["label"] == {"msdos": "dos"}.get(kind, kind)
    return [(part["start"], part["size"], part["type"]) for part in found["partitions"]]


def wanted(layout: Layout, more: list[Slot]) -> list[tuple[int, int, str]]:
    """The same of the plan."""
    types = GPT if layout.table == "gpt" else DOS
    return [(slot.start // 512, slot.bytes // 512, types[slot.role]) for slot in (*layout.slots, *more)]
