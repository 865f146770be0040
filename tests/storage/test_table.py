"""Partition tables on sparse image files, written by libparted and read back by sfdisk."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject, settings

from installer.errors import HostError
from installer.facts_storage import Block
from installer.host import Host, LookOnlyHost
from installer.regions import free_regions
from installer.resources import table
from installer.resources.table import Slot, add_partition, remove_partition, write_table
from tests.storage.machines import GIB, MIB, TB
from tests.storage.test_regions import extended_layouts

LVM = "E6D6D379-F507-44C2-A23C-238F2A3DF928"
BEHIND = Slot(start=6657 * MIB, bytes=1000 * MIB, role="lvm")


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """A machine whose disks are files; there is no udev to wait for."""
    monkeypatch.setattr(table, "settle_udev", lambda host: None)
    return Host(tmp_path)


def make(host: Host, script: str, size: int = 8 * GIB, name: str = "/disk") -> None:
    """A disk with what sfdisk(8) makes of a script; none without."""
    with host.path(name).open("wb") as file:
        file.truncate(size)
    if script:
        subprocess.run(["/sbin/sfdisk", "-q", host.path(name)], input=script, text=True, check=True)


def dump(host: Host, name: str = "/disk") -> Any:
    """The table as sfdisk reads it."""
    done = subprocess.run(["/sbin/sfdisk", "--json", host.path(name)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["partitiontable"]


def beginning(host: Host, name: str = "/disk") -> bytes:
    """The first 2 MiB of a disk, where its table is."""
    with host.path(name).open("rb") as file:
        return file.read(2 * MIB)


GPT = "label: gpt\n,512M,U\n,6G,L\n"
DOS = "label: dos\n,6656M,L\n"


def test_a_partition_is_added_behind_the_others_and_taken_away_again(host: Host) -> None:
    make(host, GPT)
    before = dump(host)
    add_partition(host, "/disk", BEHIND)
    after = dump(host)
    assert after["partitions"][:2] == before["partitions"]
    added = after["partitions"][2]
    assert (added["start"] * 512, added["size"] * 512, added["type"]) == (BEHIND.start, BEHIND.bytes, LVM)
    assert added["name"] == "LVM"
    remove_partition(host, "/disk", BEHIND)
    assert dump(host) == before


def test_an_msdos_table(host: Host) -> None:
    make(host, DOS)
    add_partition(host, "/disk", BEHIND)
    first, added = dump(host)["partitions"]
    assert (first["type"], added["start"] * 512, added["type"]) == ("83", BEHIND.start, "8e")


@pytest.mark.parametrize("roles", [("linux",), ("linux", "linux"), ("raid", "raid")])
def test_the_root_of_an_msdos_table_alone_is_active_and_stays_so(host: Host, roles: tuple[str, ...]) -> None:
    make(host, "")
    slots = [Slot(start=MIB + number * GIB, bytes=GIB, role=role) for number, role in enumerate(roles)]
    write_table(host, "/disk", "msdos", slots)
    add_partition(host, "/disk", BEHIND)
    assert [part.get("bootable", False) for part in dump(host)["partitions"]] == [True, *(False for _ in roles)]


EXTENDED = """label: dos
/disk1 : start=2048,size=1000M,type=83
/disk2 : start=2050048,size=5000M,type=5
/disk5 : start=2052096,size=500M,type=82
/disk6 : start=6000640,size=400M,type=83
"""


def parts(host: Host) -> dict[str, tuple[int, int, str]]:
    """Each partition by its number: first sector, sectors and type."""
    found = dump(host)["partitions"]
    return {each["node"].rpartition("disk")[2]: (each["start"], each["size"], each["type"]) for each in found}


def as_blocks(host: Host) -> list[Block]:
    """The partitions as the probe finds them."""
    roles = {"5": "extended", "83": "linux", "82": "swap", "8e": "lvm"}
    return [Block(name=f"sda{number}", kind="part", number=int(number), start=start * 512, bytes=size * 512,
                  role=roles[kind]) for number, (start, size, kind) in parts(host).items()]  # fmt: skip


def test_within_an_extended_partition_it_becomes_a_logical_one_and_the_others_keep_number_and_place(host: Host) -> None:
    make(host, EXTENDED)
    before = parts(host)
    regions = free_regions(8 * GIB, 512, "dos", as_blocks(host))
    assert [(start // MIB, size // MIB) for start, size in regions] == [(1503, 1426), (3331, 2670), (6001, 2191)]
    for number, (start, size) in enumerate(regions[:2], 7):
        slot = Slot(start=start, bytes=size, role="lvm")
        add_partition(host, "/disk", slot)
        assert parts(host) == before | {str(number): (start // 512, size // 512, "8e")}
        assert len(records(host)) == number - 4, "one for each logical partition"
        remove_partition(host, "/disk", slot)
        assert parts(host) == before
        add_partition(host, "/disk", slot)
        before = parts(host)
    assert free_regions(8 * GIB, 512, "dos", as_blocks(host)) == regions[2:]
    add_partition(host, "/disk", Slot(start=regions[2][0], bytes=regions[2][1], role="lvm"))
    assert parts(host) == before | {"3": (regions[2][0] // 512, regions[2][1] // 512, "8e")}


@pytest.mark.parametrize("sectors", [1, 2, 3, 4, 2048])
def test_an_extended_partition_too_small_for_a_logical_one_is_left_beside(host: Host, sectors: int) -> None:
    make(host, f"label: dos\n/disk1 : start=2048000, size={sectors}, type=5\n")
    before = parts(host)
    slot = Slot(start=MIB, bytes=900 * MIB, role="lvm")
    add_partition(host, "/disk", slot)
    assert parts(host) == before | {"2": (2048, 900 * 2048, "8e")}
    remove_partition(host, "/disk", slot)
    assert parts(host) == before


@settings(max_examples=25, deadline=None)
@given(extended_layouts())
def test_whatever_an_msdos_table_is_like_each_free_region_takes_a_partition_exactly(
    layout: tuple[int, list[Block], Block],
) -> None:
    size, blocks, extended = layout
    script = "".join(f"/disk{block.number} : start={(block.start or 0) // 512}, size={block.bytes // 512},"
                     f" type={'5' if block == extended else '83'}\n" for block in blocks)  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "settle_udev", lambda host: None)
        host = Host(Path(folder))
        try:
            make(host, f"label: dos\n{script}", size)
        except subprocess.CalledProcessError:
            reject()  # sfdisk has limits of its own
        before = parts(host)
        assert [start * 512 for start, _, _ in before.values()] == [block.start for block in blocks]
        for start, count in free_regions(size, 512, "dos", blocks):
            slot = Slot(start=start, bytes=count, role="lvm")
            add_partition(host, "/disk", slot)
            added = parts(host)
            assert {number: added[number] for number in before} == before
            assert (start // 512, count // 512, "8e") in added.values()
            records(host, str(extended.number))
            remove_partition(host, "/disk", slot)
            assert parts(host) == before


def records(host: Host, extended: str = "2") -> list[int]:
    """The first sectors of the records that name logical partitions (EBR), which lie in none of them."""
    first, *_ = parts(host)[extended]
    found: list[int] = []
    link = 0
    with host.path("/disk").open("rb") as file:
        while not found or link:
            found.append(first + link)
            file.seek(found[-1] * 512)
            raw = file.read(512)
            assert raw[510:] == b"\x55\xaa"
            link = int.from_bytes(raw[470:474], "little")
    logical = [(start, start + size) for number, (start, size, _) in parts(host).items() if int(number) > 4]
    assert not any(start <= record < end for record in found for start, end in logical)
    return found


def test_a_disk_that_has_grown_gets_its_gpt_stretched(host: Host) -> None:
    make(host, GPT)
    with host.path("/disk").open("r+b") as file:
        file.truncate(24 * GIB)
    slot = Slot(start=10 * GIB, bytes=14 * GIB - 2 * MIB, role="lvm")
    add_partition(host, "/disk", slot)
    after = dump(host)
    assert after["lastlba"] == 24 * GIB // 512 - 34
    assert after["partitions"][2]["size"] * 512 == slot.bytes


@pytest.mark.parametrize(("size", "kind", "label"), [(64 * MIB, "gpt", "gpt"), (3 * TB, "gpt", "gpt"),
                                                     (3 * TB, "msdos", "dos")])  # fmt: skip
def test_a_new_table_takes_the_place_of_anything(host: Host, size: int, kind: str, label: str) -> None:
    make(host, GPT if size > 8 * GIB else "", size)
    slot = Slot(start=MIB, bytes=min(size, 2 << 40) // MIB * MIB - 2 * MIB, role="lvm")
    write_table(host, "/disk", kind, [slot])
    found = dump(host)
    assert found["label"] == label
    assert [(part["start"] * 512, part["size"] * 512) for part in found["partitions"]] == [(MIB, slot.bytes)]


def test_a_partition_never_goes_over_another(host: Host) -> None:
    make(host, GPT)
    before = beginning(host)
    with pytest.raises(HostError, match="the partition table of /disk cannot be written"):
        add_partition(host, "/disk", Slot(start=6000 * MIB, bytes=1000 * MIB, role="lvm"))
    assert beginning(host) == before


def test_a_damaged_table_is_an_error_and_is_left_alone(host: Host) -> None:
    make(host, GPT)
    with host.path("/disk").open("r+b") as file:
        file.seek(512)
        file.write(b"\0" * 512)
        file.seek(8 * GIB - 512)
        file.write(b"\0" * 512)
    before = beginning(host)
    with pytest.raises(HostError, match="the partition table of /disk cannot be written"):
        add_partition(host, "/disk", BEHIND)
    assert beginning(host) == before


def test_a_host_that_is_only_looked_at_is_never_written_to(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="only looked at was asked to write the partition table of /disk"):
        add_partition(LookOnlyHost(tmp_path), "/disk", BEHIND)


def test_a_disk_that_is_not_there(host: Host) -> None:
    with pytest.raises(HostError, match="/disk cannot be written"):
        add_partition(host, "/disk", BEHIND)
