"""The network as it is without us: the uplink below our bridge, and whose files configure it."""

import re
from collections.abc import Iterator
from typing import Any, Literal

from installer.facts_network import Interfaces, Manager, Network, NetworkNow, Nic, Profile
from installer.host import Host
from installer.network.interfaces_text import OUR_FILE, parse
from installer.network.sections import values
from installer.probe.interfaces import probe_interfaces
from installer.probe.links import find_nics, find_now, read_links
from installer.probe.networkd import find_iaid, our_files, probe_networkd
from installer.probe.networkmanager import our_profiles, probe_networkmanager
from installer.probe.reading import Unread

FILTERED = "/proc/sys/net/bridge/bridge-nf-call-iptables"
CLOUD = "/etc/cloud/cloud.cfg.d"
CLOUD_OFF = re.compile(r"^network:\s*(\{\s*config:\s*disabled\s*\}|\n\s+config:\s*disabled)", re.MULTILINE)


def probe_network(host: Host, ssh: tuple[str, str] | None = None, *, live: bool = False) -> Network:
    """Interfaces, their configuration and what runs, maybe on a `live` system.

    `ssh` are the other's address and ours, of a session by ssh.
    """
    links = read_links(host)
    now = find_now(host, links)
    found = list(find_nics(host, links, live=live))
    unread = Unread()
    interfaces = probe_interfaces(host, unread)
    profiles = probe_networkd(host, found, unread)
    taken = {stanza.name for stanza in interfaces.stanzas} | {profile.nic for profile in profiles}
    profiles += tuple(probe_networkmanager(host, found, taken, unread))
    made = tuple(sorted(set(our_bridges(host))))
    ours = {*made} | {
        name for name in now.bridges if is_left_over(name, own_ports(name, now, found), interfaces, profiles)
    }
    return Network(
        uplink=find_uplink(now, ours, found),
        nics=tuple(settled(host, nic, ours, interfaces, profiles) for nic in found if nic.name not in ours),
        interfaces=interfaces,
        profiles=tuple(profile for profile in profiles if profile.nic not in ours),
        resolver=find_resolver(host),
        search=tuple(find_search(host)),
        cloud_init=writes_network(host),
        ssh_from=ssh[0] if ssh else None,
        ssh_over=find_owner(ssh[1], links, now, ours, found) if ssh else None,
        unread=tuple(sorted(unread.names)),
        now=now.model_copy(update={"ours": made, "filtered": (host.read(FILTERED) or "").strip() == "1"}),
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


def is_left_over(bridge: str, ports: list[str], interfaces: Interfaces, profiles: tuple[Profile, ...]) -> bool:
    """Whether no file makes the bridge any more, and its one port is to have addresses: rolled back, not restarted."""
    if len(ports) != 1 or find_manager(bridge, interfaces, profiles) != "none":
        return False
    joined = [*(("Network", "Bridge"), ("connection", "master"), ("connection", "controller"))]
    return any(stanza.name == ports[0] and stanza.method != "manual" for stanza in interfaces.stanzas) or any(
        profile.nic == ports[0] and profile.path and not any(values(profile.sections, *key) for key in joined)
        for profile in profiles
    )


def own_ports(bridge: str, now: NetworkNow, nics: list[Nic]) -> list[str]:
    """The machine's own ports of a bridge, not its guests' (tap devices too), the one with the bridge's MAC first."""
    ports = [nic for nic in nics if nic.name in now.bridges.get(bridge, ()) and nic.kind in ("nic", "vlan", "bond")]
    return [nic.name for nic in sorted(ports, key=lambda nic: (nic.mac != now.macs.get(bridge), nic.name))]


def find_uplink(now: NetworkNow, ours: set[str], nics: list[Nic]) -> str | None:
    """The interface with the default route; below our bridge its port."""
    for route in now.routes:
        if route.nic not in ours:
            return route.nic
        if ports := own_ports(route.nic, now, nics):
            return ports[0]
    return None


def find_owner(
    address: str, links: list[dict[str, Any]], now: NetworkNow, ours: set[str], nics: list[Nic]
) -> str | None:
    """The interface that has an address of ours, as "192.0.2.1" or "fe80::1%enp1s0"; below our bridge its port."""
    text, _, scope = address.partition("%")
    for link in links:
        name = str(link["ifname"])
        if scope in ("", name) and any(entry.get("local") == text for entry in link.get("addr_info", [])):
            return next(iter(own_ports(name, now, nics)), name) if name in ours else name
    return None


def settled(host: Host, nic: Nic, ours: set[str], interfaces: Interfaces, profiles: tuple[Profile, ...]) -> Nic:
    """The interface with who configures it, out of our bridge."""
    manager = find_manager(nic.name, interfaces, profiles)
    return nic.model_copy(
        update={
            "manager": manager,
            "mac": (nic.kind == "bond" and nic.master in ours and pinned_mac(host)) or nic.mac,
            "master": None if nic.master in ours else nic.master,
            "iaid": find_iaid(host, nic.name, nic.master) if manager == "networkd" else None,
        }
    )


def pinned_mac(host: Host) -> str:
    """The MAC address in our files: a bond may take another member's at the next start."""
    texts = [host.read(OUR_FILE) or "", *our_files(host, ".netdev"), *our_profiles(host, Unread())]
    found = re.search(r"^\s*(?:bridge_hw |MACAddress=|mac-address=)([0-9A-Fa-f:]{17})$", "\n".join(texts), re.MULTILINE)
    return found[1].lower() if found else ""


def find_manager(name: str, interfaces: Interfaces, profiles: tuple[Profile, ...]) -> Manager:
    """Who configures an interface: a stanza names it, or a file of the others matches it."""
    if any(stanza.name == name for stanza in interfaces.stanzas):
        return "ifupdown"
    found = next((profile for profile in profiles if profile.nic == name), None)
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
