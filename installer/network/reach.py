"""What of the network answers: gateways (ARP, ND), name servers, and the ssh client that we work for."""

import ipaddress
import re
import time
from collections.abc import Callable
from typing import Literal

from installer.host import Host
from installer.model import Model
from installer.network.switch import Span
from installer.network.ways import Way, ask_gateways, listed, outdone, placed_ways, standing_on

APT = "/etc/apt/sources.list"
MIRROR = re.compile(r"^(?:deb\b|URIs:)[^#\n]*?\bhttps?://(?:[^\s/@]*@)?(?=[\d.]*[A-Za-z])([\w.-]+)", re.MULTILINE)
CONNECTION = re.compile(r"^\d+\s+\d+\s+(\S+):\d+\s+\S+:\d+\s+\w(?:.*\blastack:(\d+))?", re.MULTILINE)
"""A line of ss(8): our address and port, and for how many milliseconds nothing was acknowledged: 0 is left out."""
LATELY = 10.0
CACHES = {
    "/run/systemd/resolve/io.systemd.Resolve": ("resolvectl", "flush-caches"),
    "/run/nscd/socket": ("nscd", "--invalidate", "hosts"),
}
"""What this machine itself may know names from, by its socket, and what makes it forget (resolvectl(1), nscd(8))."""


