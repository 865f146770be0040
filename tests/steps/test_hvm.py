"""What the machine can run, before and after."""

from typing import Any

import pytest

from installer.facts import Cpu, Iommu, Release
from installer.steps.hvm import HvmStep, guest_types
from tests.machines import CPU, XEN, answers, dom0, errors, machine, texts

STEP = HvmStep()


def cpu(**different: Any) -> Cpu:
    """The ordinary processor, and what differs."""
    return CPU.model_copy(update=different)


@pytest.mark.parametrize(
    ("processor", "kinds"),
    [
        (CPU, ["PV", "PVH", "HVM"]),
        (cpu(hvm=None), ["PV"]),
        (cpu(hvm_locked=True), ["PV"]),
        (cpu(hap=False), ["PV"]),
        (cpu(hvm_locked=None, hap=None), ["PV", "PVH", "HVM"]),
    ],
)
def test_guest_types_natively(processor: Cpu, kinds: list[str]) -> None:
    assert guest_types(machine(cpu=processor)) == kinds


def test_guest_types_in_dom0_are_what_xen_says() -> None:
    assert guest_types(dom0(cpu=cpu(hvm=None))) == ["PV", "PVH", "HVM"]
    assert guest_types(dom0(xen=XEN.model_copy(update={"virt_caps": ("pv", "gnttab-v1")}))) == ["PV"]


@pytest.mark.parametrize(
    ("processor", "said"),
    [
        (cpu(hvm=None), "Xeon shows no Intel VT-x: only 64-bit PV guests will run, neither PVH nor HVM (Windows)."),
        (cpu(hvm=None), '"VT-x" or "VMX" and switch it on; if there is no such switch'),
        (cpu(hvm_locked=True), "Intel VT-x is there, but the firmware has locked it"),
        (cpu(vendor="AuthenticAMD", hvm="svm", hvm_locked=True), '"SVM Mode"'),
        (cpu(hap=False), "no nested paging (EPT, NPT)"),
    ],
)  # fmt: skip
def test_absent_locked_and_too_old_are_told_apart_and_the_switch_is_named(processor: Cpu, said: str) -> None:
    assert f"{said}" in texts(STEP.check(answers(), machine(cpu=processor)))
    assert not errors(STEP, answers(), machine(cpu=processor))
    assert errors(STEP, answers(hvm={"require": True}), machine(cpu=processor))


def test_a_virtual_machine_is_told_about_nested_virtualization() -> None:
    said = texts(STEP.check(answers(), machine(under="kvm", cpu=cpu(hvm=None))))
    assert "kvm does not give this virtual machine Intel VT-x" in said
    assert "itself a guest of kvm" in said


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({"release": Release(id="ubuntu", codename="noble", name="Ubuntu 24.04")}, "This is Ubuntu 24.04, not Debian."),
        ({"release": Release(id="debian", codename="bullseye", name="Debian 11")}, "Debian 11 is not supported."),
        (
            {"release": Release(id="debian", codename="trixie", name="Debian", container="lxc")},
            "This is a container (lxc)",
        ),
        ({"architecture": "arm64"}, "The architecture is arm64."),
        ({"domain": "domU"}, "itself a guest of Xen (a domU)"),
    ],
)
def test_unfit_machines_are_refused_with_why(different: dict[str, Any], said: str) -> None:
    found = errors(STEP, answers(), machine(**different))
    assert said in texts(found)
    assert {finding.fault for finding in found} == {"host"}


def test_a_missing_iommu_is_only_a_note() -> None:
    assert "note: There is no IOMMU" in texts(STEP.check(answers(), machine(iommu=Iommu())))


def test_a_dom0_is_recognised() -> None:
    assert "Xen 4.20.5 runs already: this is its dom0." in texts(STEP.check(answers(), dom0()))


def test_verify_asks_xen() -> None:
    assert "ok: Xen runs PV, PVH, HVM guests" in texts(STEP.verify(answers(), dom0()))
    without = dom0(xen=XEN.model_copy(update={"virt_caps": ("pv",)}))
    assert "ok: Xen runs PV guests" in texts(STEP.verify(answers(), without))
    assert "error" in texts(STEP.verify(answers(hvm={"require": True}), without))


# Traps 0.8 and 0.9
def test_what_pv_guests_cannot_do_is_said_before() -> None:
    assert "note: PV guests have to be 64-bit and cannot be migrated live" in texts(STEP.check(answers(), machine()))
