"""The bridge in interfaces(5): what of an interface's stanzas stays with the port, and what goes to the bridge."""

import re
from collections.abc import Iterable, Iterator

from installer.answers import Bridge
from installer.facts_network import Auto, Interfaces, Nic, Options, Stanza
from installer.model import Model
from installer.resources.interfaces import InterfacesFile
from installer.templates import render

COMMANDS = ("pre-up", "up", "post-up", "pre-down", "down", "post-down")
DEVICE = re.compile(
    r"^(bond|vlan|ethernet|link|hardware|offload|driver|flow|wpa|wireless|gro|lro|tso|ufo|gso)[-_]"
    r"|^(hwaddress|mtu|description|media|txqueuelen)$"
)
ROUTING = re.compile(r"^(/\S*/)?(ip\s+(-\S+\s+)*(r|ro|route|ru|rule|a|addr|address|n|neigh|neighbour)\s|route\s)")
TUNING = re.compile(r"^(/\S*/)?(ethtool|mii-tool|ip\s+link\s)")
MOVABLE = ("dhcp", "static", "manual", "auto", "bootp", "ipv4ll")
NO_IPV6 = ("up", "echo 1 > /proc/sys/net/ipv6/conf/$IFACE/disable_ipv6 || true")


class Written(Model):
    """A stanza to be written."""

    family: str
    method: str
    options: Options = ()


def own_stanzas(nic: Nic, interfaces: Interfaces) -> list[Stanza]:
    """The stanzas of an interface and of its aliases ("eth0:1")."""
    return [stanza for stanza in interfaces.stanzas if stanza.name.split(":")[0] == nic.name]


def own_autos(nic: Nic, interfaces: Interfaces) -> list[Auto]:
    """The lines that name the interface or one of its aliases."""
    return [auto for auto in interfaces.autos if any(name.split(":")[0] == nic.name for name in auto.names)]


def is_device(key: str, value: str) -> bool:
    """Whether an option belongs to the device rather than to its addresses."""
    return bool(DEVICE.match(key)) or (key in COMMANDS and not ROUTING.match(value))


def port_options(stanzas: Iterable[Stanza]) -> Options:
    """What stays with the port, each option once."""
    options = [option for stanza in stanzas for option in stanza.options if is_device(*option)]
    return tuple(dict.fromkeys(options))


def staying_commands(nic: Nic, interfaces: Interfaces) -> list[str]:
    """Commands that stay with the port, those left out that can only mean the device."""
    options = port_options(own_stanzas(nic, interfaces))
    return [f"{key} {value}" for key, value in options if key in COMMANDS and not TUNING.match(value)]


def moved(stanza: Stanza, nic: Nic, bridge: str) -> Written:
    """A stanza's addresses, on the bridge."""
    name = re.compile(rf"(?<![\w.:@-]){re.escape(nic.name)}(?![\w.@-])")
    options = [
        (key, name.sub(bridge, value) if key in COMMANDS else value)
        for key, value in stanza.options
        if not is_device(key, value)
    ]
    if stanza.method == "dhcp":
        options.insert(0, ("pre-up", same_duid(stanza.family, nic.name, bridge)))
    return Written(family=stanza.family, method=stanza.method, options=tuple(options))


def same_duid(family: str, nic: str, bridge: str) -> str:
    """A command that hands dhclient's DUID on, since it makes one per interface, and servers know machines by it."""
    name = "/var/lib/dhcp/dhclient6" if family == "inet6" else "/var/lib/dhcp/dhclient"
    old, new = f"{name}.{nic}.leases", f"{name}.{bridge}.leases"
    return f"test ! -e {old} || test -e {new} || grep default-duid {old} > {new} || true"


