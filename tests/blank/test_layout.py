"""What no layout may ever do, whatever the disk and the answers are."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from installer.answers import Answers
from installer.answers_install import Install
from installer.facts import Facts
from installer.facts_storage import Storage, VolumeGroup
from installer.finding import Finding
from installer.host import NoHost
from installer.newroot import draw
from installer.resources.filesystem import SystemDisk
from installer.steps.install_facts import new_answers, new_facts
from installer.steps.install_layout import LEAST_ROOT, MIB, Layout, layout_of, usable_end
from installer.steps.storage import StorageStep
from installer.steps.storage_choice import Place, find_place, swap_mib
from tests.blank.machines import HASH, live
from tests.machines import answers
from tests.storage.machines import GIB, TB, disk, part

SIZES = st.integers(2 * GIB, 30 * TB)
SECTORS = st.sampled_from([512, 4096])
ROOTS = st.just("auto") | st.builds("{}{}".format, st.integers(1, 3000), st.sampled_from("MG"))
TABLES = st.sampled_from(["gpt", "msdos"])
FIRMWARES = st.sampled_from(["uefi", "bios"])
STARTING = st.sampled_from([(512, "uefi", "gpt"), (4096, "uefi", "gpt"), (512, "bios", "gpt"), (512, "bios", "msdos")])


def machine(size: int, sector: int, firmware: str) -> Facts:
    """A live system with one blank disk and another one that nobody names."""
    blank = disk("ata-A", size // sector * sector, sector=sector, serial="A")
    return live(blank, disk("ata-B", TB, name="sdb", serial="B"), firmware=firmware)


@given(SIZES, SECTORS, FIRMWARES, TABLES, ROOTS)
def test_partitions_are_aligned_in_order_and_on_the_disk(
    size: int, sector: int, firmware: str, table: str, root: str
) -> None:
    facts = machine(size, sector, firmware)
    install = Install.model_validate({"disk": ("ata-A",), "table": table, "root": root, "root_password": HASH})
    layout = layout_of(install, facts, facts.disks[0])
    assume(isinstance(layout, Layout))
    assert isinstance(layout, Layout)
    position = MIB
    for slot in layout.slots:
        assert slot.start % MIB == slot.bytes % MIB == 0
        assert slot.start >= position
        position = slot.start + slot.bytes
    end = facts.disks[0].bytes - 33 * sector if table == "gpt" else min(facts.disks[0].bytes, sector << 32)
    assert position <= end
    assert layout.root.bytes >= LEAST_ROOT
    assert (layout.boot is None) == (table == "msdos")
    for region in new_facts(Answers(install=install), facts).disks[0].free:
        assert position <= region.start < region.start + region.bytes <= end


@given(SIZES, FIRMWARES, ROOTS)
def test_only_the_named_disk_is_written_to(size: int, firmware: str, root: str) -> None:
    section = {"disk": ["ata-A"], "root": root, "root_password": HASH}
    plan = draw(answers(install=section), machine(size, 512, firmware), NoHost(), None)
    assert not any("ata-B" in str(change.after) or "ata-B" in change.resource.id for change in plan.changes)
    assert {name for change in plan.changes for name in change.resource.erases} <= {"ata-A"}


@pytest.mark.parametrize(("where", "refused"), [("auto", True), ("free-space", True), ("directory", False)])
def test_without_lvm2_a_group_is_only_made_where_no_other_disk_can_have_one_of_that_name(
    where: str, refused: bool
) -> None:
    section = {"disk": ["ata-A"], "root_password": HASH}
    facts = machine(480 * GIB, 512, "uefi").model_copy(update={"storage": Storage(unread=("ata-B",))})
    plan = draw(answers(install=section, storage={"where": where}), facts, NoHost(), None)
    assert bool([error for error in plan.errors if "There is LVM on ata-B, and without lvm2" in error.text]) == refused
    own = facts.model_copy(update={"storage": Storage(unread=("ata-A",))})
    assert not draw(answers(install=section), own, NoHost(), None).errors, "that one's own obstacles are another matter"


@given(SIZES, SIZES, STARTING, ROOTS)
def test_disks_that_mirror_each_other_get_the_same_partitions_and_no_other_is_written_to(
    one: int, two: int, machine: tuple[int, str, str], root: str
) -> None:
    sector, firmware, table = machine
    disks = [disk(f"ata-{name}", size // sector * sector, sector=sector, serial=name, name=f"sd{name.lower()}")
             for name, size in (("A", one), ("B", two), ("C", TB))]  # fmt: skip
    facts = live(*disks, firmware=firmware)
    section = {"disk": ["ata-A"], "raid1": ["ata-B"], "root": root, "table": table, "root_password": HASH}
    wanted = answers(install=section, boot={"trial": False})
    plan = draw(wanted, facts, NoHost(), None)
    assume(not plan.errors)
    erased = [change.resource for change in plan.changes if isinstance(change.resource, SystemDisk)]
    assert [each.name for each in erased] == ["ata-A", "ata-B"]
    assert erased[0].slots == erased[1].slots
    position = MIB
    for slot in erased[0].slots:
        assert slot.start % MIB == slot.bytes % MIB == 0
        assert slot.start >= position
        position = slot.start + slot.bytes
    assert position <= min(usable_end(table, each) for each in disks[:2])
    assert not any("ata-C" in str(change.after) or "ata-C" in change.resource.id for change in plan.changes)
    later = new_facts(wanted, facts)
    place = find_place(new_answers(wanted, facts, later), later)
    assert isinstance(place, Place)
    assert place.kind == ("volume-group" if len(erased[0].slots) > (1 if table == "msdos" else 2) else "directory")


def test_every_disk_that_a_bios_could_not_read_is_refused_by_its_name() -> None:
    disks = [disk(f"ata-{name}", TB, sector=4096, name=f"sd{name.lower()}") for name in "AB"]
    wanted = answers(install={"disk": ["ata-A"], "raid1": ["ata-B"], "root_password": HASH}, boot={"trial": False})
    plan = draw(wanted, live(*disks, firmware="bios"), NoHost(), None)
    assert [(error.key, error.text) for error in plan.errors] == [
        ("install.disk", "ata-A has sectors of 4096 bytes, and a BIOS starts from no such disk."),
        ("install.raid1", "ata-B has sectors of 4096 bytes, and a BIOS starts from no such disk."),
    ]
    assert not draw(wanted, live(*disks, firmware="uefi"), NoHost(), None).errors


@given(FIRMWARES)
def test_the_least_that_a_refusal_names_would_do(firmware: str) -> None:
    install = Install(disk=("ata-A",))
    facts = machine(4 * GIB, 512, firmware)
    refused = layout_of(install, facts, facts.disks[0])
    assert isinstance(refused, Finding)
    least = 4 * GIB + (513 if firmware == "uefi" else 2) * MIB + MIB
    assert refused.text == f"ata-A has 4096 MiB, and the least that would do is {least // MIB} MiB."
    enough, short = (machine(size, 512, firmware) for size in (least, least - MIB))
    assert isinstance(layout_of(install, enough, enough.disks[0]), Layout)
    assert isinstance(layout_of(install, short, short.disks[0]), Finding)


def test_the_uuids_stay_the_same_from_plan_to_plan_and_differ_between_disks() -> None:
    one, two = (machine(size, 512, "uefi") for size in (TB, 2 * TB))
    first, again, other = (layout_of(Install(disk=("ata-A",)), facts, facts.disks[0]) for facts in (one, one, two))
    assert isinstance(first, Layout)
    assert isinstance(other, Layout)
    assert first == again
    assert first.root_uuid != other.root_uuid


@pytest.mark.parametrize("size", [30 * GIB, 10 * GIB, 5 * GIB])
def test_room_on_other_disks_is_left_alone_before_and_after_the_restart(size: int) -> None:
    group = VolumeGroup(name="data", bytes=900 * GIB, free=800 * GIB, disks=("ata-B",))
    stick = disk("usb-Stick", 64 * GIB, part(1, 1, 2048, "iso9660"), name="sdc", holds=("/run/live/medium",))
    facts = live(disk("ata-A", size, serial="A"), disk("ata-B", TB, name="sdb"), stick, firmware="bios",
                 storage=Storage(groups=(group,)))  # fmt: skip
    wanted = answers(install={"disk": ["ata-A"], "root_password": HASH})
    later = new_facts(wanted, facts)
    told = new_answers(wanted, facts, later)
    place = find_place(told, later)
    assert isinstance(place, Place)
    assert (place.kind, place.disk and place.disk.id) == (("directory", None) if size == 5 * GIB else
                                                          ("free-space", "ata-A"))  # fmt: skip
    fresh = later.model_copy(update={"storage": Storage(groups=(group,))})
    assert find_place(told, fresh) == place, "verify would look for it elsewhere"
    alone = facts.model_copy(update={"storage": Storage()})
    assert (new_answers(wanted, alone, later).storage == wanted.storage) == (size != 10 * GIB)


@pytest.mark.parametrize(
    ("size", "root", "swap"),
    [
        (8 * GIB, "auto", 2048),
        (8 * GIB, "5G", 0),
        (8 * GIB, "6G", 0),
        (5 * GIB, "auto", None),
        (30 * GIB, "auto", 2048),
    ],
)
def test_the_rest_of_the_disk_is_a_volume_group_with_swap_where_that_leaves_something(
    size: int, root: str, swap: int | None
) -> None:
    """Of the new system's disk even a little; a running system's free space is for more than guests."""
    facts = machine(size, 512, "bios")
    wanted = answers(install={"disk": ["ata-A"], "root": root, "root_password": HASH})
    later = new_facts(wanted, facts)
    given = new_answers(wanted, facts, later)
    place = find_place(given, later)
    assert isinstance(place, Place)
    assert place.kind == ("directory" if swap is None else "free-space")
    assert swap_mib(given, later, place)[0] == (swap or 0)
    texts = [finding.text for finding in StorageStep().check(given, later) if finding.key == "storage.where"]
    assert [text.partition(":")[0] for text in texts] == (
        ["Little is left for guests"] if place.lvm and size == 8 * GIB else []
    )


@pytest.mark.parametrize("storage", [{"where": "disk", "disk": ["ata-B"]}, {"where": "volume-group"}])
def test_no_second_disk(storage: dict[str, object]) -> None:
    wanted = answers(install={"disk": ["ata-A"], "root_password": HASH}, storage=storage)
    plan = draw(wanted, machine(64 * GIB, 512, "bios"), NoHost(), None)
    assert [(finding.key, finding.text) for finding in plan.errors] == [
        ("storage.where", "The guests of a new system get the rest of its own disk, ata-A.")
    ]
