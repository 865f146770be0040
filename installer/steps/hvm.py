"""What this machine can run: checked before, and asked of Xen itself after."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, note, proved, unfit, warn
from installer.steps.base import Step

RELEASES = ("bookworm", "trixie", "forky")
SWITCHES = {
    "vmx": '"Intel Virtualization Technology", "VT-x" or "VMX"',
    "svm": '"SVM Mode", "AMD-V" or "Secure Virtual Machine"',
}
MARKETING = {"vmx": "Intel VT-x", "svm": "AMD-V"}


class HvmStep(Step):
    """The processor's and the firmware's side of virtualization."""

    name = "hvm"
    title = "What this machine can run"

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        yield from check_system(facts)
        kinds = guest_types(facts)
        if "HVM" in kinds:
            yield note(f"This machine will run {', '.join(kinds)} guests.")
        else:
            why, hint = why_no_hvm(facts)
            text = f"{why}: only 64-bit PV guests will run, neither PVH nor HVM (Windows)."
            yield unfit(text, hint, "hvm.require") if answers.hvm.require else warn(text, hint, "hvm.require")
        yield note(
            "PV guests have to be 64-bit and cannot be migrated live (moved while they run): "
            "that is how Debian builds Xen."
        )
        yield from check_iommu(answers, facts)

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        yield Choice(
            key="hvm.require",
            value=str(answers.hvm.require).lower(),
            because=f"this machine runs {', '.join(guest_types(facts))} guests",
        )

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        kinds = guest_types(facts)
        if "HVM" in kinds or not answers.hvm.require:
            yield proved(f"Xen runs {', '.join(kinds)} guests")
        else:
            yield unfit(f"Xen runs {', '.join(kinds)} guests only", why_no_hvm(facts)[1])


def guest_types(facts: Facts) -> list[str]:
    """The kinds of guest that run here: as Xen says where it runs, else as the processor promises."""
    if facts.xen:
        hvm = "hvm" in facts.xen.virt_caps and "hap" in facts.xen.virt_caps
    else:
        hvm = bool(facts.cpu.hvm) and not facts.cpu.hvm_locked and facts.cpu.hap is not False
    return ["PV", "PVH", "HVM"] if hvm else ["PV"]


def why_no_hvm(facts: Facts) -> tuple[str, str]:
    """Fact and hint for a machine without HVM guests."""
    flag = facts.cpu.hvm or {"GenuineIntel": "vmx", "AuthenticAMD": "svm", "HygonGenuine": "svm"}.get(
        facts.cpu.vendor, "vmx"
    )
    switch = f"look in the firmware's setup for {SWITCHES[flag]} and switch it on"
    if facts.under:
        return (
            f"{facts.under} does not give this virtual machine {MARKETING[flag]}",
            "switch on nested virtualization in the outer hypervisor",
        )
    if facts.cpu.hvm and facts.cpu.hvm_locked:
        return f"{MARKETING[flag]} is there, but the firmware has locked it", switch
    if facts.cpu.hvm and facts.cpu.hap is False:
        return (
            f"{facts.cpu.model} has {MARKETING[flag]}, but no nested paging (EPT, NPT), which Debian's Xen needs",
            "a newer CPU has it",
        )
    return (
        f"{facts.cpu.model} shows no {MARKETING[flag]}",
        f"{switch}; if there is no such switch, the CPU cannot do it",
    )


def check_system(facts: Facts) -> Iterator[Finding]:
    """Refuse what is no Debian machine of a release and architecture that we know."""
    if facts.release.id != "debian":
        yield unfit(f"This is {facts.release.name}, not Debian.", "xenstrap knows Debian bookworm, trixie and forky")
    elif facts.release.codename not in RELEASES:
        yield unfit(f"{facts.release.name} is not supported.", "xenstrap knows Debian bookworm, trixie and forky")
    if facts.release.container:
        yield unfit(
            f"This is a container ({facts.release.container}): Xen needs a machine of its own.",
            "run xenstrap on the host",
        )
    if facts.architecture != "amd64":
        yield unfit(f"The architecture is {facts.architecture}.", "xenstrap knows amd64 (64-bit Intel and AMD)")
    if facts.domain == "domU":
        yield unfit("This machine is itself a guest of Xen (a domU).", "run xenstrap in its dom0")
    elif facts.under:
        yield warn(
            f"This machine is itself a guest of {facts.under}.",
            "good for trying things out; guests inside it will be slow",
        )
    if facts.domain == "dom0" and facts.xen:
        yield note(f"Xen {facts.xen.version} runs already: this is its dom0.")


def check_iommu(answers: Answers, facts: Facts) -> Iterator[Finding]:
    """Say what is missing for PCI passthrough; the passthrough step refuses what cannot work."""
    if not facts.iommu.table and not facts.iommu.active and not answers.passthrough.devices:
        yield note(
            "There is no IOMMU (VT-d, AMD-Vi): PCI devices cannot be given to guests.",
            'if you want that, look in the firmware\'s setup for "VT-d", "AMD-Vi" or "IOMMU"',
        )
