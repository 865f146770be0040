"""What is worth knowing before the bridge is made."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.facts_network import Network, Nic
from installer.finding import Finding, note, warn
from installer.network.ifupdown import staying_commands
from installer.steps.bridge_choice import bridge_manager


def declined(found: list[Finding], nic: Nic | None) -> Iterator[Finding]:
    """Why "auto" makes no bridge."""
    if nic and nic.kind == "bridge":
        yield note(f"{nic.name} is a bridge already and carries the default route: guests join it, it stays as it is.")
        return
    for finding in found:
        yield warn(f"{finding.text} No bridge is made.", finding.hint, finding.key)


def surprises(nic: Nic, answers: Answers, facts: Facts) -> Iterator[Finding]:
    """What a bridge over the interface may surprise with."""
    bridge, network = answers.bridge, facts.network
    uplink = nic.name == network.uplink
    if nic.carrier is False:
        yield warn(f"{nic.name} has no carrier: its cable is not connected.", "connect it before the restart")
    if uplink and bridge.ipv4 == "none" and bridge.ipv6 in ("keep", "none"):
        yield warn(
            f"dom0 will have no IPv4 address, although {nic.name} is its way out: it may not be reached any more.",
            'bridge.ipv4 = "keep" takes over what it has',
            "bridge.ipv4",
        )
    for key, router, family in (("ipv4", bridge.gateway4, "IPv4"), ("ipv6", bridge.gateway6, "IPv6")):
        if uplink and "/" in getattr(bridge, key) and not router:
            yield warn(
                f"dom0 will have no {family} default route: a fixed address comes without a gateway.",
                f"give bridge.gateway{key[-1]}",
                f"bridge.{key}",
            )
    if bridge_manager(answers, facts) == "ifupdown":
        for command in staying_commands(nic, network.interfaces):
            yield warn(
                f"The command `{command}` stays with {nic.name}, which has no address any more.",
                f"if it belongs to the addresses, write it for {bridge.name} into a file of interfaces.d",
            )
    yield from filtered(facts)
    yield from tagged(nic, answers, facts)
    if network.ssh_from and (uplink or not is_touched(nic, network)):
        yield note(f"You are connected from {network.ssh_from} over {connection(nic, answers, facts)}.")


def connection(nic: Nic, answers: Answers, facts: Facts) -> str:
    """What we are connected over, and what becomes of that when the bridge comes."""
    network, bridge = facts.network, answers.bridge
    if not is_touched(nic, network):
        return f"{network.ssh_over}, which the bridge leaves alone"
    still = "it stands still for some seconds while the bridge comes"
    when = still if bridge.live else "it lasts until the restart"
    if network.ssh_over not in (None, nic.name):
        return f"{network.ssh_over}, which stands on {nic.name} beside the bridge: {when}"
    return f"{nic.name}: {when}, and {bridge.name} then has the same MAC address"


def is_touched(nic: Nic, network: Network) -> bool:
    """Whether the bridge is made under the feet of who is connected: over their interface, or what that stands on."""
    return network.ssh_over in (None, nic.name, *standing_on(nic, network))


def standing_on(nic: Nic, network: Network) -> list[str]:
    """The VLANs over an interface, and over those."""
    found = [each for each in network.nics if each.kind == "vlan" and nic.name in each.lower]
    return [name for each in found for name in (each.name, *standing_on(each, network))]


def tagged(nic: Nic, answers: Answers, facts: Facts) -> Iterator[Finding]:
    """VLANs over the bridge's port: the kernel hands them what has their tag before the bridge sees it."""
    if not (names := standing_on(nic, facts.network)):
        return
    yield note(
        f"VLANs on {nic.name} ({', '.join(names)}) work on beside the bridge: what comes with their tags goes there, "
        "and never to guests on the bridge."
    )
    if answers.bridge.live and bridge_manager(answers, facts) == "ifupdown":
        yield warn(
            f"bridge.live takes {nic.name} down for a moment, and its VLANs ({', '.join(names)}) with it, which then "
            "lack IPv6 addresses and routes of their own until the restart.",
            "leave bridge.live off if somebody needs those",
            "bridge.live",
        )


def filtered(facts: Facts) -> Iterator[Finding]:
    """A firewall between guests and the network that dom0 itself does not notice."""
    if facts.network.now.filtered:
        yield warn(
            "What crosses a bridge passes iptables here (br_netfilter is loaded, for instance by Docker): guests may "
            "be cut off while dom0 is not.",
            "set net.bridge.bridge-nf-call-iptables = 0, or let FORWARD accept what comes from the bridge",
        )
