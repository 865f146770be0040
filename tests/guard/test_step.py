"""What the guard is made of on which machine, and what it decides."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.commands import Output
from installer.facts_network import NetworkNow
from installer.network.reach import Clock, Reach, lost, wait_for
from installer.network.switch import TEXT, Kernel, Span, down_orders, replay_orders, up_orders
from installer.network.ways import Way
from installer.probe.network import probe_network
from installer.resources.files import File, Link
from installer.resources.guard import NetworkGuard, read_measure
from installer.stage import Guarded, Stage
from installer.steps.bridge import BridgeStep
from tests.machines import answers, machine, texts
from tests.network.cases import EXTRA, MANAGERS, NIC, build
from tests.network.fake import FakeHost
from tests.units import verify

WAYS = st.builds(
    Way,
    family=st.sampled_from((4, 6)),
    nic=st.sampled_from((NIC, "xenbr0")),
    gateway=st.sampled_from(("192.0.2.1", "fe80::1")),
    answers=st.booleans(),
)
REACHES = st.builds(Reach, ways=st.lists(WAYS, max_size=4).map(tuple), resolves=st.booleans(), client=st.booleans())
BOTH = frozenset((4, 6))


@given(before=REACHES, now=REACHES)
def test_only_what_answered_before_is_asked_for(before: Reach, now: Reach) -> None:
    said = lost(before, now, BOTH)
    assert not lost(before, before, BOTH)
    assert not lost(Reach(), now, BOTH)
    assert not lost(before, now, frozenset())
    assert len(said) == len(before.families() - now.families()) + (before.resolves and not now.resolves)


def way(nic: str, place: str, *, answers: bool = True) -> Way:
    """A default route that answers, or does not."""
    return Way.model_validate({"family": 4, "nic": nic, "gateway": "192.0.2.1", "answers": answers, "place": place})


OURS, BRIDGED, VLAN, OTHERS = way(NIC, "bridge"), way("xenbr0", "bridge"), way("v9", "above"), way("e9", "beside")
SILENT = way("xenbr0", "bridge", answers=False)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ((OURS, OTHERS), (OTHERS,), ["there is no IPv4 default route"]),
        ((OURS, OTHERS), (SILENT, OTHERS), ["the gateway 192.0.2.1 on xenbr0 does not answer"]),
        ((OURS, OTHERS), (BRIDGED,), []),
        ((OTHERS,), (), []),
        ((VLAN, OTHERS), (OTHERS, BRIDGED), ["no IPv4 gateway answers over v9"]),
        ((VLAN,), (VLAN,), []),
        ((OURS, VLAN), (BRIDGED,), []),
    ],
)
def test_only_the_way_over_the_interface_tells(before: tuple[Way, ...], now: tuple[Way, ...], said: list[str]) -> None:
    assert lost(Reach(ways=before), Reach(ways=now), BOTH) == said


def test_names_tell_nothing_where_another_interface_has_a_way() -> None:
    assert lost(Reach(resolves=True), Reach(), BOTH)
    assert not lost(Reach(resolves=True, beside=(4,)), Reach(), BOTH)


def test_a_family_whose_way_the_answers_end_is_not_asked_for(tmp_path: Path) -> None:
    def families(**bridge: object) -> tuple[int, ...]:
        facts = machine(network=probe_network(build(tmp_path / str(bridge), "ifupdown", "static4+6")))
        found = BridgeStep().resources(answers(bridge=bridge), facts)
        return next(each.families for each in found if isinstance(each, NetworkGuard))

    assert families() == (4, 6)
    assert families(ipv6="none") == (4,)
    assert families(ipv4="192.0.2.10/24") == (6,)
    assert families(ipv4="192.0.2.10/24", gateway4="192.0.2.1") == (4, 6)


class Still(Clock):
    """A clock that counts the pauses alone."""

    seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.seconds += seconds


@given(comes=st.integers(0, 200))
def test_what_comes_within_the_grace_is_waited_for(comes: int) -> None:
    clock = Still()
    missing = wait_for(lambda: [] if clock.seconds >= comes else ["nothing answers"], clock, 75.0)
    assert bool(missing) is (comes > 76)
    assert clock.seconds <= 77


@pytest.mark.parametrize("manager", MANAGERS)
@pytest.mark.parametrize("case", ["dhcp", "vlan", "bond"])
def test_orders_name_the_interface_and_the_bridge(tmp_path: Path, manager: str, case: str) -> None:
    facts = machine(network=probe_network(build(tmp_path, manager, case)))
    (guard,) = [each for each in BridgeStep().resources(answers(), facts) if isinstance(each, NetworkGuard)]
    span = guard.span
    port = {"vlan": f"{NIC}.10", "bond": "bond0"}.get(case, NIC)
    assert (span.manager, span.port, span.kind) == (manager, port, {"dhcp": "nic"}.get(case, case))
    down, up = list(down_orders(span, bridge=True)), list(up_orders(span, bridge=False))
    torn = [("ifdown", "--force", "--interfaces", TEXT, port)] if (manager, case) == ("ifupdown", "bond") else []
    assert [order for order in down if order[-1] != "xenbr0"] == torn, "any other port of a bridge stays what it is"
    match manager:
        case "ifupdown":
            assert f"iface {port} inet" in span.before
            assert "bridge_ports" in span.after
            assert up[0] == ("ifup", "--force", port)
        case "networkd":
            assert up == [("networkctl", "reload"), ("networkctl", "reconfigure", port)]
        case "NetworkManager":
            assert up[0] == ("nmcli", "connection", "reload")
            assert len(up) == 1 + (len(span.former) or 1)
            assert bool(span.former) is (case != "dhcp"), "that one has no file"


def test_members_that_say_themselves_that_they_belong_to_a_bond_come_after_it(tmp_path: Path) -> None:
    host, members = build(tmp_path, "ifupdown", "bond"), (NIC, EXTRA)
    own = "".join(f"auto {name}\niface {name} inet manual\n    bond-master bond0\n" for name in members)
    host.path("/etc/network/interfaces").write_text(f"{own}auto bond0\niface bond0 inet dhcp\n    bond-mode 1\n")
    facts = machine(network=probe_network(host))
    (guard,) = [each for each in BridgeStep().resources(answers(), facts) if isinstance(each, NetworkGuard)]
    for bridge in (True, False):
        first = list(up_orders(guard.span, bridge=bridge))[:3]
        assert first == [("ifup", "--force", name) for name in ("bond0", *members)]


def test_a_profile_that_networkmanager_made_up_is_started_by_the_device() -> None:
    span = Span(manager="NetworkManager", bridge="xenbr0", port=NIC)
    assert [*up_orders(span, bridge=False)][-1] == ("nmcli", "device", "connect", NIC)


def test_the_last_resort_gives_the_kernel_its_addresses_and_ways() -> None:
    kernel = Kernel(addresses=("192.0.2.10/24",), routes=("-4 default via 192.0.2.1 proto dhcp src 192.0.2.10",))
    orders = [" ".join(order) for order in replay_orders(kernel, Span(manager="none", bridge="xenbr0", port=NIC))]
    assert orders[2:] == [
        f"ip address replace 192.0.2.10/24 dev {NIC}",
        f"ip -4 route replace default via 192.0.2.1 dev {NIC} onlink",
    ]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_the_unit_is_what_systemd_takes(tmp_path: Path) -> None:
    facts = machine(network=probe_network(build(tmp_path / "net", "ifupdown", "dhcp")))
    found = list(BridgeStep().resources(answers(), facts))
    (unit,) = [each for each in found if isinstance(each, File) and each.name.endswith(".service")]
    (link,) = [each for each in found if isinstance(each, Link)]
    assert Path(link.target).name == Path(link.name).name == Path(unit.name).name
    assert "\nBefore=xenstrap-trial.service\n" in unit.text
    assert not re.search("StartLimitBurst|StartLimitIntervalSec=[^0]", unit.text), "given up after some failures"
    assert "\nStartLimitIntervalSec=0\n" in unit.text
    assert "\nRestart=on-failure\nRestartSec=20s\n" in unit.text
    verify(tmp_path, {Path(unit.name).name: unit.text.replace(facts.program.path, "/bin/true")})


def test_the_guard_comes_before_what_it_guards_and_goes_when_it_has_judged(tmp_path: Path) -> None:
    facts = machine(network=probe_network(build(tmp_path, "ifupdown", "dhcp")))

    def names(name: str) -> list[str]:
        network = Guarded.model_validate({"name": name, "text": "no gateway"})
        return [each.id for each in BridgeStep(Stage(network=network)).resources(answers(), facts)]

    untried, kept = names("untried"), names("kept")
    assert untried[0] == "guard:network"
    assert untried[3:] == kept
    assert names("given back") == []
    said = texts(BridgeStep(Stage(network=Guarded(name="given back", text="no gateway"))).verify(answers(), facts))
    assert said.startswith("error: The bridge did not work, and the former network was given back: no gateway.")


@pytest.mark.parametrize(("up", "live"), [((), True), (("xenbr0",), False)])
def test_a_bridge_takes_the_place_of_another_at_the_restart_only(
    tmp_path: Path, up: tuple[str, ...], live: bool
) -> None:
    network = probe_network(build(tmp_path, "ifupdown", "dhcp"))
    now = NetworkNow(ours=("xenbr0",), bridges=dict.fromkeys(up, (NIC,)))
    facts = machine(network=network.model_copy(update={"now": now}))
    given = answers(bridge={"live": True})
    guard = next(each for each in BridgeStep().resources(given, facts) if isinstance(each, NetworkGuard))
    assert guard.live is live
    said = texts(BridgeStep().check(given, facts))
    assert ("A bridge of ours is in force: this one takes its place at the restart" in said) is not live
    assert "takes its place" not in texts(BridgeStep().check(answers(), facts))


def test_a_new_debians_port_is_measured_under_the_name_that_it_has_on_the_live_system(tmp_path: Path) -> None:
    class Live(FakeHost):
        def query(self, *argv: str, timeout: float = 0) -> Output:
            if argv[:4] == ("ip", "-j", "neigh", "show"):
                return Output(0, '[{"state": ["REACHABLE"]}]', "")
            if argv[:3] == ("ip", "-j", "address") and argv[5] == "eth0":
                return Output(0, '[{"addr_info": [{"local": "192.0.2.10", "prefixlen": 24}]}]', "")
            return super().query(*argv, timeout=timeout)

    live = Live(tmp_path)
    live.routes[4] = [{"dst": "default", "gateway": "192.0.2.1", "dev": "eth0"}]
    span = Span(manager="ifupdown", bridge="xenbr0", port=NIC)
    for here, measured in (("eth0", {4}), ("", set[int]())):
        guard = NetworkGuard(name="network", guards="this", span=span, here=here)
        guard.settle(live, guard.expected())
        taken = read_measure(live)
        assert taken
        assert taken.reach.families() == measured
        assert taken.had_addresses((4,)) is bool(measured)
