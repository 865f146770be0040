"""Machines to plan for: one ordinary server, and ways to differ from it."""

from typing import Any

from installer.answers import Answers
from installer.facts import (
    Boot,
    Cpu,
    Facts,
    Firmware,
    Iommu,
    Kernel,
    Release,
    Running,
    Serial,
    SerialPort,
    Vcpu,
    Xen,
)
from installer.finding import Finding
from installer.steps.base import Step

UUID = "11111111-2222-3333-4444-555555555555"
CPU = Cpu(vendor="GenuineIntel", model="Xeon", threads=8, hvm="vmx", hvm_locked=False, hap=True)
BOOT = Boot(
    loader="grub",
    root_uuid=UUID,
    free_mib=400,
    kernels=(Kernel(version="6.12.117-amd64", dom0=True),),
    linux_default="quiet",
)
XEN = Xen(
    version="4.20.5",
    caps=("xen-3.0-x86_64", "hvm-3.0-x86_64"),
    virt_caps=("pv", "hvm", "hap", "gnttab-v1", "gnttab-v2"),
    command_line="placeholder dom0_mem=1792M,max:1792M dom0_max_vcpus=2",
    total_mib=16370,
    free_mib=14000,
    threads=8,
    dom0_mib=2048,
    dom0_target_mib=2048,
    vcpus=(Vcpu(number=0, affinity="all"), Vcpu(number=1, affinity="all")),
    services={"xen": "active", "xendomains": "active"},
    xenstore="Domain-0",
)


def machine(**different: Any) -> Facts:
    """A trixie server with 16 GiB, UEFI without Secure Boot, and whatever differs."""
    ordinary: dict[str, Any] = {
        "architecture": "amd64",
        "release": Release(id="debian", codename="trixie", name="Debian GNU/Linux 13 (trixie)"),
        "hostname": "host",
        "cpu": CPU,
        "memory_mib": 16384,
        "firmware": Firmware(kind="uefi", secure_boot=False, board="Vendor Server"),
        "boot": BOOT,
        "iommu": Iommu(table="DMAR", active=True),
        "serial": Serial(ports=(SerialPort(name="ttyS0", io=0x3F8, irq=4),)),
        "running": Running(kernel="6.12.117-amd64", command_line="BOOT_IMAGE=/vmlinuz root=/dev/vda2"),
    }
    return Facts(**(ordinary | different))


def dom0(**different: Any) -> Facts:
    """The same machine as a dom0."""
    running = Running(kernel="6.12.117-amd64", command_line="placeholder root=/dev/vda2 console=hvc0")
    return machine(**({"domain": "dom0", "xen": XEN, "running": running, "memory_mib": XEN.total_mib} | different))


def answers(**sections: dict[str, Any]) -> Answers:
    """Answers from plain data."""
    return Answers.model_validate(sections)


def errors(step: Step, given: Answers, facts: Facts) -> list[Finding]:
    """The findings that stop."""
    return [finding for finding in step.check(given, facts) if finding.level == "error"]


def texts(findings: object) -> str:
    """All texts and hints of findings."""
    return "\n".join(f"{finding.level}: {finding.text} -> {finding.hint}" for finding in findings)  # type: ignore[attr-defined]
