"""What no layout may ever do, whatever the disk and the answers are."""

from hypothesis import assume, given
from hypothesis import strategies as st

from installer.answers_install import Install
from installer.facts import Facts
from installer.finding import Finding
from installer.host import NoHost
from installer.newroot import draw
from installer.steps.install_facts import new_facts
from installer.steps.install_layout import LEAST_ROOT, MIB, Layout, layout_of
from tests.blank.machines import HASH, live
from tests.machines import answers
from tests.storage.machines import GIB, TB, disk

SIZES = st.integers(2 * GIB, 30 * TB)
SECTORS = st.sampled_from([512, 4096])
ROOTS = st.just("auto") | st.builds("{}{}".format, st.integers(1, 3000), st.sampled_from("MG"))
TABLES = st.sampled_from(["gpt", "msdos"])
FIRMWARES = st.sampled_from(["uefi", "bios"])


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
    for region in new_facts(install, facts).disks[0].free:
        assert position <= region.start < region.start + region.bytes <= end


@given(SIZES, FIRMWARES, ROOTS)
def test_only_the_named_disk_is_written_to(size: int, firmware: str, root: str) -> None:
    section = {"disk": ["ata-A"], "root": root, "root_password": HASH}
    plan = draw(answers(install=section), machine(size, 512, firmware), NoHost(), None)
    assert not any("ata-B" in str(change.after) or "ata-B" in change.resource.id for change in plan.changes)
    assert {name for change in plan.changes for name in change.resource.erases} <= {"ata-A"}


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
