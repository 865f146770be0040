"""From an interface to the bridge over it, or back, while the machine runs: orders to who configures the network."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from installer.errors import HostError
from installer.facts_network import Manager
from installer.host import Host
from installer.model import Model

Order = tuple[str, ...]
TEXT = "/run/xenstrap/interfaces"
LIMIT = 40


class Span(Model):
    """What a bridge is made over, and how its configurer knows both.

    `before` and `after` are stanzas of interfaces(5) that take the interface, or the bridge, down whatever the files
    say by then, `members` are a bond's that say themselves that they belong to it; `former` and `made` are
    NetworkManager's profiles that were up, and that the bridge is made of.
    """

    manager: Manager
    bridge: str
    port: str
    kind: Literal["nic", "vlan", "bond"] = "nic"
    before: str = ""
    after: str = ""
    members: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    made: tuple[str, ...] = ()


def down_orders(span: Span, *, bridge: bool) -> Iterator[Order]:
    """Take the bridge down, or the interface, before the files of the other come into force."""
    match span.manager:
        case "ifupdown" if bridge:
            yield ("ifdown", "--force", "--interfaces", TEXT, span.bridge)
            if span.kind == "bond":  # ifenslave takes the members of one that is there down, and leaves them so
                yield ("ifdown", "--force", "--interfaces", TEXT, span.port)
        case "ifupdown":
            yield ("ifdown", "--force", "--interfaces", TEXT, span.port)
        case "NetworkManager" if bridge:
            yield ("nmcli", "device", "delete", span.bridge)


def up_orders(span: Span, *, bridge: bool) -> Iterator[Order]:
    """Bring the bridge up, or the interface, as the files have it by now."""
    match span.manager:
        case "ifupdown":
            yield from (("ifup", "--force", name) for name in (span.port, *span.members))
            if bridge:
                yield ("ip", "address", "flush", "dev", span.port)  # what no ifdown knew of
                yield ("ifup", "--force", span.bridge)
            else:
                yield ("systemctl", "start", "networking.service")  # what it had not come to yet
        case "networkd":
            yield ("networkctl", "reload")
            yield ("networkctl", "reconfigure", span.port)
        case "NetworkManager":
            yield ("nmcli", "connection", "reload")
            for profile in span.made if bridge else ():
                yield ("nmcli", "--wait", "0", "connection", "up", "uuid", profile)  # they need each other
            for profile in () if bridge else span.former:
                yield ("nmcli", "connection", "up", "uuid", profile)
            if not bridge and not span.former:
                yield ("nmcli", "device", "connect", span.port)


def obey(host: Host, orders: Iterable[Order], limit: int = LIMIT) -> Iterator[str]:
    """Follow orders, each in `limit` seconds; what failed, in words. The network is looked at afterwards, not these."""
    for order in orders:
        host.changing(f"run {' '.join(order)}")
        try:
            done = host.query(*order, timeout=limit)
        except HostError as error:
            yield error.fact
            continue
        if done.status:
            said = (done.stderr or done.stdout).strip().splitlines()[-1:] or [f"status {done.status}"]
            yield f"{' '.join(order[:2])}: {said[0]}"


def take_down(host: Host, span: Span, *, bridge: bool) -> list[str]:
    """Take the bridge, or the interface, down."""
    failed = list[str]()
    if span.manager == "ifupdown":
        if host.query("systemctl", "is-active", "networking.service").stdout.strip() == "activating":
            failed += obey(host, [("systemctl", "kill", "networking.service")])  # it may wait for DHCP, and has a lock
        host.write(TEXT, span.after if bridge else span.before)
    failed += obey(host, down_orders(span, bridge=bridge))
    if bridge and host.exists(f"/sys/class/net/{span.bridge}"):
        failed += obey(host, [("ip", "link", "delete", span.bridge)])
    return failed


def bring_up(host: Host, span: Span, *, bridge: bool, limit: int = LIMIT) -> list[str]:
    """Bring the bridge, or the interface, up."""
    return [*obey(host, up_orders(span, bridge=bridge), limit)]


class Kernel(Model):
    """Addresses and default routes of an interface, as ip(8) takes them again, and how it makes addresses itself."""

    addresses: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    generation: str = ""
    without_ipv6: bool = False


def kernel_state(host: Host, port: str) -> Kernel:
    """What the kernel has for an interface now."""
    said = host.query("ip", "-j", "address", "show", "dev", port, "scope", "global")
    entries: list[dict[str, Any]] = json.loads(said.stdout or "[]") if said.status == 0 else []
    found = [each for entry in entries for each in entry.get("addr_info", ()) if "local" in each]  # ip leaves {} there
    addresses = [f"{each['local']}/{each['prefixlen']}" for each in found]
    routes = [
        f"-{family} {' '.join(line.split())}"
        for family in (4, 6)
        for line in host.query("ip", f"-{family}", "route", "show", "default", "dev", port).stdout.splitlines()
        if "via" in line.split()
    ]
    details = host.query("ip", "-j", "-details", "link", "show", "dev", port)
    links: list[dict[str, Any]] = json.loads(details.stdout or "[]") if details.status == 0 else []
    return Kernel(
        addresses=tuple(addresses),
        routes=tuple(routes),
        generation=next((str(link["inet6_addr_gen_mode"]) for link in links if "inet6_addr_gen_mode" in link), ""),
        without_ipv6=(host.read(f"/proc/sys/net/ipv6/conf/{port}/disable_ipv6") or "").strip() == "1",
    )


def port_orders(kernel: Kernel, span: Span) -> Iterator[Order]:
    """Take from an interface what being a port did to its IPv6: ifupdown leaves it to bridge-utils, and that to us."""
    if span.manager == "ifupdown" and kernel.generation:
        yield ("ip", "link", "set", span.port, "down")  # on its way up it makes its link's own address
        yield ("ip", "link", "set", span.port, "addrgenmode", kernel.generation)
        yield ("sysctl", "-qw", f"net/ipv6/conf/{span.port}/disable_ipv6={int(kernel.without_ipv6)}")


def replay_orders(kernel: Kernel, span: Span) -> Iterator[Order]:
    """Give an interface its addresses and routes again, past everybody: the last resort."""
    yield ("ip", "link", "set", span.port, "nomaster")
    yield ("ip", "link", "set", span.port, "up")
    for address in kernel.addresses:
        yield ("ip", "address", "replace", address, "dev", span.port)
    for route in kernel.routes:
        family, *words = route.split()
        gateway = words[words.index("via") + 1]
        yield ("ip", family, "route", "replace", "default", "via", gateway, "dev", span.port, "onlink")
