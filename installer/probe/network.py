"""The network as it is without us: the uplink below our bridge, and whose files configure it."""

import re
from collections.abc import Iterator
from typing import Literal

from installer.facts_network import Interfaces, Manager, Network, NetworkNow, Nic, Profile
from installer.host import Host
from installer.network.interfaces_text import OUR_FILE, parse
from installer.probe.interfaces import probe_interfaces
from installer.probe.links import find_nics, find_now, is_guests, read_links
from installer.probe.networkd import find_iaid, our_files, probe_networkd
from installer.probe.networkmanager import our_profiles, probe_networkmanager
from installer.probe.reading import Unread

CLOUD = "/etc/cloud/cloud.cfg.d"
CLOUD_OFF = re.compile(r"^network:\s*(\{\s*config:\s*disabled\s*\}|\n\s+config:\s*disabled)", re.MULTILINE)


def probe_network(host: Host, ssh_from: str | None = None) -> Network:
    """Interfaces, their configuration and what runs; `ssh_from` is the address that we are connected from."""
    links = read_links(host)
    now = find_now(host, links)
    found = list(find_nics(host, links))
    interfaces = probe_interfaces(host)
    unread = Unread()
    profiles = probe_networkd(host, found, unread)
    taken = {stanza.name for stanza in interfaces.stanzas} | {profile.nic for profile in profiles}
    profiles += tuple(probe_networkmanager(host, found, taken, unread))
    configured = {stanza.name for stanza in interfaces.stanzas} | {profile.nic for profile in profiles}
    made = tuple(sorted(set(our_bridges(host))))
    ours = {*made} | {name for name in now.bridges if is_left_over(host, name, now, configured)}
    return Network(
        uplink=find_uplink(host, now, ours),
        nics=tuple(settled(host, nic, ours, interfaces, profiles) for nic in found if nic.name not in ours),
        interfaces=interfaces,
        profiles=tuple(profile for profile in profiles if profile.nic not in ours),
        resolver=find_resolver(host),
        search=tuple(find_search(host)),
        cloud_init=writes_network(host),
        ssh_from=ssh_from,
        unread=tuple(sorted(unread.names)),
        now=now.model_copy(update={"ours": made}),
    )


def our_bridges(host: Host) -> Iterator[str]:
    """The bridge's name in our own files."""
    for block in parse(host.read(OUR_FILE) or ""):
        if any(option.words[0] == "bridge_ports" for option in block.options):
            yield block.head.words[1]
    for text in our_files(host, ".netdev"):
        yield from re.findall(r"^Name=(\S+)$", text, re.MULTILINE)
    for text in our_profiles(host, Unread()):
        if "\ntype=bridge\n" in text:
            yield from re.findall(r"^interface-name=(\S+)$", text, re.MULTILINE)


def is_left_over(host: Host, bridge: str, now: NetworkNow, configured: set[str]) -> bool:
    """Whether nobody's file makes the bridge any more, while its one port is configured: rolled back, not restarted."""
    ports = own_ports(host, bridge, now)
    return bridge not in configured and len(ports) == 1 and ports[0] in configured


def own_ports(host: Host, bridge: str, now: NetworkNow) -> list[str]:
    """The ports of a bridge that are not guests'."""
    return [port for port in now.bridges.get(bridge, ()) if not is_guests(host, port)]


def find_uplink(host: Host, now: NetworkNow, ours: set[str]) -> str | None:
    """The interface with the default route; below our bridge its port."""
    for route in now.routes:
        if route.nic not in ours:
            return route.nic
        if ports := own_ports(host, route.nic, now):
            return ports[0]
    return None


def settled(host: Host, nic: Nic, ours: set[str], interfaces: Interfaces, profiles: tuple[Profile, ...]) -> Nic:
    """The interface with who configures it, out of our bridge."""
    manager = find_manager(nic, interfaces, profiles)
    return nic.model_copy(
        update={
            "manager": manager,
            "master": None if nic.master in ours else nic.master,
            "iaid": find_iaid(host, nic.name, nic.master) if manager == "networkd" else None,
        }
    )


def find_manager(nic: Nic, interfaces: Interfaces, profiles: tuple[Profile, ...]) -> Manager:
    """Who configures an interface: a stanza names it, or a file of the others matches it."""
    if any(stanza.name == nic.name for stanza in interfaces.stanzas):
        return "ifupdown"
    found = next((profile for profile in profiles if profile.nic == nic.name), None)
    if found is None:
        return "none"
    return "networkd" if found.path.endswith(".network") else "NetworkManager"


def find_resolver(host: Host) -> Literal["resolved", "resolvconf", "NetworkManager", "file"]:
    """Who keeps /etc/resolv.conf."""
    target = host.link("/etc/resolv.conf") or ""
    if "systemd/resolve" in target:
        return "resolved"
    if host.exists("/usr/sbin/resolvconf") or host.exists("/sbin/resolvconf"):
        return "resolvconf"
    text = host.read("/etc/resolv.conf") or ""
    return "NetworkManager" if "NetworkManager" in target or "by NetworkManager" in text else "file"


def find_search(host: Host) -> list[str]:
    """The domains of /etc/resolv.conf that names are looked up in (resolv.conf(5))."""
    lines = re.findall(r"^(?:search|domain)\s+(.*)$", host.read("/etc/resolv.conf") or "", re.MULTILINE)
    return [word for word in (lines[-1].split() if lines else []) if re.fullmatch(r"[A-Za-z0-9._-]+", word)]


def writes_network(host: Host) -> bool:
    """Whether cloud-init is there and not forbidden to write network files."""
    if not host.exists("/usr/bin/cloud-init") or host.exists("/etc/cloud/cloud-init.disabled"):
        return False
    names = ["/etc/cloud/cloud.cfg", *(f"{CLOUD}/{name}" for name in host.names(CLOUD) if "xenstrap" not in name)]
    return not any(CLOUD_OFF.search(host.read(name) or "") for name in names)
