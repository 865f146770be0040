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
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "ip", "ifup", "brctl", "dhclient"))):
        return False
    return subprocess.run((*ISOLATED, "mount", "-t", "sysfs", "none", "/sys"), check=False).returncode == 0


def run(case: str) -> dict[str, Any]:
    """What came of a bridge with this fault."""
    argv = (*ISOLATED, "sh", str(HERE / "ground.sh"), sys.executable, "-m", "tests.guard.field", case)
    environment = os.environ | {"PYTHONPATH": str(HERE.parent.parent)}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120, env=environment)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["measured"] == [True]
    return found


pytestmark = pytest.mark.skipif(not can_isolate(), reason="needs root, namespaces, ifupdown and bridge-utils")


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("wrong VLAN", "the gateway 192.0.2.1 on xenbr0 does not answer"),
        ("wrong address", "the gateway 198.51.100.1 on xenbr0 does not answer"),
        ("wrong gateway", "the gateway 192.0.2.77 on xenbr0 does not answer"),
        ("NIC gone", "there is no IPv4 default route"),
        ("DHCP silent", "there is no IPv4 default route"),
        ("killed before the bridge goes", "there is no IPv4 default route"),
        ("killed before the former interface comes", "there is no IPv4 default route"),
    ],
)
def test_a_bridge_that_must_fail_gives_way(case: str, reason: str) -> None:
    found = run(case)
    assert (found["verdict"], found["missing"], found["still"]) == ("given back", [reason], [])
    assert found["addresses"]["enp1s0"] == ["192.0.2.10"]
    assert "xenbr0" not in found["addresses"]
    assert (found["interfaces as before"], found["ours"], found["units"]) == (True, [], [])
    before, after = found["IPv6"]
    assert before == after
    assert found["took"] <= 120, "seconds of the judge's own clock"


@pytest.mark.parametrize(("case", "waits"), [("good", False), ("STP delay", True)])
def test_a_bridge_that_works_is_kept(case: str, waits: bool) -> None:
    found = run(case)
    assert (found["verdict"], found["missing"]) == ("kept", [])
    assert (found["waited"] >= 45) is waits
    assert found["addresses"]["xenbr0"] == ["192.0.2.10"]
    assert found["addresses"]["enp1s0"] == []
    assert (found["interfaces as before"], found["units"]) == (False, [])
