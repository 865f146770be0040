"""Whether a bridge is made on this machine, over which interface, and with whose files."""

from installer.answers import Answers
from installer.facts import Facts
from installer.facts_network import Manager, Nic

BY_LIKELIHOOD = ("bond", "nic", "wifi", "other", "bridge", "vlan")


def bridge_nic(answers: Answers, facts: Facts) -> Nic | None:
    """The interface below the bridge, None where there is none."""
    network = facts.network
    if answers.bridge.nic == "auto":
        return network.nic(network.uplink)
    same = [nic for nic in network.nics if answers.bridge.nic in (nic.mac, nic.permanent)]
    # A bond has its members' address, and a VLAN that of the interface below: the uplink is meant, or what is on top.
    return min(same, key=lambda nic: (nic.name != network.uplink, BY_LIKELIHOOD.index(nic.kind)), default=None)


def bridge_manager(answers: Answers, facts: Facts) -> Manager:
    """Whose files configure the bridge: the interface's own, else the uplink's."""
    nic = bridge_nic(answers, facts)
    return nic.manager if nic and nic.manager != "none" else facts.network.manager


def is_asked(answers: Answers) -> bool:
    """Whether the answers leave no choice but a bridge."""
    return answers.bridge.enabled is True or (answers.bridge.enabled == "auto" and answers.bridge.nic != "auto")


def reason(answers: Answers, nic: Nic, facts: Facts) -> str:
    """Why the bridge is made over this interface."""
    if answers.bridge.nic == "auto":
        return "it carries the default route"
    return "asked for" if nic.mac == answers.bridge.nic else f"asked for by {answers.bridge.nic}, which it is made over"
