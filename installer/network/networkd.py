"""The bridge in systemd.network(5): what of an interface's file stays with the port, and what goes to the bridge."""

from collections.abc import Iterator, Sequence

from installer.answers import Bridge
from installer.facts_network import Nic, Options, Section
from installer.network.sections import is_true, keep, last, values, with_options
from installer.resources.files import File
from installer.templates import render

FOLDER = "/etc/systemd/network"
PORT_KEYS = ("VLAN", "MACVLAN", "MACVTAP", "IPVLAN", "IPVTAP")
ONLINE_KEYS = ("RequiredForOnline", "RequiredFamilyForOnline")
BRIDGE_SECTIONS = (
    *("Network", "Address", "Neighbor", "IPv6AddressLabel", "RoutingPolicyRule", "NextHop", "Route", "DHCP", "DHCPv4"),
    *("DHCPv6", "DHCPPrefixDelegation", "IPv6PrefixDelegation", "IPv6AcceptRA", "DHCPServer", "DHCPServerStaticLease"),
    *("IPv6SendRA", "IPv6Prefix", "IPv6RoutePrefix"),
)
ADDRESSED = {"Address": "Address", "Route": "Gateway", "Neighbor": "Address"}
NO_ADDRESS = (Section(name="Network", options=(("LinkLocalAddressing", "no"), ("IPv6AcceptRA", "no"))),)
DHCP = {"yes": {4, 6}, "ipv4": {4}, "ipv6": {6}, "both": {4, 6}, "v4": {4}, "v6": {6}}


def networkd_files(bridge: Bridge, nic: Nic, own: Sequence[Section] | None) -> Iterator[File]:
    """Our three files; they sort before anybody's, so that nobody's has to change.

    The port's comes last, and goes first: until then the interface keeps its addresses, whatever ends this half-way.
    `own` is what configures the interface, None where nothing does: then the bridge has no address by itself either.
    """
    sections = NO_ADDRESS if own is None else own
    netdev = (
        Section(name="NetDev", options=(("Name", bridge.name), ("Kind", "bridge"), ("MACAddress", nic.mac))),
        Section(name="Bridge", options=(("STP", "no"), ("ForwardDelaySec", "0"))),
    )
    files = {
        f"05-xenstrap-{bridge.name}.netdev": ("the bridge, with the MAC address that the network knows", netdev),
        f"05-xenstrap-{bridge.name}.network": (
            f"what {nic.name} had goes to the bridge",
            bridge_sections(bridge, nic, sections),
        ),
        "05-xenstrap-port.network": (f"{nic.name} becomes its port", port_sections(bridge, nic, sections)),
    }
    for name, (because, written) in files.items():
        man = f"systemd.{name.rpartition('.')[2]}(5)"
        text = render("network/sections", man=man, because=because, sections=written, origin="")
        yield File(name=f"{FOLDER}/{name}", text=text, because=because)


def port_sections(bridge: Bridge, nic: Nic, sections: Sequence[Section]) -> tuple[Section, ...]:
    """The port: matched by its whole name alone, since guests' interfaces may have its MAC address (vif, enX1)."""
    stays = tuple((key, value) for key in PORT_KEYS for value in values(sections, "Network", key))
    network = (("Bridge", bridge.name), *stays, ("LinkLocalAddressing", "no"), ("IPv6AcceptRA", "no"))
    kept = [port_link(section) for section in sections if section.name not in (*BRIDGE_SECTIONS, "Match")]
    return (
        Section(name="Match", options=(("Name", nic.name),)),
        *(section for section in kept if section.options),
        Section(name="Network", options=network),
    )


def port_link(section: Section) -> Section:
    """A section of the port; a port never has an address to wait for."""
    if section.name != "Link":
        return section
    return keep(section, lambda key, value: key not in ONLINE_KEYS or value.lower() in ("no", "false", "0", "off"))


