"""Machines of our own, captured in QEMU before and after their conversion by `xenstrap facts`."""

from pathlib import Path

import pytest

from installer.answers import Answers
from installer.facts import Facts
from installer.headless import plan_for
from installer.host import NoHost
from installer.steps import STEPS
from tests.machines import answers

HERE = Path(__file__).parent
VG0 = {"where": "disk", "disk": ["virtio-xenstrap-data"], "erase": ["vg0"]}
GIVEN = {
    "bookworm-vg0": answers(storage=VG0),
    "bookworm-bios-ifupdown": answers(),
    "trixie-uefi-networkd": answers(passthrough={"devices": ["8086:10d3"]}),
}
NAMES = sorted({path.name.rpartition("-")[0] for path in HERE.glob("*.json")})


def facts(name: str) -> Facts:
    """A captured machine."""
    return Facts.model_validate_json((HERE / f"{name}.json").read_text())


def given(name: str) -> Answers:
    """What it was converted with."""
    return GIVEN[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_machine_is_fit(name: str) -> None:
    plan = plan_for(given(name), facts(f"{name}-native"), NoHost(), None)
    assert plan.errors == []
    assert len(plan.pending) > 10


@pytest.mark.parametrize("name", NAMES)
def test_the_new_dom0_gives_the_same_plan_as_the_machine_before(name: str) -> None:
    before, after = (plan_for(given(name), facts(f"{name}-{when}"), NoHost(), None) for when in ("native", "dom0"))
    assert before.hash == after.hash


@pytest.mark.parametrize("name", NAMES)
def test_the_new_dom0_verifies_and_the_machine_before_does_not(name: str) -> None:
    levels = [finding.level for step in STEPS for finding in step.verify(given(name), facts(f"{name}-dom0"))]
    assert set(levels) == {"ok"}
    assert len(levels) > 10
    assert any(
        finding.level == "error" for step in STEPS for finding in step.verify(given(name), facts(f"{name}-native"))
    )
