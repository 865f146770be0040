"""What no plan of the guests' storage may ever do, whatever the machine and the answers are; and drift."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.engine import apply
from installer.errors import DriftError
from installer.facts import Facts
from installer.facts_storage import Disk
from installer.headless import plan_for
from installer.host import NoHost
from installer.journal import Journal
from installer.plan import Change, Plan, StepPlan
from installer.regions import DOS_SECTORS, GPT_SECTORS
from installer.resources.disk import Partition, WholeDisk
from installer.resources.lvm import LogicalVolume, VolumeGroup
from installer.steps.storage_disk import answers_to
from tests.machines import answers
from tests.storage.desk import DISK, SLOT, Desk, report
from tests.storage.machines import GIB, MACHINES, MIB, SATA, disk, held, part
from tests.storage.test_disks import LVM_GUID, node, put_part
from tests.storage.test_table import beginning

NAMES = sorted({id for facts in MACHINES.values() for disk in facts.disks for id in (*disk.ids, disk.serial) if id})
SECTIONS = st.fixed_dictionaries(
    {"where": st.sampled_from(["auto", "volume-group", "free-space", "disk", "directory", "none"])},
    optional={
        "disk": st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
        "removable": st.booleans(),
        "erase": st.lists(st.sampled_from(["vg0", "data"]), unique=True),
        "group": st.sampled_from(["vg0", "guests"]),
        "thin_pool": st.sampled_from(["thin"]),
        "swap": st.sampled_from(["auto", "none", "512M", "7G"]),
    },
)


@given(st.sampled_from(sorted(MACHINES)), SECTIONS)
def test_a_plan_touches_no_disk_but_the_one_that_is_named_or_this_systems_own(
    machine: str, section: dict[str, Any]
) -> None:
    facts = MACHINES[machine]
    for change in plan_for(answers(storage=section), facts, NoHost(), None, notes=False).changes:
        match change.resource:
            case WholeDisk(name=id, slots=(slot,)):
                disk = named(facts, id)
                assert section["where"] == "disk"
                assert is_asked_for(disk, section)
                assert not disk.holds
                assert not disk.read_only
                assert slot.start == MIB
                assert slot.start + slot.bytes <= disk.bytes - GPT_SECTORS * disk.sector
            case Partition(disk=id, slot=slot) as partition:
                disk = named(facts, id)
                assert is_asked_for(disk, section) if "disk" in section and section["where"] != "auto" else disk.holds
                assert partition.destructive == bool(partition.remains)
                assert slot.start % MIB == slot.bytes % MIB == 0
                assert slot.start + slot.bytes <= end(disk)
                around = [part for part in disk.parts if part.role != "extended"]
                assert all(slot.start >= (part.start or 0) + part.bytes or slot.start + slot.bytes <= (part.start or 0)
                           for part in around)  # fmt: skip
            case VolumeGroup(disk=id):
                assert named(facts, id).ids
            case LogicalVolume(name=name):
                assert name.partition("/")[0] in {"vg0", "guests", "host-vg", "data"}


def test_free_space_is_that_of_the_disk_that_was_named_although_another_one_has_more() -> None:
    small = disk("ata-B", 64 * GIB, part(1, 1, 40000, "ext4"), name="sdb")
    given = answers(storage={"where": "free-space", "disk": ["ata-B"]})
    (made,) = [change.resource for change in plan_for(given, held(SATA, small), NoHost(), None, notes=False).changes
               if isinstance(change.resource, Partition)]  # fmt: skip
    assert made.disk == "ata-B"


def named(facts: Facts, id: str) -> Disk:
    """The disk of that name."""
    return next(disk for disk in facts.disks if disk.id == id)


def is_asked_for(disk: Disk, section: dict[str, Any]) -> bool:
    """Whether the answers name a disk."""
    return any(answers_to(disk, text) for text in section.get("disk", ()))


def end(disk: Disk) -> int:
    """The byte behind the last one that a partition may take."""
    return disk.bytes - GPT_SECTORS * disk.sector if disk.table == "gpt" else min(disk.bytes, DOS_SECTORS * disk.sector)


def shown(desk: Desk, *children: dict[str, Any], **more: Any) -> Plan:
    """The plan to erase the disk as it is now."""
    desk.holds(*children, **more)
    disk = WholeDisk(name=DISK, slots=(SLOT,))
    change = Change(step="storage", resource=disk, before=disk.observe(desk), after=disk.expected())
    return Plan(steps=(StepPlan(name="storage", title="", changes=(change,)),))


WINDOWS: dict[str, Any] = {"fstype": "ntfs", "label": "My data", "uuid": "5E-01"}


@pytest.mark.parametrize(
    "later",
    [
        {"label": "Other"},
        {"mountpoints": ["/srv"]},
        {"size": 99 * MIB},
        {"fstype": "crypto_LUKS"},
        {"uuid": "5E-02"},
        {"children": [node("vg0-mail", "lvm", GIB, kname="dm-3")]},
    ],
)
def test_a_disk_that_is_not_as_it_was_shown_is_left_alone(desk: Desk, tmp_path: Path, later: dict[str, Any]) -> None:
    part = put_part(desk, "sdb", 1, 1, 100, **WINDOWS)
    plan = shown(desk, part, pttype="gpt")
    desk.holds(part | later, pttype="gpt")
    drifts(plan, desk, tmp_path)


@pytest.mark.parametrize("later", [{"label": "Other"}, {"uuid": "5E-02"}, {"mountpoints": ["/srv"]}, {"fstype": "xfs"}])
def test_a_disk_without_partitions_that_is_not_as_it_was_shown_is_left_alone(
    desk: Desk, tmp_path: Path, later: dict[str, Any]
) -> None:
    plan = shown(desk, **WINDOWS)
    desk.holds(**(WINDOWS | later))
    assert shown(desk, **(WINDOWS | later)).hash != plan.hash
    drifts(plan, desk, tmp_path)


def test_a_volume_more_in_a_group_on_a_whole_disk_is_drift(desk: Desk, tmp_path: Path) -> None:
    row = {"pv_name": "/dev/sdb", "vg_name": "vg0", "pv_size": str(8 * GIB), "pv_used": str(GIB)}
    desk.said["pvs"] = report("pv", row)
    plan = shown(desk, fstype="LVM2_member")
    desk.said["pvs"] = report("pv", row | {"pv_used": str(2 * GIB)})
    drifts(plan, desk, tmp_path)


def test_a_new_partition_or_another_table_is_drift(desk: Desk, tmp_path: Path) -> None:
    plan = shown(desk)
    desk.holds(put_part(desk, "sdb", 1, 1, 100, parttype=LVM_GUID), pttype="gpt")
    drifts(plan, desk, tmp_path)
    desk.holds(pttype="dos")
    drifts(plan, desk, tmp_path)
    desk.holds(fstype="xfs")
    drifts(plan, desk, tmp_path)


def drifts(plan: Plan, desk: Desk, tmp_path: Path) -> None:
    """Applying ends with exit 4, and nothing was run or written."""
    desk.ran.clear()
    journal = Journal(tmp_path / "state")
    with pytest.raises(DriftError) as caught:
        list(apply(plan, desk, journal))
    assert (caught.value.exit, desk.ran, journal.records) == (4, [], [])
    assert not any(beginning(desk, f"/dev/disk/by-id/{DISK}"))