class Clock:
    """Time as the judge of a network sees it."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


class Reach(Model):
    """What answers at a moment.

    `client` says that the ssh client is heard from over the interface itself; `above` is another one that stands on it,
    such as a VLAN, over which it is: what is lost there was lost by us, and what is heard there proves no bridge.
    `beside` are the families of which another interface has a default route: names may be found by that one.
    """

    ways: tuple[Way, ...] = ()
    beside: tuple[Literal[4, 6], ...] = ()
    name: str = ""
    resolves: bool = False
    client: bool = False
    above: str = ""

    def families(self) -> set[int]:
        """The families of which a gateway answers over the bridge, or over the interface below it."""
        return {way.family for way in self.ways if way.answers and way.place == "bridge"}

    def above_families(self) -> dict[int, set[str]]:
        """The interfaces above, by the family of which a gateway answers over them."""
        found = [way for way in self.ways if way.answers and way.place == "above"]
        return {way.family: {each.nic for each in found if each.family == way.family} for way in found}

    @property
    def names_tell(self) -> bool:
        """Whether it is the interface below the bridge alone that names can be found over."""
        return self.resolves and not self.beside


def measure(
    host: Host,
    client: str,
    span: Span,
    clock: Clock,
    *,
    bridged: bool,
    patience: float = 0.0,
    lately: float = LATELY,
    former: Reach | None = None,
) -> Reach:
    """Ask every gateway, and name servers; those that do not answer at once have `patience` seconds to.

    The ssh client has to have been heard from within the last seconds, which `lately` is: over the bridge, or over the
    interface that is to be below it. `former` is what was measured before the bridge.
    """
    until = clock.now() + patience
    found, beside = placed_ways(host, span)
    found += outdone(host, former.ways, found, beside, span) if former else []
    ways = ask_gateways(host, found)
    while any(not way.answers for way in ways) and clock.now() < until:
        clock.pause(1.0)
        ways = ask_gateways(host, ways)
    name = mirror_name(host)
    heard = heard_over(host, client, lately) if client else set()
    return Reach(
        ways=tuple(ways),
        beside=beside,
        name=name,
        resolves=resolves(host, name),
        client=(span.bridge if bridged else span.port) in heard,
        above=next((nic for nic in standing_on(host, span.port, span.bridge) if nic in heard), ""),
    )


def mirror_name(host: Host) -> str:
    """A name that this machine needs: that of apt's first mirror, "" where it has none (sources.list(5)).

    One that stands in /etc/hosts is found without a network, and tells nothing of it (hosts(5)).
    """
    lines = (host.read("/etc/hosts") or "").splitlines()
    here = {word.lower() for line in lines for word in line.partition("#")[0].split()[1:]}
    parts = (f"{APT}.d/{name}" for name in host.names(f"{APT}.d") if name.endswith((".list", ".sources")))
    found = (name for file in (APT, *parts) for name in MIRROR.findall(host.read(file) or ""))
    return next((name for name in found if name.lower() not in here), "")


def resolves(host: Host, name: str) -> bool:
    """Whether name servers know a name; without one nobody can tell, and nothing is asked of them later.

    What the machine itself remembers tells nothing of the network, and is forgotten before.
    """
    for socket, forget in CACHES.items():
        if name and host.exists(socket):
            host.query(*forget)
    return bool(name) and host.query("timeout", "10", "getent", "ahosts", name).status == 0


def heard_over(host: Host, client: str, lately: float) -> set[str]:
    """The interfaces over which a machine that is connected by TCP, by ssh or not, acknowledged something lately."""
    who = client.partition("%")[0]  # over the bridge a link's own address has the bridge's scope
    told = host.query("ss", "-tniOH", "state", "established", "dst", f"[{who}]" if ":" in who else who)
    ends = {end for end, age in CONNECTION.findall(told.stdout) if int(age or 0) < 1000 * lately}
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


def lost(before: Reach, now: Reach, asked: frozenset[int], *, client: bool = False) -> list[str]:
    """What answered before and does not now, as sentences; only the `asked` families count.

    A gateway has to answer over the bridge as it did over the interface below, or over what stands on that where it did
    so there alone; what answered over other interfaces, and names where those may have found them, tells nothing.
    An ssh `client` is asked for where the change was made under its feet, and is a proof where nothing else was: it is
    not where it was over another interface, and does not count where it is back over another.
    """
    said = [silence(now, family) for family in sorted(before.families() & asked - now.families())]
    above, still = before.above_families(), now.above_families()
    for family in sorted(above.keys() & asked - before.families()):
        if not above[family] & still.get(family, set()):
            said.append(f"no IPv{family} gateway answers over {', '.join(sorted(above[family]))}")
    if before.names_tell and asked and not now.resolves:
        said.append(f"names are not found ({before.name})")
    if client and before.client and not now.client:
        said.append("the ssh client has not come back over the bridge")
    if client and before.above and not now.above:
        said.append(f"the ssh client has not come back over {before.above}")
    return said


def silence(now: Reach, family: int) -> str:
    """Why no gateway of a family answers."""
    silent = [f"{way.gateway} on {way.nic}" for way in now.ways if (way.family, way.place) == (family, "bridge")]
    return f"the gateway {', '.join(silent)} does not answer" if silent else f"there is no IPv{family} default route"


def shortcomings(host: Host, span: Span) -> list[str]:
    """What explains that nothing answers, as far as the kernel tells."""
    there = {name: host.exists(f"/sys/class/net/{name}") for name in (span.port, span.bridge)}
    said = [f"there is no interface {name}" for name, is_there in there.items() if not is_there]
    carrier = host.read_at(f"/sys/class/net/{span.port}/carrier", 0, 1)  # unreadable while it is down
    if there[span.port] and carrier != b"1":
        said.append(f"{span.port} has no carrier")
    if there[span.bridge]:
        shown = host.query("ip", "-o", "address", "show", "dev", span.bridge, "scope", "global").stdout
        said += [] if shown.strip() else [f"{span.bridge} has no address"]
    return said


def wait_for(look: Callable[[], list[str]], clock: Clock, patience: float, pause: float = 2.0) -> list[str]:
    """Look until nothing is lost any more, or the patience is: what is lost then."""
    until = clock.now() + patience
    while (missing := look()) and clock.now() < until:
        clock.pause(pause)
    return missing


def answered(reach: Reach) -> str:
    """What of a network answered, in words."""
    ways = [way.gateway for way in reach.ways if way.answers and way.place != "beside"]
    words = ways + (["name servers"] if reach.names_tell else [])
    return ", ".join(words) or "nothing"
