"""How many CPUs dom0 uses."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, proved, unfit, warn, wrong
from installer.resources.base import Resource
from installer.steps.base import Step
from installer.steps.words import xen_words


class CpusStep(Step):
    """dom0_max_vcpus, and whether they are tied to physical CPUs."""

    name = "cpus"
    title = "CPUs of dom0"

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        if vcpus(answers, facts) > facts.cpu.threads:
            yield wrong(
                "cpus.dom0",
                f"{vcpus(answers, facts)} CPUs for dom0, but the machine has {facts.cpu.threads}.",
                f"allowed are 1 to {facts.cpu.threads}",
            )
        elif vcpus(answers, facts) == 1 and facts.cpu.threads > 1:
            yield warn("With one CPU dom0 slows every guest's disk and network.", "give it two", "cpus.dom0")

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        because = rule(facts.cpu.threads)[1] if answers.cpus.dom0 == "auto" else "asked for"
        yield Choice(key="cpus.dom0", value=str(vcpus(answers, facts)), because=because)

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        words = [f"dom0_max_vcpus={vcpus(answers, facts)}"] + ["dom0_vcpus_pin"] * answers.cpus.pin
        yield from xen_words("cpus", words, "guests get the others' time")

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        if not facts.xen:
            return
        wanted = vcpus(answers, facts)
        if len(facts.xen.vcpus) == wanted:
            yield proved(f"dom0 has {wanted} of {facts.xen.threads} CPUs")
        else:
            yield unfit(f"dom0 has {len(facts.xen.vcpus)} CPUs instead of {wanted}", "xl info | grep xen_commandline")
        if answers.cpus.pin:
            loose = [str(vcpu.number) for vcpu in facts.xen.vcpus if not vcpu.affinity.isdigit()]
            yield (
                unfit(f"dom0's CPUs {', '.join(loose)} are not pinned", "xl vcpu-list")
                if loose
                else proved("dom0's CPUs are pinned")
            )


def vcpus(answers: Answers, facts: Facts) -> int:
    """Number of dom0's virtual CPUs."""
    return rule(facts.cpu.threads)[0] if answers.cpus.dom0 == "auto" else answers.cpus.dom0


def rule(threads: int) -> tuple[int, str]:
    """dom0's CPUs by the rule, and the rule in words."""
    number = min(threads, 2 if threads <= 8 else 4 if threads <= 24 else 8)
    return number, f"2 on up to 8 CPUs, 4 on up to 24, else 8; this machine has {threads}"
