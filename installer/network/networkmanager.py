"""The bridge as NetworkManager's profiles: what of an interface's profile stays with the port, what the bridge gets."""

import uuid
from collections.abc import Iterator, Sequence

from installer.answers import Bridge
from installer.facts_network import Nic, Options, Profile, Section
from installer.network.sections import keep, last
from installer.resources.files import File
from installer.templates import render

FOLDER = "/etc/NetworkManager/system-connections"
UNMANAGED = "/etc/NetworkManager/conf.d/90-xenstrap.conf"
NAMESPACE = uuid.UUID("5f0f7f0e-7d1c-5b0a-9d43-0c1f3f6f2b11")
FIRST = "999"
IDENTITY = (
    *("id", "uuid", "type", "interface-name", "master", "slave-type", "controller", "port-type", "timestamp", "lldp"),
    *("autoconnect", "autoconnect-priority", "autoconnect-slaves", "autoconnect-ports", "stable-id"),
)
BRIDGE_SECTIONS = ("ipv4", "ipv6", "proxy", "hostname")
NOBODYS = ("connection", "user", ".nmmeta", "match")


def networkmanager_files(bridge: Bridge, nic: Nic, profiles: Sequence[Profile]) -> Iterator[File]:
    """Profiles of the bridge, of its port and of a bond's members, which start before all others; what NM leaves."""
    own = next((profile for profile in profiles if profile.nic == nic.name), None)
    sections = own.sections if own else ()
    yield profile_file(bridge.name, f"what {nic.name} had goes to the bridge", bridge_profile(bridge, nic, sections))
    port = port_profile(nic.name, "port", identity(bridge.name), "bridge", sections)
    yield profile_file("port", f"{nic.name} becomes the bridge's port", port, last(sections, "connection", "uuid"))
    for member in nic.lower if nic.kind == "bond" else ():
        theirs = next((profile.sections for profile in profiles if profile.nic == member), ())
        written = port_profile(member, f"member-{member}", identity("port"), "bond", theirs)
        because = f"{member} stays a member of {nic.name}"
        yield profile_file(f"member-{member}", because, written, last(theirs, "connection", "uuid"))
    because = "NetworkManager leaves the guests' interfaces alone"
    yield File(name=UNMANAGED, text=render("network/unmanaged.conf"), because=because)


def profile_file(name: str, because: str, sections: Sequence[Section], origin: str = "") -> File:
    """A profile that root alone may read, as NetworkManager demands."""
    text = render("network/sections", man="nm-settings-keyfile(5)", because=because, sections=sections, origin=origin)
    path = f"{FOLDER}/xenstrap-{name}.nmconnection"
    return File(name=path, text=text, mode="0600", secret=True, because=because)


def identity(name: str) -> str:
    """The UUID of a profile of ours."""
    return str(uuid.uuid5(NAMESPACE, name))


def bridge_profile(bridge: Bridge, nic: Nic, sections: Sequence[Section]) -> tuple[Section, ...]:
    """The bridge: the interface's addresses, as far as the answers keep them."""
    connection = (
        *(("id", f"xenstrap-{bridge.name}"), ("uuid", identity(bridge.name)), ("type", "bridge")),
        *(("interface-name", bridge.name), ("autoconnect-priority", FIRST), ("autoconnect-slaves", "1")),
        *kept_connection(sections),
    )
    return (
        Section(name="connection", options=connection),
        Section(name="ethernet", options=(("cloned-mac-address", nic.mac.upper()),)),
        Section(name="bridge", options=(("mac-address", nic.mac.upper()), ("stp", "false"))),
        ip_section("ipv4", bridge.ipv4, bridge.gateway4, dns(bridge, 4), nic, sections),
        ip_section("ipv6", bridge.ipv6, bridge.gateway6, dns(bridge, 6), nic, sections),
        *(section for section in sections if section.name in ("proxy", "hostname")),
    )


def kept_connection(sections: Sequence[Section]) -> Options:
    """What else the profile says of the connection: its firewall zone and the like."""
    options = [option for section in sections if section.name == "connection" for option in section.options]
    return tuple((key, value) for key, value in options if key not in IDENTITY)


def dns(bridge: Bridge, family: int) -> str:
    """The answers' name servers of a family, in NetworkManager's words."""
    return "".join(f"{server};" for server in bridge.dns if (":" in server) == (family == 6))


def ip_section(
    name: str, answer: str, gateway: str | None, servers: str, nic: Nic, sections: Sequence[Section]
) -> Section:
    """[ipv4] or [ipv6] of the bridge."""
    former = next((section for section in sections if section.name == name), Section(name=name))
    extra: Options = (("dns", servers),) if servers else ()
    if answer == "keep":
        kept = former.options or (("method", "auto" if sections else "disabled"),)
    elif answer == "none":
        kept = (("method", "disabled"),)
    elif answer in ("auto", "dhcp"):
        kept = former.options if last(sections, name, "method") == "auto" else (("method", "auto"),)
    else:
        kept = (("method", "manual"), ("address1", f"{answer},{gateway}" if gateway else answer))
    if extra and "/" not in answer:
        kept = keep(Section(name=name, options=kept), lambda key, _: key != "dns").options
        extra = extra if last([Section(name=name, options=kept)], name, "method") != "disabled" else ()
    return Section(name=name, options=kept + extra)


def port_profile(nic: str, name: str, master: str, kind: str, sections: Sequence[Section]) -> tuple[Section, ...]:
    """An interface as a part of a bridge or a bond; what belongs to the device stays with it."""
    connection = (
        *(("id", f"xenstrap-{name}"), ("uuid", identity(name))),
        *(("type", last(sections, "connection", "type", "ethernet")), ("interface-name", nic)),
        *(("master", master), ("slave-type", kind), ("autoconnect-priority", FIRST)),
    )
    device = [section for section in sections if section.name not in (*BRIDGE_SECTIONS, *NOBODYS) and section.options]
    return (Section(name="connection", options=connection), *device)
