"""What the bridge's step proves or misses after the restart."""

from typing import Any

import pytest

from installer.facts_network import NetworkNow, Route
from installer.stage import Stage
from installer.steps.bridge import BridgeStep
from tests.machines import answers, dom0, texts
from tests.network.test_findings import MAC, OTHER, network, on

GOOD: dict[str, Any] = {
    "bridges": {"xenbr0": ("enp1s0",)},
    "macs": {"xenbr0": MAC, "enp1s0": MAC},
    "addresses": {"xenbr0": ({"text": "192.0.2.10/24", "dynamic": True},)},
    "routes": ({"family": 4, "nic": "xenbr0", "gateway": "192.0.2.1"},),
    "ours": ("xenbr0",),
}


def test_a_firewall_on_the_bridge_is_told_before_and_after() -> None:
    now = NetworkNow.model_validate(GOOD | {"filtered": True})
    for findings in (
        BridgeStep().check(answers(), on(network(now=now))),
        BridgeStep().verify(answers(), dom0(network=network(now=now))),
    ):
        assert "warning: What crosses a bridge passes iptables here" in texts(findings)


@pytest.mark.parametrize(
    ("different", "bridge", "said"),
    [
        ({"bridges": {}}, {}, "The bridge xenbr0 is not there."),
        ({"bridges": {"xenbr0": ()}}, {}, "enp1s0 is not a port of xenbr0 (it has none)."),
        ({"macs": {"xenbr0": OTHER}}, {}, f"xenbr0 has the MAC address {OTHER}, not {MAC} of enp1s0."),
        ({"addresses": {}}, {"ipv4": "dhcp"}, "xenbr0 has no address."),
        ({}, {"ipv4": "192.0.2.99/24"}, "xenbr0 has not the address 192.0.2.99/24 (it has 192.0.2.10/24)."),
        ({"routes": ()}, {}, "There is no default route."),
        ({"routes": ({"family": 4, "nic": "enp1s0"},)}, {}, "The default route leads over enp1s0, a port of xenbr0."),
        (
            {"addresses": GOOD["addresses"] | {"enp1s0": ({"text": "192.0.2.77/24", "dynamic": True},)}},
            {},
            "enp1s0 has the address 192.0.2.77/24, although it is a port of xenbr0.",
        ),
    ],
)
def test_what_is_missing_after_the_restart(different: dict[str, Any], bridge: dict[str, Any], said: str) -> None:
    now = NetworkNow.model_validate(GOOD | different)
    findings = list(BridgeStep().verify(answers(bridge=bridge), dom0(network=network(now=now))))
    assert [finding for finding in findings if finding.level == "error"], texts(findings)
    assert f"error: {said}" in texts(findings)


def test_a_bridge_that_did_not_come_up_is_no_silence() -> None:
    now = NetworkNow(ours=("xenbr0",))
    (finding,) = BridgeStep().verify(answers(), dom0(network=network(uplink=None, now=now)))
    assert (finding.level, finding.text) == ("error", "xenbr0 does not carry the default route.")


def test_all_good_is_proved() -> None:
    findings = list(BridgeStep().verify(answers(), dom0(network=network(now=NetworkNow.model_validate(GOOD)))))
    assert [finding.text for finding in findings] == [
        "the bridge xenbr0 is up, and enp1s0 is its port",
        f"xenbr0 has the MAC address of enp1s0, {MAC}",
        "xenbr0 has the address 192.0.2.10/24",
        "the default route leads over xenbr0, by 192.0.2.1",
    ]


WAY = Route(family=4, nic="enp1s0", gateway="192.0.2.1")
FIXED = {"ipv4": "192.0.2.10/24"}


@pytest.mark.parametrize(
    ("bridge", "before", "level"),
    [
        ({"nic": MAC}, (), "note"),
        ({}, (WAY,), "error"),
        (FIXED, (WAY,), "note"),
        (FIXED | {"gateway4": "192.0.2.1"}, (WAY,), "error"),
        (FIXED | {"nic": MAC, "gateway4": "192.0.2.1"}, (), "error"),
    ],
)
def test_a_default_route_is_asked_for_where_there_was_one_or_shall_be(
    bridge: dict[str, Any], before: tuple[Route, ...], level: str
) -> None:
    former = network(uplink="enp1s0" if before else None, now=NetworkNow(routes=before))
    fresh = network(uplink=None, now=NetworkNow.model_validate(GOOD | {"routes": ()}))
    step = BridgeStep(Stage(former=former))
    found = {finding.text: finding.level for finding in step.verify(answers(bridge=bridge), dom0(network=fresh))}
    assert {word for text, word in found.items() if "no default route" in text} == {level}
    assert [word for word in found.values() if word == "error"] == (["error"] if level == "error" else [])


def test_a_bridge_without_a_gateway_is_verified_beside_another_interface_that_has_one() -> None:
    now = NetworkNow.model_validate(GOOD | {"routes": ({"family": 4, "nic": "enp2s0", "gateway": "198.51.100.1"},)})
    step = BridgeStep(Stage(former=network(now=NetworkNow(routes=(WAY,)))))
    found = list(step.verify(answers(bridge=FIXED), dom0(network=network(uplink="enp2s0", now=now))))
    assert {finding.level for finding in found} == {"ok"}, texts(found)
