"""Real bridges, broken on purpose: each machine has its former network again, or keeps what works.

They are made by ifup(8), systemd-networkd and NetworkManager themselves, over a NIC and, where the kernel has such, a
VLAN and a bond.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from installer.resources.guard import HAND
from tests.guard.outcome import ISOLATED, LIVE, SILENT_GATEWAY, STACKED, check_given_back, check_kept, trial_words

ROOT = Path(__file__).parent.parent.parent
MADE = {"vlan": "link nic name made type vlan id 10"}
IFENSLAVE = Path("/etc/network/if-pre-up.d/ifenslave")


def can_isolate() -> bool:
    """Whether namespaces can be made here, and the programs are there."""
    programs = ("unshare", "ip", "ifup", "brctl", "dhclient", "dbus-daemon", "networkctl")
    if os.geteuid() != 0 or not all(map(shutil.which, programs)):
        return False
    return subprocess.run((*ISOLATED, "mount", "-t", "sysfs", "none", "/sys"), check=False).returncode == 0


def can_make(when: str, kind: str) -> bool:
    """Whether the kernel has such interfaces, and who makes them is there with what it needs."""
    script = f"ip link add nic type veth && ip link add {MADE.get(kind, 'name made type bond')}"
    made = subprocess.run((*ISOLATED, "sh", "-c", script), stderr=subprocess.DEVNULL, check=False).returncode == 0
    manager = when.split()[0]
    there = manager != "NetworkManager" or shutil.which(manager)
    return bool(made and there) and (IFENSLAVE.exists() or manager != "ifupdown" or kind == "vlan")


def run(case: str, when: str, kind: str = "nic") -> dict[str, Any]:
    """What came of a bridge with this fault, made at a restart or live."""
    argv = trial_words([sys.executable], case, when, kind)
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


pytestmark = pytest.mark.skipif(not can_isolate(), reason="needs root, namespaces, ifupdown and networkd")
NO_MANAGER = pytest.mark.skipif(not all(map(shutil.which, ("NetworkManager", "nmcli"))), reason="no NetworkManager")


def at(*moments: str) -> pytest.MarkDecorator:
    """Whoever makes the bridge, and when."""
    marks = {"NetworkManager": [NO_MANAGER]}
    return pytest.mark.parametrize(
        "when", [pytest.param(each, marks=marks.get(each.split()[0], [])) for each in moments]
    )


WHEN = at("ifupdown at boot", *LIVE)
WHEN_STARTED = at("ifupdown at boot", "networkd at boot")
DAEMONS = at("networkd at boot", "NetworkManager at boot")
OVER = pytest.mark.parametrize(
    ("when", "kind"),
    [
        pytest.param(*each, marks=pytest.mark.skipif(not can_make(*each), reason=f"no {each[1]} can be made here"))
        for each in STACKED
    ],
)


def gives_way(case: str, when: str, reason: str, kind: str = "nic") -> None:
    """The former network is there again."""
    check_given_back(run(case, when, kind), reason)


def is_kept(case: str, when: str, kind: str = "nic") -> float:
    """The bridge is there; after how many seconds that was said."""
    check_kept(found := run(case, when, kind))
    return float(found["took"])


@WHEN
@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("wrong VLAN", SILENT_GATEWAY),
        ("wrong address", "the gateway 198.51.100.1 on xenbr0 does not answer"),
        ("wrong gateway", "the gateway 192.0.2.77 on xenbr0 does not answer"),
        ("NIC gone", "there is no interface enp1s0"),
        ("DHCP silent", "there is no IPv4 default route"),
    ],
)
def test_a_bridge_that_must_fail_gives_way(case: str, reason: str, when: str) -> None:
    gives_way(case, when, reason)


@WHEN
def test_a_full_disk_keeps_the_files_but_not_the_former_network_from_coming_back(when: str) -> None:
    found = run("DHCP silent, disk full", when)
    assert (found["code"], found["former"], found["ways"]) == (0, ["192.0.2.10"], ["192.0.2.1"])
    assert found["units"], "the next start judges again"


@DAEMONS
def test_a_bridge_that_a_daemon_makes_at_the_start_gives_way_too(when: str) -> None:
    gives_way("wrong gateway", when, "the gateway 192.0.2.77 on xenbr0 does not answer")


@OVER
def test_a_bridge_over_a_vlan_or_a_bond_gives_way_to_it(when: str, kind: str) -> None:
    gives_way("wrong VLAN", when, SILENT_GATEWAY, kind)


@pytest.mark.parametrize("case", ["killed before the bridge goes", "killed before the former interface comes"])
def test_a_guard_that_is_killed_goes_on(case: str) -> None:
    gives_way(case, "ifupdown at boot", "there is no IPv4 default route")


@WHEN
@pytest.mark.parametrize(("case", "waits"), [("good", False), ("STP delay", True)])
def test_a_bridge_that_works_is_kept(case: str, waits: bool, when: str) -> None:
    assert (is_kept(case, when) >= 45) is waits


@DAEMONS
def test_a_bridge_that_a_daemon_makes_at_the_start_and_that_works_is_kept(when: str) -> None:
    is_kept("good", when)


@OVER
def test_a_bridge_over_a_vlan_or_a_bond_that_works_is_kept(when: str, kind: str) -> None:
    is_kept("good", when, kind)


BESIDE = at("ifupdown at boot", "networkd at boot", "ifupdown live", "networkd live")


@BESIDE
def test_the_gateway_of_another_interface_proves_no_bridge(when: str) -> None:
    gives_way("wrong VLAN, another way", when, SILENT_GATEWAY)


@BESIDE
def test_a_bridge_that_works_is_kept_beside_another_way(when: str) -> None:
    is_kept("good, another way", when)


def test_where_only_another_interface_answered_somebody_has_to_confirm_what_is_made_live() -> None:
    found = run("nothing answers, another way", "ifupdown live")
    assert (found["measured"], found["verdict"]) == ([False], "given back")
    assert "nothing had answered before that could prove it" in found["text"]


@WHEN_STARTED
def test_where_nothing_answered_before_a_start_nobody_can_prove_the_bridge(when: str) -> None:
    found = run("nothing answers", when)
    assert (found["measured"], found["verdict"], found["code"]) == ([False], "given back", 0)
    assert "nothing had answered before that could prove it" in found["text"]
    assert (found["former"], found["files as before"], found["units"]) == (["192.0.2.10"], True, [])
    assert found["took"] >= HAND


@WHEN_STARTED
def test_what_answers_by_now_proves_it(when: str) -> None:
    found = run("nothing answers until somebody plugs it in", when)
    assert (found["measured"], found["verdict"]) == ([False], "kept")
    assert 120 <= found["took"] < HAND


def test_a_bridge_whose_default_route_another_interface_took_is_proved_by_its_former_gateway() -> None:
    check_kept(found := run("outdone", "ifupdown at boot"))
    assert found["ways"] == ["198.51.100.1"]


def test_a_guard_that_is_killed_while_it_makes_the_bridge_makes_it() -> None:
    is_kept("killed while the bridge comes", "ifupdown live")


def test_who_is_connected_stays_connected() -> None:
    is_kept("client stays", "ifupdown live")


def test_a_bridge_that_loses_who_is_connected_gives_way() -> None:
    gives_way("client lost", "ifupdown live", "the ssh client has not come back over the bridge")


def test_who_is_back_over_another_interface_does_not_prove_the_bridge() -> None:
    gives_way("client back elsewhere", "ifupdown live", "the ssh client has not come back over the bridge")


def test_who_never_came_over_the_interface_is_not_waited_for() -> None:
    is_kept("client elsewhere", "ifupdown live")


def test_who_never_came_over_the_interface_proves_nothing() -> None:
    found = run("client elsewhere, nothing answers", "ifupdown live")
    assert (found["measured"], found["verdict"]) == ([False], "given back")
    assert "nothing had answered before that could prove it" in found["text"]
    assert (found["former"], found["files as before"]) == (["192.0.2.10"], True)


def test_somebody_is_heard_over_the_interface_that_has_our_address_and_sends_the_answers() -> None:
    place = 'mount -t sysfs none /sys; mount -t tmpfs none /run; exec "$@"'
    argv = (*ISOLATED, "sh", "-c", place, "sh", sys.executable, "-m", "tests.guard.heard")
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout) == {
        "IPv4": ["enp1s0"],
        "IPv6": ["enp1s0"],
        "a link's own address": ["enp1s0"],
        "to and fro over another": ["enp2s0"],
        "to over another, fro over it": [],
        "long ago": [],
        "nobody": [],
        "standing": ["above0"],
    }
