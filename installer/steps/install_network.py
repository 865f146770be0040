"""The network of a new Debian below the bridge and without it: what the live system's interface has now."""

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_interface

from installer.answers import Answers
from installer.facts import Facts
from installer.facts_network import Address, Nic, Options, Route
from installer.finding import Finding, note, warn
from installer.network.ifupdown import Written
from installer.network.ways import FAMILIES, Family
from installer.templates import render

INET: dict[Family, str] = {4: "inet", 6: "inet6"}
SERVER = re.compile(r"^nameserver\s+([0-9A-Fa-f:.]+)", re.MULTILINE)


def new_interfaces(name: str, nic: Nic, answers: Answers, facts: Facts) -> str:
    """The text of /etc/network/interfaces, where the interface has that name."""
    return render("debian/interfaces", nic=name, stanzas=new_stanzas(nic, answers, facts))


def new_stanzas(nic: Nic, answers: Answers, facts: Facts) -> list[Written]:
    """The interface's stanzas; SLAAC needs none (the kernel's own accept_ra and autoconf)."""
    four, six = (fixed_stanzas(nic, family, answers, facts) for family in FAMILIES)
    leased = any(address.dynamic for address in found(nic, 4, facts))
    if leased or answers.bridge.ipv4 == "dhcp" or not (four or six):
        four = [Written(family="inet", method="dhcp"), *(without_gateway(stanza) for stanza in four)]
    return [*four, *six]


def is_leased(nic: Nic, answers: Answers, facts: Facts) -> bool:
    """Whether the new system asks for an address by DHCP."""
    return any(stanza.method == "dhcp" for stanza in new_stanzas(nic, answers, facts))


def fixed_stanzas(nic: Nic, family: Family, answers: Answers, facts: Facts) -> list[Written]:
    """One for each fixed address, the first with the gateway."""
    texts, way = fixed(nic, family, answers, facts)
    options: list[Options] = [(("address", text),) for text in texts]
    if options and way:
        options[0] += way_out(way)
    return [Written(family=INET[family], method="static", options=each) for each in options]


def fixed(nic: Nic, family: Family, answers: Answers, facts: Facts) -> tuple[list[str], Route | None]:
    """The addresses that nobody leases, and the default route; where there is no address, those of the answers."""
    bridge = answers.bridge
    wanted, gateway = (bridge.ipv4, bridge.gateway4) if family == 4 else (bridge.ipv6, bridge.gateway6)
    if wanted in ("dhcp", "auto"):
        return [], None
    here = found(nic, family, facts)
    if not here and "/" in wanted:
        return [wanted], Route(family=family, nic=nic.name, gateway=gateway) if gateway else None
    ways = (each for each in facts.network.now.routes if (each.family, each.nic) == (family, nic.name))
    return [address.text for address in here if not address.dynamic], next(
        (each for each in ways if not each.advertised), None)  # fmt: skip


def found(nic: Nic, family: Family, facts: Facts) -> list[Address]:
    """The addresses that the interface has now."""
    return [address for address in facts.network.now.addresses.get(nic.name, ())
            if ip_interface(address.text).version == family]  # fmt: skip


def way_out(way: Route) -> Options:
    """A default route; ifupdown's `gateway` is onlink, so it may be outside the network (as beside a /32)."""
    if way.gateway is None:
        return (("up", f"ip -{way.family} route add default dev $IFACE"),)
    if ip_address(way.gateway).version != way.family:
        return (("up", f"ip -4 route add default via inet6 {way.gateway} dev $IFACE onlink"),)
    return (("gateway", way.gateway),)


def without_gateway(stanza: Written) -> Written:
    """An address beside one that came by DHCP, which has the default route."""
    return stanza.model_copy(update={"options": stanza.options[:1]})


def new_resolv_conf(answers: Answers, facts: Facts) -> str:
    """resolv.conf(5): the live system's, or the servers of the answers where that names none."""
    text = facts.outside.resolv_conf
    if servers(text) or not answers.bridge.dns:
        return text
    return render("network/resolv.conf", servers=answers.bridge.dns, search=())


def servers(text: str) -> list[str]:
    """The name servers that another machine can ask too: not those on the live system itself."""
    return [server for server in SERVER.findall(text) if not ip_address(server).is_loopback]


def network_findings(nic: Nic, answers: Answers, facts: Facts) -> Iterator[Finding]:
    """How the new Debian comes by its addresses, and what it lacks for that."""
    stanzas = new_stanzas(nic, answers, facts)
    static = [stanza for stanza in stanzas if stanza.method == "static"]
    families = {INET[family] for family in FAMILIES if found(nic, family, facts)}
    leased = is_leased(nic, answers, facts)
    if taken := [stanza for stanza in static if stanza.family in families]:
        doubtful = taken[0].family == "inet" and not leased and answers.bridge.ipv4 == "keep"
        hint = 'if the IPv4 address came by DHCP, bridge.ipv4 = "dhcp" asks for it again'
        yield note(f"The new Debian takes over {said(taken)} from this live system.",
                   hint if doubtful else "", "install.nic")  # fmt: skip
    if given := [stanza for stanza in static if stanza.family not in families]:
        yield note(f"The new Debian has {said(given)} below the bridge too, since {nic.name} has no such address here.",
                   key="install.nic")  # fmt: skip
    if leased and not found(nic, 4, facts):
        yield warn(f"The new Debian asks for its IPv4 address by DHCP: {nic.name} has none here that it could take"
                   " over.", "without DHCP there, give bridge.ipv4 an address, and bridge.gateway4",
                   "install.nic")  # fmt: skip
    if not leased and not servers(new_resolv_conf(answers, facts)):
        yield warn("The new Debian will find no names: the live system's resolv.conf names no server that it could"
                   " ask.", "write one into /etc/resolv.conf here", "install.nic")  # fmt: skip


def said(stanzas: list[Written]) -> str:
    """Fixed addresses with their gateways, for people."""
    each = [dict(stanza.options) for stanza in stanzas]
    return " and ".join(
        f"{own['address']}, gateway {own['gateway']}," if "gateway" in own else own["address"] for own in each
    )
