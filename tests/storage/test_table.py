"""Partition tables on sparse image files, written by libparted and read back by sfdisk."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from installer.errors import HostError
from installer.host import Host, LookOnlyHost
from installer.resources import table
from installer.resources.table import Slot, add_partition, remove_partition, write_table
from tests.storage.machines import GIB, MIB, TB

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
