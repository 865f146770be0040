"""What a disk is known by, and what is no name of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from installer.facts_storage import Disk
from installer.ours import Ours
from installer.probe.disks import probe_disks
from installer.steps.storage import StorageStep
from tests.fake_host import FakeHost
from tests.machines import answers, machine
from tests.passthrough.test_disks import SATA, put_disk
from tests.storage.machines import GIB
from tests.storage.test_disks import node, probed


def refused(chosen: Disk, *others: Disk, **section: Any) -> list[str]:
    """What forbids to erase a disk beside others."""
    given = answers(storage={"where": "disk", "disk": [chosen.id]} | section)
    found = StorageStep().check(given, machine(disks=(chosen, *others)))
    return [finding.text for finding in found if finding.level == "error"]


def plain_disk(id: str, name: str, **more: Any) -> Disk:
    """A blank disk."""
    return Disk(id=id, name=name, bytes=20 * GIB, sector=512, ids=(id,), **more)


def test_what_lies_on_a_disk_is_no_name_of_its_own(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    put_disk(host, "sda", SATA, 20000, ("lvm-pv-uuid-Ab3d", "md-uuid-1:2", "dm-name-x", "bcache-1"))
    host.said["lsblk"] = json.dumps({"blockdevices": [node("sda")]})
    disk = probed(host)
    assert (disk.id, disk.ids) == ("sda", ())
    assert "sda has no serial number, and so no name that is the same after a restart." in refused(
        disk, disk=["ID_SERIAL=SSD_S1"]
    )


def test_a_usb_disk_has_the_serial_number_that_udev_knows(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    put_disk(host, "sda", SATA, 20000, ("usb-Maker_Disk_U1-0:0",))
    (disk,) = probe_disks(host, Ours(), {"sda": {"ID_SERIAL": "Maker_Disk_U1-0:0", "ID_SERIAL_SHORT": "U1"}})
    assert disk.serial == "U1"
    (disk,) = probe_disks(host, Ours(), {"sda": {"ID_SCSI_SERIAL": "Z9", "ID_SERIAL_SHORT": "5000c500000000b5"}})
    assert disk.serial == "Z9"


def test_two_disks_with_one_serial_number_or_one_name_are_not_erased() -> None:
    first, second = plain_disk("ata-A_1", "sdb", serial="1"), plain_disk("usb-B_1", "sdc", serial="1")
    said = "{} cannot be told from {}: both have the serial number 1."
    assert refused(first, second) == [said.format("ata-A_1 (sdb)", "usb-B_1 (sdc)")]
    assert refused(second, first) == [said.format("usb-B_1 (sdc)", "ata-A_1 (sdb)")]
    halves = [disk.model_copy(update={"wwn": f"0x{disk.name}"}) for disk in (first, second)]
    assert refused(*halves) == [], "two halves of one disk, each with its own WWN"
    same = plain_disk("wwn-0x9", "sdd", serial="2").model_copy(update={"ids": ("wwn-0x9", "ata-A_1")})
    assert refused(same, first) == ["wwn-0x9 (sdd) cannot be told from ata-A_1 (sdb): both have the same name."]


def test_a_name_that_another_disk_claims_too_may_be_the_other_ones_after_a_restart() -> None:
    known = {"ID_BUS": "ata", "ID_SERIAL": "A_1"}
    first = plain_disk("ata-A_1", "sdb", serial="1", wwn="0x1", properties=known)
    second = plain_disk("wwn-0x2", "sdc", serial="1", wwn="0x2", properties=known)
    assert refused(first, second) == ["ata-A_1 (sdb) cannot be told from wwn-0x2 (sdc): both have the same name."]
    assert refused(second, first) == ["wwn-0x2 (sdc) cannot be told from ata-A_1 (sdb): both have the same name."]
    nameless = second.model_copy(update={"id": "sdc", "ids": (), "wwn": "", "properties": known | {"ID_PATH": "p"}})
    assert refused(nameless, first, disk=["ID_PATH=p"]) == [
        "sdc has no name of its own that is the same after a restart.",
        "sdc (sdc) cannot be told from ata-A_1 (sdb): both have the same name.",
    ]


@pytest.mark.parametrize("known", [{"ID_BUS": "usb"}, {"ID_BUS": "ata", "ID_PATH": "pci-0000:00:14.0-usb-0:4:1.0"}])
def test_a_usb_disk_is_erased_only_where_that_was_asked_for(known: dict[str, str]) -> None:
    disk = plain_disk("usb-Disk_U1", "sdb", properties=known)
    assert refused(disk) == ["usb-Disk_U1 is a USB disk."]
    assert refused(disk, removable=True) == []
