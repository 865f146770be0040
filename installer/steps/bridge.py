"""The bridge that joins the guests to the network."""

from collections.abc import Iterator
from typing import Self

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, unfit
from installer.resources.base import Resource
from installer.stage import Stage
from installer.steps.base import Step
from installer.steps.bridge_check import declined, filtered, surprises
from installer.steps.bridge_choice import bridge_manager, bridge_nic, is_asked, reason
from installer.steps.bridge_files import bridge_files
from installer.steps.bridge_guard import (
    asked_families,
    gave_back,
    guard_resources,
    missed,
    needs_somebody,
    not_at_once,
    unguarded,
)
from installer.steps.bridge_obstacles import obstacles
from installer.steps.bridge_verify import LOOK, had_ways, verify_bridge


class BridgeStep(Step):
    """A bridge over the interface with the default route, which takes that interface's addresses over."""

    name = "bridge"
    title = "Network of the guests"

    def __init__(self, stage: Stage | None = None) -> None:
        self.network, self.former = (stage or Stage()).network, (stage or Stage()).former

    def at(self, stage: Stage) -> Self:
        return type(self)(stage)

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        nic, found = bridge_nic(answers, facts), list(obstacles(answers, facts))
        if answers.bridge.enabled is False:
            return
        if found:
            yield from found if is_asked(answers) else declined(found, nic)
        elif nic:
            yield from surprises(nic, answers, facts)
            yield from unguarded(facts)
            yield from needs_somebody(nic, answers, facts)
            yield from not_at_once(self.network, answers, facts)
            yield from gave_back(self.network)

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        nic = bridge_nic(answers, facts)
        if not nic or not wants_bridge(answers, facts):
            because = "asked for" if answers.bridge.enabled is False else "this machine's network does not allow one"
            yield Choice(key="bridge.enabled", value="false", because=because)
            return
        manager = bridge_manager(answers, facts)
        yield Choice(key="bridge.enabled", value="true", because=f"{manager} configures the network, and can make one")
        yield Choice(key="bridge.nic", value=f"{nic.name} ({nic.mac})", because=reason(answers, nic, facts))

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        nic = bridge_nic(answers, facts)
        if nic and wants_bridge(answers, facts) and self.network.name != "given back":
            if self.network.name == "untried":
                yield from guard_resources(nic, answers, facts)
            yield from bridge_files(nic, bridge_manager(answers, facts), answers, facts)

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        if self.former:  # by the default route, which may be another interface's now, or nobody's
            known = self.former.model_copy(update={"now": facts.network.now})
            facts = facts.model_copy(update={"network": known})
        nic = bridge_nic(answers, facts)
        if self.network.name == "given back":
            yield missed(self.network)
        elif nic and wants_bridge(answers, facts):
            had = frozenset((4, 6)) if self.former is None else had_ways(nic, self.former)
            wanted = had & {*asked_families(answers)}
            yield from verify_bridge(nic, bridge_manager(answers, facts), answers, facts, wanted)
            yield from filtered(facts)
        elif facts.network.now.ours:
            hint = "; ".join(LOOK.values())
            yield unfit(f"{', '.join(facts.network.now.ours)} does not carry the default route.", hint)


def wants_bridge(answers: Answers, facts: Facts) -> bool:
    """Whether a bridge of ours is made on this machine."""
    if answers.bridge.enabled is False:
        return False
    return is_asked(answers) or not any(obstacles(answers, facts))


def default_bridge(answers: Answers, facts: Facts) -> str | None:
    """The bridge that guests join unless they say otherwise: ours, else one that carries the default route already."""
    if wants_bridge(answers, facts):
        return answers.bridge.name
    uplink = facts.network.nic(facts.network.uplink)
    return uplink.name if uplink and uplink.kind == "bridge" else None
