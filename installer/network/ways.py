"""Default routes: over which interfaces they lead, seen from the bridge, and whether their gateways answer."""

import json
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any, Literal

from installer.host import Host
from installer.model import Model
from installer.network.switch import Span

KNOWN = {"REACHABLE", "PERMANENT", "NOARP"}
Family = Literal[4, 6]
FAMILIES: tuple[Family, Family] = (4, 6)


class Way(Model):
    """A default route: over which interface, by which gateway, and whether that answers.

    It is over the "bridge", which is also the interface below it, over one that stands on that beside the bridge
    ("above"), or over any other ("beside"), which tells nothing of the bridge.
    """

    family: Family
    nic: str
    gateway: str
    answers: bool = False
    place: Literal["bridge", "above", "beside"] = "bridge"


def default_ways(host: Host) -> list[Way]:
    """The default routes; the gateway of one that has none is ""."""
    return [
        Way(family=family, nic=route["dev"], gateway=gateway_of(route))
        for family in FAMILIES
        for route in flat(listed(host, "ip", "-j", f"-{family}", "route", "show", "default"))
        if route.get("dev", "lo") != "lo"
    ]


def placed_ways(host: Host, span: Span) -> tuple[list[Way], tuple[Family, ...]]:
    """The default routes that have a gateway, by where they lead, and the families of those over other interfaces.

    A bridge that the interface is a port of by now is one of ours.
    """
    master = PurePath(host.link(f"/sys/class/net/{span.port}/master") or "").name
    below = {span.port, span.bridge, master}
    above = {*standing_on(host, span.port, *below)}
    ways = [
        way.model_copy(update={"place": "bridge" if way.nic in below else "above" if way.nic in above else "beside"})
        for way in default_ways(host)
    ]
    beside = tuple(family for family in FAMILIES if any((way.family, way.place) == (family, "beside") for way in ways))
    return [way for way in ways if way.gateway], beside


def outdone(host: Host, former: Iterable[Way], ways: list[Way], beside: Iterable[int], span: Span) -> list[Way]:
    """Former gateways, asked over a bridge with an address whose default route another interface has by now.

    Where several ask by DHCP, ifupdown lets the first one have it.
    """
    nic = span.bridge if host.exists(f"/sys/class/net/{span.bridge}") else span.port
    taken = {*beside} - {way.family for way in ways if way.place == "bridge"}
    return [
        way.model_copy(update={"nic": nic})
        for way in former
        if (way.place, way.answers) == ("bridge", True)
        and way.family in taken
        and any(listed(host, "ip", "-j", f"-{way.family}", "address", "show", "dev", nic, "scope", "global"))
    ]


def flat(routes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Routes, each of several next hops by itself."""
    for route in routes:
        yield from route.get("nexthops") or [route]


def gateway_of(route: dict[str, Any]) -> str:
    """The gateway of a route, which may be of the other family; "" where it has none."""
    return str(route.get("gateway") or route.get("via", {}).get("host", ""))


def ask_gateways(host: Host, ways: list[Way]) -> list[Way]:
    """Have the kernel look each gateway up, and see what came of it."""
    for way in ways:
        host.query("ip", "neigh", "replace", way.gateway, "dev", way.nic, "use")
    return [way.model_copy(update={"answers": is_known(host, way)}) for way in ways]


def is_known(host: Host, way: Way) -> bool:
    """Whether the kernel has heard from a gateway just now."""
    found = listed(host, "ip", "-j", "neigh", "show", "to", way.gateway, "dev", way.nic)
    return any(KNOWN.intersection(entry.get("state", ())) for entry in found)


def standing_on(host: Host, nic: str, *bridges: str) -> Iterator[str]:
    """The interfaces that are made over one, such as VLANs, and over those; not bridges, and what stands on them."""
    for name in host.names(f"/sys/class/net/{nic}"):
        upper = name.removeprefix("upper_")
        if upper not in (name, *bridges):
            yield upper
            yield from standing_on(host, upper, *bridges)


def listed(host: Host, *argv: str) -> list[dict[str, Any]]:
    """What ip(8) prints as JSON; nothing where it fails."""
    told = host.query(*argv)
    found: list[dict[str, Any]] = json.loads(told.stdout or "[]") if told.status == 0 else []
    return found
