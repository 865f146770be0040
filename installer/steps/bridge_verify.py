"""Whether the bridge is up and has taken over, after the restart."""

from collections.abc import Collection, Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.facts_network import Manager, Network, NetworkNow, Nic
from installer.finding import Finding, note, proved, unfit

LOOK: dict[Manager, str] = {
    "ifupdown": "systemctl status networking; journalctl -b -u networking",
    "networkd": "networkctl status; journalctl -b -u systemd-networkd",
    "NetworkManager": "nmcli device; journalctl -b -u NetworkManager",
    "none": "ip address",
}


def verify_bridge(
    nic: Nic, manager: Manager, answers: Answers, facts: Facts, wanted: Collection[int]
) -> Iterator[Finding]:
    """Bridge, port, MAC address, addresses and the way out, which `wanted` families had and shall have."""
    bridge, now = answers.bridge, facts.network.now
    look = LOOK[manager]
    if bridge.name not in now.bridges:
        yield unfit(f"The bridge {bridge.name} is not there.", look)
        return
    ports = now.bridges[bridge.name]
    if nic.name not in ports:
        yield unfit(f"{nic.name} is not a port of {bridge.name} (it has {', '.join(ports) or 'none'}).", look)
        return
    yield proved(f"the bridge {bridge.name} is up, and {nic.name} is its port")
    if now.macs.get(bridge.name) == nic.mac:
        yield proved(f"{bridge.name} has the MAC address of {nic.name}, {nic.mac}")
    else:
        yield unfit(
            f"{bridge.name} has the MAC address {now.macs.get(bridge.name)}, not {nic.mac} of {nic.name}.", look
        )
    if stray := now.addresses.get(nic.name):
        yield unfit(f"{nic.name} has the address {stray[0].text}, although it is a port of {bridge.name}.", look)
    yield from verify_addresses(nic, look, answers, now)
    yield from verify_way_out(nic, look, answers, facts, wanted)


def verify_addresses(nic: Nic, look: str, answers: Answers, now: NetworkNow) -> Iterator[Finding]:
    """The addresses that the answers give, else that there is one where one is needed."""
    name = answers.bridge.name
    texts = [address.text for address in now.addresses.get(name, ())]
    fixed = [text for text in (answers.bridge.ipv4, answers.bridge.ipv6) if "/" in text]
    for text in fixed:
        if text in texts:
            yield proved(f"{name} has the address {text}")
        else:
            yield unfit(f"{name} has not the address {text} (it has {', '.join(texts) or 'none'}).", look)
    if not fixed and texts:
        yield proved(f"{name} has the address {', '.join(texts)}")
    elif not fixed and (answers.bridge.ipv4 == "dhcp" or answers.bridge.ipv6 == "auto"):
        yield unfit(f"{name} has no address.", look)


def had_ways(nic: Nic, network: Network) -> frozenset[int]:
    """The families of which the interface, or the bridge over it, had a default route."""
    names = {nic.name, *(name for name, ports in network.now.bridges.items() if nic.name in ports)}
    return frozenset(route.family for route in network.now.routes if route.nic in names)


def verify_way_out(nic: Nic, look: str, answers: Answers, facts: Facts, wanted: Collection[int]) -> Iterator[Finding]:
    """The default route, where the interface had it before or the answers give a gateway."""
    bridge, now = answers.bridge, facts.network.now
    mine = [route for route in now.routes if route.nic == bridge.name]
    if mine:
        yield proved(f"the default route leads over {bridge.name}, by {mine[0].gateway or 'the network itself'}")
    elif any(route.nic == nic.name for route in now.routes):
        yield unfit(f"The default route leads over {nic.name}, a port of {bridge.name}.", look)
    elif not now.routes and (wanted or bridge.gateway4 or bridge.gateway6):
        yield unfit("There is no default route.", look)
    elif not now.routes:
        yield note(f"There is no default route over {bridge.name}; none is asked for.")