def bridge_sections(bridge: Bridge, nic: Nic, sections: Sequence[Section]) -> tuple[Section, ...]:
    """The bridge: the interface's own sections as far as the answers keep them, and the answers' addresses."""
    kept = tuple(section for section in sections if section.name in BRIDGE_SECTIONS)
    online = tuple((key, value) for key in ONLINE_KEYS for value in values(sections, "Link", key))
    kept = tuple(
        keep(section, lambda key, _: key not in (*PORT_KEYS, "Bridge")) if section.name == "Network" else section
        for section in kept
    )
    for family, answer in ((4, bridge.ipv4), (6, bridge.ipv6)):
        if answer != "keep":
            kept = tuple(without_family(kept, family, everything="/" in answer or answer == "none"))
    if "/" in bridge.ipv4 or "/" in bridge.ipv6:
        kept = tuple(without_dns(kept, bool(bridge.dns)))
    kept = with_options(kept, "Network", tuple(answered(bridge, sections)))
    if nic.iaid is not None and wanted_dhcp(bridge, sections):
        kept = with_iaid(kept, nic.iaid)
    return (
        Section(name="Match", options=(("Name", bridge.name),)),
        *((Section(name="Link", options=online),) if online else ()),
        *kept,
    )


def without_family(sections: Sequence[Section], family: int, *, everything: bool) -> Iterator[Section]:
    """The sections without addresses and gateways of a family, and where `everything` goes, without its routes."""
    for section in sections:
        if section.name == "Network":
            yield keep(section, lambda key, value: key not in ("Address", "Gateway") or version(value) != family)
        elif section.name in ADDRESSED:
            words = [value for key, value in section.options if key in (ADDRESSED[section.name], "Destination")]
            mine = any(version(word) == family for word in words)
            if not mine or (section.name == "Route" and not everything):
                yield section
        else:
            yield section


def without_dns(sections: Sequence[Section], given: bool) -> Iterator[Section]:
    """The sections without name servers, where the answers give others."""
    for section in sections:
        yield keep(section, lambda key, _: key != "DNS") if given and section.name == "Network" else section


def version(text: str) -> int:
    """4 or 6, by an address; 0 for a word such as "_dhcp4"."""
    if text.startswith("_"):
        return {"_dhcp4": 4, "_ipv6ra": 6}.get(text, 0)
    return 6 if ":" in text else 4


def wanted_dhcp(bridge: Bridge, sections: Sequence[Section]) -> set[int]:
    """The families that DHCP gives addresses of."""
    word = last(sections, "Network", "DHCP", "no").lower()
    now = DHCP["yes"] if is_true(word) else DHCP.get(word, set())
    four = {4} if bridge.ipv4 == "dhcp" or (bridge.ipv4 == "keep" and 4 in now) else set()
    return four | (now & {6} if bridge.ipv6 in ("keep", "auto") else set())


def answered(bridge: Bridge, sections: Sequence[Section]) -> Iterator[tuple[str, str]]:
    """Lines of [Network] that the answers stand for; the last of a key counts."""
    if (bridge.ipv4, bridge.ipv6) != ("keep", "keep"):
        dhcp = wanted_dhcp(bridge, sections)
        yield "DHCP", {(): "no", (4,): "ipv4", (6,): "ipv6"}.get(tuple(sorted(dhcp)), "yes")
    if "/" in bridge.ipv4:
        yield "Address", bridge.ipv4
    if bridge.gateway4:
        yield "Gateway", bridge.gateway4
    if "/" in bridge.ipv6:
        yield "Address", bridge.ipv6
    if bridge.gateway6:
        yield "Gateway", bridge.gateway6
    if bridge.ipv6 != "keep":
        yield "IPv6AcceptRA", "yes" if bridge.ipv6 == "auto" else "no"
    if bridge.ipv6 == "none":
        yield "LinkLocalAddressing", "no"
    yield from (("DNS", server) for server in bridge.dns)


def with_iaid(sections: tuple[Section, ...], iaid: int) -> tuple[Section, ...]:
    """The sections with the interface's own IAID: the bridge's would be another one, and so would be the lease."""
    options: Options = (("IAID", str(iaid)),)
    for name in ("DHCPv4", "DHCPv6"):
        if not values(sections, name, "IAID"):
            sections = with_options(sections, name, options)
    return sections
