"""Machines by their disks and answers → exactly what is made, to the byte, or exactly why not.

`XENSTRAP_WRITE_GOLDEN=1` writes the golden file anew, to be read before a commit.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from installer.errors import AnswersError
from installer.headless import plan_for, require_erase
from installer.host import NoHost
from installer.plan import Plan
from installer.resources.disk import Partition, WholeDisk
from installer.resources.lvm import LogicalVolume, VolumeGroup
from installer.resources.table import Slot
from installer.steps.storage import StorageStep
from tests.machines import answers
from tests.storage.cases import ANSWERS
from tests.storage.machines import MACHINES, MIB

GOLDEN = Path(__file__).parent / "golden"


def told(name: str) -> Iterator[str]:
    """Everything that the step says and wants on one machine."""
    step = StorageStep()
    for case, section in ANSWERS.items():
        given = answers(storage=section)
        yield f"== {case}"
        findings = list(step.check(given, MACHINES[name]))
        for finding in findings:
            yield f"{finding.level} {finding.key}: {finding.text}" + (f"\n  -> {finding.hint}" if finding.hint else "")
        if any(finding.level == "error" for finding in findings):
            continue
        for choice in step.choices(given, MACHINES[name]):
            yield f"{choice.key} = {choice.value}: {choice.because}"
        for resource in step.resources(given, MACHINES[name]):
            state = resource.expected()
            erases = f" ERASES {', '.join(resource.erases)}" if resource.destructive else ""
            yield f"+ {resource.id}{erases}\n    " + "\n    ".join(resource.describe(state))


@pytest.mark.parametrize("name", MACHINES)
def test_golden(name: str) -> None:
    text, path = "\n".join(told(name)) + "\n", GOLDEN / f"{name}.txt"
    if os.environ.get("XENSTRAP_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("name", MACHINES)
def test_every_machine_can_be_planned_for_from_its_facts_alone(name: str) -> None:
    plan = plan_for(answers(), MACHINES[name], NoHost(), None)
    assert plan.errors or [change.action for change in plan.changes] == ["+"] * len(plan.changes)


def test_on_a_host_without_any_disk_nothing_is_there_yet() -> None:
    disk, slot = "ata-HDD_H1", Slot(start=MIB, bytes=8 * MIB, role="lvm")
    assert WholeDisk(name=disk, slots=(slot,)).observe(NoHost()) is None
    assert Partition(name=disk, disk=disk, slot=slot).observe(NoHost()) is None
    assert VolumeGroup(name="vg0", disk=disk, start=MIB).observe(NoHost()) is None
    assert LogicalVolume(name="vg0/dom0-swap", mib=4).observe(NoHost()) is None


def test_a_disk_is_confirmed_by_the_name_that_found_it_and_by_no_other() -> None:
    given = answers(storage={"where": "disk", "disk": ["ata-GONE", "H1"]})
    plan = plan_for(given, MACHINES["sata-full-blank-second"], NoHost(), None)
    require_erase(plan, ["H1"])
    with pytest.raises(AnswersError, match="the plan erases ata-HDD_H1"):
        require_erase(plan, ["ata-GONE"])


def test_what_was_erased_before_a_power_cut_may_be_named_again_in_the_same_command() -> None:
    given = answers(storage={"where": "disk", "disk": ["H1"]})
    plan = plan_for(given, MACHINES["sata-full-blank-second"], NoHost(), None)
    done = [step.model_copy(update={"changes": tuple(
        change.model_copy(update={"before": change.after}) for change in step.changes)})
        for step in plan.steps]  # fmt: skip
    require_erase(Plan(steps=tuple(done)), ["H1"])
    require_erase(Plan(steps=tuple(done)), [])
    with pytest.raises(AnswersError, match="the plan does not erase ata-OTHER"):
        require_erase(Plan(steps=tuple(done)), ["ata-OTHER"])


@pytest.mark.parametrize(
    ("section", "key", "said"),
    [
        ({"disk": ["ata-HDD_H1"]}, "storage.disk", 'With storage.where = "auto" no disk is looked for'),
        ({"disk": ["H1"], "where": "directory"}, "storage.disk", 'With storage.where = "directory" no disk is'),
        (
            {"thin_pool": "thin"},
            "storage.thin_pool",
            "The thin pool thin is not made: there is no volume group for it.",
        ),
        ({"thin_pool": "thin", "where": "disk", "disk": ["H1"]}, "", ""),
        ({"disk": ["ata-SSD_S1"], "where": "free-space"}, "", ""),
    ],
)
def test_an_answer_without_effect_is_said(section: dict[str, Any], key: str, said: str) -> None:
    findings = list(StorageStep().check(answers(storage=section), MACHINES["sata-full-blank-second"]))
    warned = [(finding.key, finding.text) for finding in findings if finding.level == "warning"]
    assert [(name, text[: len(said)]) for name, text in warned] == ([(key, said)] if key else [])
