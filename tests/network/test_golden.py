"""Each manager, each way of configuring: the exact files, applied, restarted, planned again and verified."""

import os
from pathlib import Path

import pytest

from installer.answers import Answers
from installer.engine import apply
from installer.headless import draw_undo
from installer.journal import Journal
from installer.plan import draw_plan
from installer.probe.network import probe_network
from installer.resources.files import File
from installer.steps.bridge import wants_bridge
from installer.steps.bridge_choice import bridge_nic
from tests.machines import answers, dom0, errors, machine, texts
from tests.network.cases import ADDRESSES, ANSWERS, CASES, EXTRA, KEPT, MANAGERS, NIC, UPLINK, build, start
from tests.network.fake import FakeHost, link

GOLDEN = Path(__file__).parent / "golden"
PAIRS = [(manager, case) for manager in MANAGERS for case in CASES]


def settled(host: FakeHost, given: Answers, journal: Path) -> None:
    """Apply the step's plan."""
    plan = draw_plan([KEPT], given, machine(network=probe_network(host)), host)
    assert plan.pending
    for _ in apply(plan, host, Journal(journal)):
        pass


def shown(host: FakeHost, given: Answers) -> str:
    """The plan's files, whole."""
    parts = []
    for resource in KEPT.resources(given, machine(network=probe_network(host))):
        if isinstance(resource, File):
            parts.append(f"=== {resource.name} ({resource.mode})\n{resource.text}")
        else:
            host_text = "\n".join(resource.describe(resource.expected()))
            parts.append(f"=== {resource.name} (somebody else's)\n{host_text}\n")
    return "".join(parts)


def restart(host: FakeHost, case: str) -> None:
    """Come up as dom0: the bridge has the addresses, and qemu's enX1 (trap 0.12) has joined it."""
    if case == "extra":
        start(host, case, NIC, ADDRESSES[case], "xenbr0", EXTRA)
    elif case == "replaced":
        start(host, case, "xenbr0", ("198.51.100.10/24",), "xenbr0", NIC)
    else:
        start(host, case, "xenbr0", ADDRESSES[case], "xenbr0", UPLINK.get(case, NIC))
    host.plug("enX1", 9, driver="vif", subsystem="xen")
    host.links.append(link("enX1", "52:54:00:12:34:56", master="xenbr0"))
    if host.nmcli:
        host.nmcli["device"] += "xenbr0:connected\nenX1:unmanaged\n"
        host.nmcli["connection"] = "00000000-aaaa-bbbb-cccc-000000000000:xenbr0\n"


@pytest.mark.parametrize(("manager", "case"), PAIRS)
def test_the_files_are_the_golden_ones(tmp_path: Path, manager: str, case: str) -> None:
    host = build(tmp_path, manager, case)
    given = answers(bridge=ANSWERS.get(case, {}))
    assert not errors(KEPT, given, machine(network=probe_network(host)))
    text, golden = shown(host, given), GOLDEN / f"{manager}-{case}.txt"
    if os.environ.get("XENSTRAP_WRITE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()


@pytest.mark.parametrize(("manager", "case"), PAIRS)
def test_applied_and_restarted_the_machine_gives_the_same_plan_and_verifies(
    tmp_path: Path, manager: str, case: str
) -> None:
    host, given = build(tmp_path / "root", manager, case), answers(bridge=ANSWERS.get(case, {}))
    before = probe_network(host)
    settled(host, given, tmp_path / "journal")
    applied = probe_network(host)
    assert applied.model_copy(update={"now": before.now}) == before, "our own files changed the facts"
    restart(host, case)
    after = probe_network(host)
    assert after.model_copy(update={"now": before.now}) == before, "the restart changed the facts"
    assert wants_bridge(given, dom0(network=after))
    plan = draw_plan([KEPT], given, dom0(network=after), host)
    assert plan.changes
    assert not plan.pending
    findings = list(KEPT.verify(given, dom0(network=after)))
    assert {finding.level for finding in findings} == {"ok"}, texts(findings)
    assert len(findings) >= 2


@pytest.mark.parametrize(("manager", "case"), PAIRS)
def test_rolled_back_every_file_is_as_before(tmp_path: Path, manager: str, case: str) -> None:
    host, given = build(tmp_path / "root", manager, case), answers(bridge=ANSWERS.get(case, {}))
    before, journal = host.tree(), Journal(tmp_path / "journal")
    plan = draw_plan([KEPT], given, machine(network=probe_network(host)), host)
    for _ in apply(plan, host, journal):
        pass
    assert host.tree() != before
    for change in reversed(plan.changes):
        list(change.resource.settle(host, change.before))
    assert host.tree() == before


def has_addresses(host: FakeHost, manager: str, case: str) -> bool:
    """Whether the files give the bridge, or the interface that it is made over, its addresses."""
    there = {path.rpartition("/")[2] for path in host.tree()}
    match manager:
        case "ifupdown":
            stanzas = (stanza for stanza in probe_network(host).interfaces.stanzas if stanza.method != "manual")
            names = {stanza.name for stanza in stanzas}
            return (NIC if case == "extra" else UPLINK.get(case, NIC)) in names or "xenstrap" in there
        case "networkd":
            return "05-xenstrap-port.network" not in there or (
                {"05-xenstrap-xenbr0.netdev", "05-xenstrap-xenbr0.network"} <= there
            )
    return "xenstrap-port.nmconnection" not in there or "xenstrap-xenbr0.nmconnection" in there


@pytest.mark.parametrize(("manager", "case"), PAIRS)
def test_a_power_cut_at_any_file_leaves_addresses_to_the_interface_or_to_the_bridge(
    tmp_path: Path, manager: str, case: str
) -> None:
    host, given = build(tmp_path / "root", manager, case), answers(bridge=ANSWERS.get(case, {}))
    journal = Journal(tmp_path / "journal")
    facts = machine(network=probe_network(host))
    for event in apply(draw_plan([KEPT], given, facts, host), host, journal):
        assert has_addresses(host, manager, case), event.title
    undo = draw_undo(host, journal)
    assert undo.pending
    for event in apply(undo, host, journal):
        assert has_addresses(host, manager, case), event.title


# Trap 0.5: a bridge with a MAC address of its own gets another lease, or none.
@pytest.mark.parametrize(("manager", "case"), PAIRS)
def test_the_bridge_keeps_the_mac_address_of_its_port(tmp_path: Path, manager: str, case: str) -> None:
    host = build(tmp_path, manager, case)
    given = answers(bridge=ANSWERS.get(case, {}))
    facts = machine(network=probe_network(host))
    nic = bridge_nic(given, facts)
    assert nic is not None
    pinned = {"ifupdown": "bridge_hw ", "networkd": "MACAddress=", "NetworkManager": "cloned-mac-address="}[manager]
    assert f"{pinned}{nic.mac}".lower() in shown(host, given).lower()