def address_stanzas(bridge: Bridge, nic: Nic, interfaces: Interfaces) -> Iterator[Written]:
    """The bridge's stanzas by the answers, without what makes it a bridge."""
    kept = [moved(stanza, nic, bridge.name) for stanza in own_stanzas(nic, interfaces)]
    dns = (("dns-nameservers", " ".join(bridge.dns)),) if bridge.dns else ()
    if bridge.ipv4 == "keep":
        yield from (stanza for stanza in kept if stanza.family == "inet")
    elif bridge.ipv4 == "dhcp":
        before = [stanza for stanza in kept if (stanza.family, stanza.method) == ("inet", "dhcp")]
        yield from before or [Written(family="inet", method="dhcp")]
    elif bridge.ipv4 != "none":
        gateway = (("gateway", bridge.gateway4),) if bridge.gateway4 else ()
        yield Written(family="inet", method="static", options=(("address", bridge.ipv4), *gateway, *dns))
        dns = ()
    if bridge.ipv6 == "keep":
        yield from (stanza for stanza in kept if stanza.family == "inet6")
    elif bridge.ipv6 == "auto":
        yield Written(family="inet6", method="auto")
    elif bridge.ipv6 != "none":
        gateway = (("gateway", bridge.gateway6),) if bridge.gateway6 else ()
        fixed = (("address", bridge.ipv6), *gateway, ("accept_ra", "0"), ("autoconf", "0"))
        yield Written(family="inet6", method="static", options=(*fixed, *dns))


def bridge_stanzas(bridge: Bridge, nic: Nic, interfaces: Interfaces) -> list[Written]:
    """The bridge's stanzas; each repeats the ports (bridge-utils' README.Debian)."""
    found = list(address_stanzas(bridge, nic, interfaces))
    if not any(stanza.family == "inet" for stanza in found):
        found.insert(0, Written(family="inet", method="manual"))
    port = (
        ("bridge_ports", nic.name),
        ("bridge_hw", nic.mac),
        ("bridge_stp", "off"),
        ("bridge_fd", "0"),
        ("bridge_waitport", "15"),
    )
    silent = bridge.ipv6 == "keep" and not own_stanzas(nic, interfaces)
    last = (NO_IPV6,) if bridge.ipv6 == "none" or silent else ()
    first, *others = (stanza.model_copy(update={"options": without_bridge(stanza.options) + port}) for stanza in found)
    return [first.model_copy(update={"options": first.options + last}), *others]


def without_bridge(options: Options) -> Options:
    """Options without those that make a bridge."""
    return tuple(option for option in options if not option[0].startswith(("bridge_", "bridge-")))


def interfaces_text(bridge: Bridge, nic: Nic, interfaces: Interfaces) -> str:
    """Our file."""
    options = port_options(own_stanzas(nic, interfaces))
    others = [
        (auto.word, [name for name in auto.names if name.split(":")[0] != nic.name])
        for auto in own_autos(nic, interfaces)
    ]
    stays_up = any(auto.word == "no-auto-down" for auto in own_autos(nic, interfaces))
    return render(
        "network/interfaces",
        bridge=bridge.name,
        port=nic.name,
        others=[(word, " ".join(names)) for word, names in others if names],
        options=options,
        up_first=bool(options) or nic.kind != "nic",
        stays_up=stays_up,
        stanzas=bridge_stanzas(bridge, nic, interfaces),
    )


def foreign_files(nic: Nic, interfaces: Interfaces) -> Iterator[InterfacesFile]:
    """Other people's files, where the interface's own lines are put out of force."""
    parts: list[Stanza | Auto] = [*own_stanzas(nic, interfaces), *own_autos(nic, interfaces)]
    names = {stanza.name for stanza in own_stanzas(nic, interfaces)} | {nic.name}
    names |= {name for auto in own_autos(nic, interfaces) for name in auto.names if name.split(":")[0] == nic.name}
    paths = {part.path for part in parts} | (set() if interfaces.folder else {"/etc/network/interfaces"})
    for path in sorted(paths):
        here = sorted((part for part in parts if part.path == path), key=lambda part: part.line)
        yield InterfacesFile(
            name=path,
            names=tuple(sorted(names)),
            lines=tuple(line for part in here for line in part.lines),
            source=path == "/etc/network/interfaces" and not interfaces.folder,
            because=f"the addresses of {nic.name} move to the bridge",
        )
