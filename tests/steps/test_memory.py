"""dom0's memory: the rule, its range, and what is really in force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.steps.memory import FOR_OTHERS_MIB, LEAST_MIB, MemoryStep, rule
from tests.machines import XEN, answers, dom0, errors, machine, texts

STEP = MemoryStep()


@pytest.mark.parametrize(
    ("memory_mib", "dom0_mib"),
    [
        (1536, 768),
        (2048, 768),
        (4096, 1280),
        (8192, 1536),
        (16384, 2048),
        (65536, 4352),
        (262144, 8192),
        (4194304, 8192),
    ],
)
def test_the_rule(memory_mib: int, dom0_mib: int) -> None:
    assert rule(memory_mib)[0] == dom0_mib


@given(st.integers(2, 4096), st.integers(1, 60))
def test_the_rule_is_the_same_before_and_after_the_reboot_though_xen_counts_a_little_less(
    gib: int, missing: int
) -> None:
    assert rule(gib * 1024) == rule(gib * 1024 - missing)


@given(st.integers(LEAST_MIB + FOR_OTHERS_MIB + 512, 1 << 24))
def test_the_rule_never_leaves_its_own_range(memory_mib: int) -> None:
    assert not errors(STEP, answers(), machine(memory_mib=memory_mib))


@pytest.mark.parametrize(("asked", "mib"), [("2G", 2048), ("1536M", 1536)])
def test_what_is_asked_for_goes_to_the_hypervisor_with_its_maximum(asked: str, mib: int) -> None:
    file, menu = STEP.resources(answers(memory={"dom0": asked}), machine())
    assert f"dom0_mem={mib}M,max:{mib}M" in str(file.expected())
    assert menu.expected() == {"xen": [f"dom0_mem={mib}M,max:{mib}M"]}


@pytest.mark.parametrize("asked", ["64M", "511M", "15873M", "16G", "100G"])
def test_too_little_and_too_much_are_errors_with_the_range(asked: str) -> None:
    (finding,) = errors(STEP, answers(memory={"dom0": asked}), machine())
    assert finding.fault == "answers"
    assert finding.hint == 'allowed are "512M" to "15872M"; "auto" would be "2048M"'


def test_a_machine_that_is_too_small_is_unfit() -> None:
    (finding,) = errors(STEP, answers(), machine(memory_mib=900))
    assert finding.fault == "host"


def test_verify_reads_what_is_in_force() -> None:
    assert [finding.level for finding in STEP.verify(answers(), dom0())] == ["ok"]
    shrunk = dom0(xen=XEN.model_copy(update={"dom0_mib": 1536}))
    assert "dom0 has 1536 MiB instead of 2048" in texts(STEP.verify(answers(), shrunk))
