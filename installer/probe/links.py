"""Interfaces, addresses and default routes as ip(8) and /sys/class/net show them."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Literal

from installer.errors import HostError
from installer.facts_network import Address, NetworkNow, Nic, Route
from installer.host import Host
from installer.probe.attributes import attribute, pci_function
from installer.probe.nic_names import predict_names

MADE: dict[str, Literal["vlan", "bond", "bridge"]] = {"vlan": "vlan", "bond": "bond", "bridge": "bridge"}
GUESTS = ("xen", "xen-backend")


def read_links(host: Host) -> list[dict[str, Any]]:
    """Every interface with its addresses; HostError where ip(8) does not answer."""
    return ip(host, "-d", "address", "show")


def ip(host: Host, *words: str) -> list[dict[str, Any]]:
    """What ip(8) answers in JSON; an empty answer is an empty list."""
    text = host.ask("ip", "-j", *words)
    try:
        return [entry for entry in json.loads(text or "[]") if entry]
    except ValueError as error:
        raise HostError(f"ip {' '.join(words)} does not answer in JSON", "is the package iproute2 complete?") from error


def find_nics(host: Host, links: list[dict[str, Any]], *, live: bool) -> Iterator[Nic]:
    """Interfaces of the machine itself: neither its loopback nor what belongs to guests (trap 0.12's enX1 too).

    On a `live` system udev is asked for the names that they would have in a new one.
    """
    members: dict[str, list[str]] = {}
    for link in links:
        members.setdefault(link.get("master", ""), []).append(link["ifname"])
    for link in links:
        name = link["ifname"]
        if link.get("link_type") == "loopback" or is_guests(host, name):
            continue
        kind = link_kind(host, link)
        lower = members.get(name, []) if kind == "bond" else [link["link"]] if kind == "vlan" and "link" in link else []
        yield Nic(
            name=name,
            mac=link.get("address", ""),
            permanent=link.get("permaddr", ""),
            kind=kind,
            driver=PurePosixPath(host.link(f"/sys/class/net/{name}/device/driver") or "").name,
            pci=pci_function(host.link(f"/sys/class/net/{name}")),
            carrier="LOWER_UP" in link.get("flags", []) if "UP" in link.get("flags", []) else None,
            speed=link_speed(host, name),
            lower=tuple(sorted(lower)),
            master=link.get("master"),
            predicted=predict_names(host, name) if live and kind == "nic" else {},
        )


def link_kind(host: Host, link: dict[str, Any]) -> Literal["nic", "wifi", "vlan", "bond", "bridge", "other"]:
    """What an interface is."""
    made = link.get("linkinfo", {}).get("info_kind", "")
    if made in MADE:
        return MADE[made]
    folder = f"/sys/class/net/{link['ifname']}"
    if host.exists(f"{folder}/wireless") or host.exists(f"{folder}/phy80211"):
        return "wifi"
    return "nic" if link.get("link_type") == "ether" and host.exists(f"{folder}/device") else "other"


def link_speed(host: Host, name: str) -> int | None:
    """Speed of the link in Mbit/s; None where it is down (the kernel then gives -1 or an error) or has none."""
    text = attribute(host, f"/sys/class/net/{name}/speed")
    return int(text) if text.isdecimal() and text != "0" else None


def is_guests(host: Host, name: str) -> bool:
    """Whether an interface is one end of a guest's."""
    return PurePosixPath(host.link(f"/sys/class/net/{name}/device/subsystem") or "").name in GUESTS


def find_now(host: Host, links: list[dict[str, Any]]) -> NetworkNow:
    """Addresses, routes and bridges of this moment."""
    ports: dict[str, list[str]] = {link["ifname"]: [] for link in links if info_kind(link) == "bridge"}
    for link in links:
        if link.get("master") in ports:
            ports[link["master"]].append(link["ifname"])
    return NetworkNow(
        bridges={name: tuple(sorted(names)) for name, names in ports.items()},
        macs={link["ifname"]: link["address"] for link in links if "address" in link},
        addresses={link["ifname"]: found for link in links if (found := tuple(find_addresses(link)))},
        routes=(*find_routes(host, 4), *find_routes(host, 6)),
    )


def info_kind(link: dict[str, Any]) -> str:
    """The kind that the kernel made an interface as, "" for hardware."""
    return str(link.get("linkinfo", {}).get("info_kind", ""))


def find_addresses(link: dict[str, Any]) -> Iterator[Address]:
    """The global addresses of an interface, its loopback and temporary ones left out."""
    for entry in link.get("addr_info", []):
        if entry.get("scope") == "global" and "local" in entry and not entry.get("temporary"):
            yield Address(text=f"{entry['local']}/{entry['prefixlen']}", dynamic=bool(entry.get("dynamic")))


def find_routes(host: Host, family: Literal[4, 6]) -> Iterator[Route]:
    """Default routes, the preferred one first."""
    found = ip(host, f"-{family}", "route", "show", "default")
    for entry in sorted(found, key=lambda entry: int(entry.get("metric", 0))):
        for hop in [entry] if "dev" in entry else entry.get("nexthops", []):
            if "dev" in hop and entry.get("type", "unicast") == "unicast":
                gateway, learned = hop.get("gateway") or via(entry), entry.get("protocol") == "ra"
                yield Route(family=family, nic=hop["dev"], gateway=gateway, advertised=learned)


def via(entry: dict[str, Any]) -> str | None:
    """The gateway of a route whose next hop has another family's address."""
    host = entry.get("via", {}).get("host")
    return str(host) if host else None
