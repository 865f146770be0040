"""The new Debian's own network: what the live system's interface has, as a file, as the plan says it, and bridged.

`XENSTRAP_WRITE_GOLDEN=1` writes the golden file anew, to be read before a commit.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from installer.answers import Answers
from installer.facts import Facts
from installer.facts_network import Address, Network, NetworkNow, Nic, Route
from installer.network.ifupdown import interfaces_text
from installer.probe.interfaces import probe_interfaces
from installer.probe.links import find_routes
from installer.probe.reading import Unread
from installer.steps.install import inside
from installer.steps.install_debian import InstallDebianStep, files
from installer.steps.install_disk import planned_layout
from tests.blank.machines import BLANK, HASH, NICS, OUTSIDE
from tests.fake_host import FakeHost
from tests.machines import answers
from tests.network.fake import FakeHost as NetworkHost

GOLDEN = Path(__file__).parent / "golden" / "network.txt"
TEN = {"ipv4": "192.0.2.10/24", "gateway4": "192.0.2.1", "dns": ["192.0.2.54"]}
GATEWAY = Route(family=4, nic="enp1s0", gateway="192.0.2.1")


def on(*addresses: str, routes: tuple[Route, ...] = (GATEWAY,), dns: str = "192.0.2.53") -> Facts:
    """A live system whose uplink has these addresses; one that ends in "*" is dynamic."""
    texts = tuple(Address(text=text.rstrip("*"), dynamic=text.endswith("*")) for text in addresses)
    network = Network(uplink="enp1s0", nics=NICS, now=NetworkNow(addresses={"enp1s0": texts}, routes=routes))
    outside = OUTSIDE.model_copy(update={"resolv_conf": f"nameserver {dns}\n"})
    return BLANK["uefi-480"].model_copy(update={"network": network, "outside": outside})


def six(gateway: str, **more: Any) -> Route:
    """A default route of IPv6."""
    return Route(family=6, nic="enp1s0", gateway=gateway, **more)


CASES: dict[str, tuple[Facts, dict[str, Any]]] = {
    "leased": (on("192.0.2.100/24*", "2001:db8::5054/64*", routes=(GATEWAY, six("fe80::1", advertised=True))), {}),
    "fixed": (on("192.0.2.10/24"), {}),
    "fixed, SLAAC": (on("192.0.2.10/24", "2001:db8::5054/64*", routes=(GATEWAY, six("fe80::1", advertised=True))), {}),
    "both fixed": (on("192.0.2.10/24", "2001:db8::10/64", routes=(GATEWAY, six("fe80::1"))), {}),
    "fixed beside an advertised router": (on("2001:db8::10/64", routes=(six("fe80::1", advertised=True),)), {}),
    "/32": (on("192.0.2.10/32", routes=(GATEWAY.model_copy(update={"gateway": "198.51.100.1"}),)), {}),
    "several": (on("192.0.2.10/24", "192.0.2.11/24", "198.51.100.5/32"), {}),
    "leased and more": (on("192.0.2.100/24*", "198.51.100.5/32", "2001:db8::10/64"), {}),
    "by IPv6": (on("192.0.2.10/32", routes=(GATEWAY.model_copy(update={"gateway": "fe80::1"}),)), {}),
    "point to point": (on("192.0.2.10/32", routes=(GATEWAY.model_copy(update={"gateway": None}),)), {}),
    "fixed, asked to be leased": (on("192.0.2.10/24"), {"ipv4": "dhcp"}),
    "fixed, another on the bridge": (on("192.0.2.99/24"), TEN),
    "leased, fixed on the bridge": (on("192.0.2.100/24*"), TEN),
    "none": (on(routes=()), {}),
    "none, fixed on the bridge": (on(routes=()), TEN | {"ipv6": "2001:db8::10/64", "gateway6": "fe80::1"}),
    "fixed, a resolver of its own": (on("192.0.2.10/24", dns="127.0.0.1"), {}),
    "none, fixed on the bridge, a resolver of its own": (on(routes=(), dns="::1"), TEN),
}  # fmt: skip


def given(bridge: dict[str, Any]) -> Answers:
    """Answers for a new Debian with this bridge."""
    return answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH}, bridge=bridge)


def written(wanted: Answers, facts: Facts) -> dict[str, str]:
    """The new system's files."""
    return files(wanted, planned_layout(wanted.install, facts), NICS[0], facts)


def own_lines(text: str) -> Iterator[str]:
    """The interface's own part of a file."""
    yield from (f"    {line}" for line in text[text.index("enp1s0") :].splitlines()[1:] if line)


def told() -> Iterator[str]:
    """Each case: what the plan says, the interface's stanzas and name servers, and the bridge's."""
    for name, (facts, bridge) in CASES.items():
        wanted = given(bridge)
        later, then = inside(wanted, facts)
        yield f"== {name}"
        for finding in InstallDebianStep(wanted.install).check(wanted, facts):
            yield f"{finding.level} {finding.key}: {finding.text}"
            yield from [f"  -> {finding.hint}"] if finding.hint else []
        yield from (choice.because for choice in InstallDebianStep(wanted.install).choices(wanted, facts))
        made = written(wanted, facts)
        yield from own_lines(made["/etc/network/interfaces"])
        yield f"  resolv.conf: {made['/etc/resolv.conf'].splitlines()[-1]}"
        text = interfaces_text(later.bridge, then.network.nics[0], then.network.interfaces)
        yield "  bridge:"
        yield from own_lines(text.partition("\n\n")[2])


def test_golden() -> None:
    text = "\n".join(told()) + "\n"
    if os.environ.get("XENSTRAP_WRITE_GOLDEN"):
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()


def test_every_network_is_as_the_probe_will_find_it(tmp_path: Path) -> None:
    for number, (facts, bridge) in enumerate(CASES.values()):
        host = FakeHost(tmp_path / str(number))
        host.put("/etc/network/interfaces", written(given(bridge), facts)["/etc/network/interfaces"])
        host.put("/usr/sbin/ifup")
        assert probe_interfaces(host, Unread()) == inside(given(bridge), facts)[1].network.interfaces


def test_a_card_that_only_then_has_a_network_does_not_get_the_live_systems_address() -> None:
    wanted = answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH, "nic": NICS[1].mac})
    found = list(InstallDebianStep(wanted.install).check(wanted, on("192.0.2.10/24")))
    assert [finding.level for finding in found] == ["warning"]
    assert "eth1 has none here" in found[0].text
    nic: Nic = inside(wanted, on("192.0.2.10/24"))[1].network.nics[0]
    assert [stanza.method for stanza in inside(wanted, on("192.0.2.10/24"))[1].network.interfaces.stanzas] == [
        "loopback",
        "dhcp",
    ]
    assert nic.name == "lan0"


def test_the_probe_tells_an_advertised_route(tmp_path: Path) -> None:
    host = NetworkHost(tmp_path)
    host.routes[6] = [{"dst": "default", "gateway": "fe80::1", "dev": "enp1s0", "protocol": "ra", "metric": 1024},
                      {"dst": "default", "gateway": "fe80::2", "dev": "enp1s0", "protocol": "static"}]  # fmt: skip
    assert list(find_routes(host, 6)) == [six("fe80::2"), six("fe80::1", advertised=True)]
