"""How much memory dom0 keeps."""

import math
from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, proved, unfit, wrong
from installer.resources.base import Resource
from installer.steps.base import Step
from installer.steps.words import xen_words

LEAST_MIB = 512
FOR_OTHERS_MIB = 512


class MemoryStep(Step):
    """dom0_mem, with its maximum, so that dom0 never grows nor shrinks."""

    name = "memory"
    title = "Memory of dom0"

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        most = facts.memory_mib - FOR_OTHERS_MIB
        if most < LEAST_MIB:
            yield unfit(
                f"The machine has {facts.memory_mib} MiB of memory; dom0 and a guest need {LEAST_MIB + FOR_OTHERS_MIB}."
            )
        elif not LEAST_MIB <= dom0_mib(answers, facts) <= most:
            yield wrong(
                "memory.dom0",
                f"{dom0_mib(answers, facts)} MiB for dom0 is out of range on this machine with {facts.memory_mib} MiB.",
                f'allowed are "{LEAST_MIB}M" to "{most}M"; "auto" would be "{rule(facts.memory_mib)[0]}M"',
            )

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        because = rule(facts.memory_mib)[1] if answers.memory.dom0 == "auto" else "asked for"
        yield Choice(key="memory.dom0", value=f"{dom0_mib(answers, facts)}M", because=because)

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        mib = dom0_mib(answers, facts)
        yield from xen_words(
            "memory", [f"dom0_mem={mib}M,max:{mib}M"], "dom0 gets this much and never more; the rest is for guests"
        )

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        mib = dom0_mib(answers, facts)
        if facts.xen and abs(facts.xen.dom0_mib - mib) <= 1:
            yield proved(f"dom0 has {mib} MiB; {facts.xen.free_mib} MiB are free for guests")
        elif facts.xen:
            yield unfit(
                f"dom0 has {facts.xen.dom0_mib} MiB instead of {mib}",
                "xl info | grep xen_commandline; xl mem-set Domain-0",
            )


def dom0_mib(answers: Answers, facts: Facts) -> int:
    """dom0's memory in MiB."""
    if answers.memory.dom0 == "auto":
        return rule(facts.memory_mib)[0]
    number, unit = int(answers.memory.dom0[:-1]), answers.memory.dom0[-1]
    return number * 1024 if unit == "G" else number


def rule(memory_mib: int) -> tuple[int, str]:
    """dom0's memory in MiB by the rule, and the rule in words with this machine's numbers.

    1 GiB and a twentieth of the machine's, at most 8 GiB (XenServer's figures); less on a machine below 3 GiB.
    """
    gib = math.ceil(memory_mib / 1024)
    if gib < 3:
        mib = max(768, math.ceil(gib * 1024 / 3 / 256) * 256)
        return mib, f"the machine has {gib} GiB: a third of it, at least 768 MiB"
    mib = min(8192, math.ceil((1024 + gib * 1024 / 20) / 256) * 256)
    most = ", at most 8 GiB" if mib == 8192 else ""
    return mib, f"1 GiB and a twentieth of this machine's {gib} GiB, rounded up to 256 MiB{most}"
