"""The packages of a dom0: exactly what it needs, without apt's recommends."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, note, proved, unfit, wrong
from installer.resources.base import Resource
from installer.resources.packages import Package
from installer.steps.base import Step
from installer.steps.bridge import wants_bridge
from installer.steps.bridge_choice import bridge_manager
from installer.steps.storage_choice import Place, find_place

CLOUD_HINT = "the newest kernel that can be dom0 is started under Xen; the others stay in the menu for plain Linux"


class PackagesStep(Step):
    """Hypervisor, toolstack and what goes with them."""

    name = "packages"
    title = "Xen itself"

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        if not any(kernel.dom0 for kernel in facts.boot.kernels):
            there = ", ".join(kernel.version for kernel in facts.boot.kernels) or "none"
            yield note(
                f"No installed kernel can be a dom0 ({there}); linux-image-{facts.architecture} is installed as well.",
                CLOUD_HINT,
            )
        elif unable := [kernel.version for kernel in facts.boot.kernels if not kernel.dom0]:
            yield note(f"{', '.join(unable)} cannot be a dom0 (CONFIG_XEN_DOM0 is not set).", CLOUD_HINT)

        if "xen-tools" in answers.packages.extra and facts.release.codename != "bookworm":
            yield wrong(
                "packages.extra",
                f"xen-tools is not part of {facts.release.name}.",
                "leave it out; mmdebstrap or debian-installer make guests as well",
            )

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        yield Choice(
            key="packages.hvm",
            value=str(answers.packages.hvm).lower(),
            because="HVM guests need the device model" if answers.packages.hvm else "only PV and PVH guests are wanted",
        )
        yield Choice(
            key="packages.pvgrub",
            value=str(answers.packages.pvgrub).lower(),
            because="guests then boot their own kernels"
            if answers.packages.pvgrub
            else "guests get their kernel from dom0",
        )

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        reasons: dict[str, str] = {}
        for name, because in wanted_packages(answers, facts):
            reasons.setdefault(name, because)
        for name, because in reasons.items():
            yield Package(name=name, because=because)

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        if not facts.xen:
            yield unfit(
                "This is not a control domain: Xen does not run.",
                "see the boot menu: the machine may have started plain Linux",
            )
            return
        yield proved(f"Xen {facts.xen.version} runs, and this is its control domain (dom0)")
        for name, state in facts.xen.services.items():
            if state == "active":
                yield proved(f"the service {name} is active")
            else:
                yield unfit(f"the service {name} is {state}", f"systemctl status {name}; journalctl -b -u {name}")
        if facts.xen.xenstore == "Domain-0":
            yield proved("xenstore answers")
        else:
            yield unfit("xenstore does not answer", "systemctl status xen; is /proc/xen mounted?")


def wanted_packages(answers: Answers, facts: Facts) -> Iterator[tuple[str, str]]:
    """Names and reasons, in the order of installing."""
    if facts.boot.linux_image or not any(kernel.dom0 for kernel in facts.boot.kernels):
        yield f"linux-image-{facts.architecture}", "a kernel that can be a dom0, kept up to date"
    yield f"xen-system-{facts.architecture}", "hypervisor and toolstack"
    if answers.packages.hvm:
        yield "qemu-system-xen", "device model of HVM guests"
    if answers.packages.pvgrub:
        yield "grub-xen-host", "boot loader of PV and PVH guests"
    if wants_bridge(answers, facts) and bridge_manager(answers, facts) == "ifupdown":
        yield "bridge-utils", "ifupdown makes bridges with it"
    place = find_place(answers, facts)
    if isinstance(place, Place) and place.lvm:
        yield "lvm2", "guests' disks are logical volumes"
        if answers.storage.thin_pool:
            yield "thin-provisioning-tools", "the thin pool asked for in storage.thin_pool is checked with them"
    for name in answers.packages.extra:
        yield name, "asked for in packages.extra"
