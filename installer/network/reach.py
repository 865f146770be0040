"""What of the network answers: gateways (ARP, ND), name servers, and the ssh client that we work for."""

import ipaddress
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

from installer.host import Host
from installer.model import Model
from installer.network.switch import Span

APT = "/etc/apt/sources.list"
MIRROR = re.compile(r"^(?:deb\b|URIs:)[^#\n]*?\bhttps?://(?:[^\s/@]*@)?(?=[\d.]*[A-Za-z])([\w.-]+)", re.MULTILINE)
KNOWN = {"REACHABLE", "PERMANENT", "NOARP"}
CONNECTION = re.compile(r"^\d+\s+\d+\s+(\S+):\d+\s.*\blastack:(\d+)", re.MULTILINE)
"""A line of ss(8): our address and port, and for how many milliseconds nothing has been acknowledged."""
LATELY = 10.0
FAMILIES: tuple[Literal[4, 6], ...] = (4, 6)


class Clock:
    """Time as the judge of a network sees it."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


class Way(Model):
    """A default route: over which interface, by which gateway, and whether that answers."""

    family: Literal[4, 6]
    nic: str
    gateway: str
    answers: bool = False


class Reach(Model):
    """What answers at a moment.

    `client` says that the ssh client is heard from over the interface itself; `above` is another one that stands on it,
    such as a VLAN, over which it is: what is lost there was lost by us, and what is heard there proves no bridge.
    """

    ways: tuple[Way, ...] = ()
    name: str = ""
    resolves: bool = False
    client: bool = False
    above: str = ""

    def families(self) -> set[int]:
        """The families of which a gateway answers."""
        return {way.family for way in self.ways if way.answers}


def measure(
    host: Host,
    client: str,
    span: Span,
    clock: Clock,
    *,
    bridged: bool,
    patience: float = 0.0,
    lately: float = LATELY,
) -> Reach:
    """Ask every gateway, and name servers; those that do not answer at once have `patience` seconds to.

    The ssh client has to have been heard from within the last seconds, which `lately` is: over the bridge, or over the
    interface that is to be below it.
    """
    until = clock.now() + patience
    ways = ask_gateways(host, default_ways(host))
    while any(not way.answers for way in ways) and clock.now() < until:
        clock.pause(1.0)
        ways = ask_gateways(host, ways)
    name = mirror_name(host)
    heard = heard_over(host, client, lately) if client else set()
    return Reach(
        ways=tuple(ways),
        name=name,
        resolves=resolves(host, name),
        client=(span.bridge if bridged else span.port) in heard,
        above=next((nic for nic in standing_on(host, span.port, span.bridge) if nic in heard), ""),
    )


def default_ways(host: Host) -> list[Way]:
    """The default routes that have a gateway."""
    return [
        Way(family=family, nic=route["dev"], gateway=gateway)
        for family in FAMILIES
        for route in flat(listed(host, "ip", "-j", f"-{family}", "route", "show", "default"))
        if (gateway := gateway_of(route)) and "dev" in route
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


def mirror_name(host: Host) -> str:
    """A name that this machine needs: that of apt's first mirror, "" where it has none (sources.list(5))."""
    parts = (f"{APT}.d/{name}" for name in host.names(f"{APT}.d") if name.endswith((".list", ".sources")))
    found = (MIRROR.search(host.read(name) or "") for name in (APT, *parts))
    return next((match[1] for match in found if match), "")


def resolves(host: Host, name: str) -> bool:
    """Whether name servers know a name; without one nobody can tell, and nothing is asked of them later."""
    return bool(name) and host.query("timeout", "10", "getent", "ahosts", name).status == 0


def heard_over(host: Host, client: str, lately: float) -> set[str]:
    """The interfaces over which a machine that is connected by TCP, by ssh or not, acknowledged something lately."""
    who = client.partition("%")[0]  # over the bridge a link's own address has the bridge's scope
    told = host.query("ss", "-tniOH", "state", "established", "dst", f"[{who}]" if ":" in who else who)
    ends = {end for end, age in CONNECTION.findall(told.stdout) if int(age) < 1000 * lately}
    return {nic for end in ends for nic in interfaces_between(host, end, who)}


def interfaces_between(host: Host, end: str, client: str) -> set[str]:
    """The interface that has our end of a connection, as "[fe80::1]%enp1s0", where what we send leaves by it as well.

    Where those are two, the connection proves neither.
    """
    address, _, scope = end.replace("[", "").replace("]", "").partition("%")
    if scope:
        return {scope}
    mapped = getattr(ipaddress.ip_address(address), "ipv4_mapped", None)
    ours = str(mapped or address)
    shown = listed(host, "ip", "-j", "address", "show", "to", ours)
    sent = listed(host, "ip", "-j", "route", "get", client, "from", ours)
    return {each.get("ifname", "") for each in shown if each} & {each.get("dev", "") for each in sent}


def standing_on(host: Host, nic: str, bridge: str) -> Iterator[str]:
    """The interfaces that are made over one, such as VLANs, and over those; not the bridge, and what stands on that."""
    for name in host.names(f"/sys/class/net/{nic}"):
        upper = name.removeprefix("upper_")
        if upper not in (name, bridge):
            yield upper
            yield from standing_on(host, upper, bridge)


def listed(host: Host, *argv: str) -> list[dict[str, Any]]:
    """What ip(8) prints as JSON; nothing where it fails."""
    told = host.query(*argv)
    found: list[dict[str, Any]] = json.loads(told.stdout or "[]") if told.status == 0 else []
    return found


def lost(before: Reach, now: Reach, asked: frozenset[int], *, client: bool = False) -> list[str]:
    """What answered before and does not now, as sentences; only the `asked` families count.

    An ssh `client` is asked for where the change was made under its feet, and is a proof where nothing else was: it is
    not where it was over another interface, and does not count where it is back over another.
    """
    said = [silence(now, family) for family in sorted(before.families() & asked - now.families())]
    if before.resolves and asked and not now.resolves:
        said.append(f"names are not found ({before.name})")
    if client and before.client and not now.client:
        said.append("the ssh client has not come back over the bridge")
    if client and before.above and not now.above:
        said.append(f"the ssh client has not come back over {before.above}")
    return said


def silence(now: Reach, family: int) -> str:
    """Why no gateway of a family answers."""
    silent = [f"{way.gateway} on {way.nic}" for way in now.ways if way.family == family]
    return f"the gateway {', '.join(silent)} does not answer" if silent else f"there is no IPv{family} default route"


def wait_for(look: Callable[[], list[str]], clock: Clock, patience: float, pause: float = 2.0) -> list[str]:
    """Look until nothing is lost any more, or the patience is: what is lost then."""
    until = clock.now() + patience
    while (missing := look()) and clock.now() < until:
        clock.pause(pause)
    return missing
