"""dom0's processors."""

import pytest

from installer.facts import Vcpu
from installer.steps.cpus import CpusStep, rule
from tests.machines import CPU, XEN, answers, dom0, errors, machine, texts

STEP = CpusStep()


@pytest.mark.parametrize(("threads", "number"), [(1, 1), (2, 2), (8, 2), (9, 4), (24, 4), (25, 8), (256, 8)])
def test_the_rule(threads: int, number: int) -> None:
    assert rule(threads)[0] == number


def test_words_of_the_hypervisor() -> None:
    _, menu = STEP.resources(answers(cpus={"dom0": 4, "pin": True}), machine())
    assert menu.expected() == {"xen": ["dom0_max_vcpus=4", "dom0_vcpus_pin"]}


def test_more_than_there_are_is_an_error_with_the_range() -> None:
    (finding,) = errors(STEP, answers(cpus={"dom0": 16}), machine())
    assert finding.text == "16 CPUs for dom0, but the machine has 8."
    assert finding.hint == "allowed are 1 to 8"


def test_one_processor_is_a_warning_only_where_there_are_more() -> None:
    assert "warning" in texts(STEP.check(answers(cpus={"dom0": 1}), machine()))
    assert "warning" not in texts(STEP.check(answers(), machine(cpu=CPU.model_copy(update={"threads": 1}))))


def test_verify_counts_them_and_looks_at_the_pinning() -> None:
    assert [finding.level for finding in STEP.verify(answers(), dom0())] == ["ok"]
    pinned = answers(cpus={"pin": True})
    assert "0, 1 are not pinned" in texts(STEP.verify(pinned, dom0()))
    vcpus = (Vcpu(number=0, affinity="0"), Vcpu(number=1, affinity="1"))
    assert [finding.level for finding in STEP.verify(pinned, dom0(xen=XEN.model_copy(update={"vcpus": vcpus})))] == [
        "ok",
        "ok",
    ]
    assert "instead of 4" in texts(STEP.verify(answers(cpus={"dom0": 4}), dom0()))
