"""Real bridges by real ifup(8), broken on purpose: each machine has its former network again, or keeps what works."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ISOLATED = ("unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")


def can_isolate() -> bool:
    """Whether namespaces can be made here, and the programs are there."""
    programs = ("unshare", "ip", "ifup", "brctl", "dhclient", "dbus-daemon", "networkctl")
    if os.geteuid() != 0 or not all(map(shutil.which, programs)):
        return False
    return subprocess.run((*ISOLATED, "mount", "-t", "sysfs", "none", "/sys"), check=False).returncode == 0


def run(case: str, when: str) -> dict[str, Any]:
    """What came of a bridge with this fault, made at a restart or live."""
    manager, word = when.split()[0], when.split()[-1]
    argv = (*ISOLATED, "sh", str(HERE / "ground.sh"), manager, sys.executable, "-m", "tests.guard.field", case, word)
    environment = os.environ | {"PYTHONPATH": str(HERE.parent.parent)}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120, env=environment)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["measured"] == [True]
    return found


pytestmark = pytest.mark.skipif(not can_isolate(), reason="needs root, namespaces, ifupdown and networkd")
WHEN = pytest.mark.parametrize("when", ["ifupdown at boot", "ifupdown live", "networkd live"])


def gives_way(case: str, when: str, reason: str) -> None:
    """The former network is there again: files and kernel alike, in time, and the reason said."""
    found = run(case, when)
    assert (found["verdict"], found["code"]) == ("given back", 0)
    assert found["text"].startswith(reason)
    assert found["addresses"]["enp1s0"] == ["192.0.2.10"]
    assert "xenbr0" not in found["addresses"]
    assert (found["files as before"], found["units"]) == (True, [])
    before, after = found["IPv6"]
    assert before == after
    assert found["took"] <= 120, "seconds of the judge's own clock"


def is_kept(case: str, when: str) -> float:
    """The bridge is there, and its guard has gone; after how many seconds."""
    found = run(case, when)
    assert (found["verdict"], found["text"], found["code"]) == ("kept", "", 0)
    assert found["addresses"]["xenbr0"] == ["192.0.2.10"]
    assert (found["addresses"]["enp1s0"], found["IPv6"][1]) == ([], [])
    assert (found["files as before"], found["units"]) == (False, [])
    return float(found["took"])


@WHEN
@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("wrong VLAN", "the gateway 192.0.2.1 on xenbr0 does not answer"),
        ("wrong address", "the gateway 198.51.100.1 on xenbr0 does not answer"),
        ("wrong gateway", "the gateway 192.0.2.77 on xenbr0 does not answer"),
        ("NIC gone", "there is no IPv4 default route"),
        ("DHCP silent", "there is no IPv4 default route"),
    ],
)
def test_a_bridge_that_must_fail_gives_way(case: str, reason: str, when: str) -> None:
    gives_way(case, when, reason)


@pytest.mark.parametrize("case", ["killed before the bridge goes", "killed before the former interface comes"])
def test_a_guard_that_is_killed_goes_on(case: str) -> None:
    gives_way(case, "ifupdown at boot", "there is no IPv4 default route")


@WHEN
@pytest.mark.parametrize(("case", "waits"), [("good", False), ("STP delay", True)])
def test_a_bridge_that_works_is_kept(case: str, waits: bool, when: str) -> None:
    assert (is_kept(case, when) >= 45) is waits


def test_a_guard_that_is_killed_while_it_makes_the_bridge_makes_it() -> None:
    is_kept("killed while the bridge comes", "ifupdown live")


def test_who_is_connected_stays_connected() -> None:
    is_kept("client stays", "ifupdown live")


def test_a_bridge_that_loses_who_is_connected_gives_way() -> None:
    gives_way("client lost", "ifupdown live", "the ssh client has not come back")
