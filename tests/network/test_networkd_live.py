"""Our files obeyed by systemd-networkd itself, in network and mount namespaces of its own."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from installer.probe.network import probe_network
from installer.steps.bridge import BridgeStep
from tests.machines import answers, dom0, texts
from tests.network.cases import ANSWERS, build
from tests.network.test_golden import GOLDEN

NETWORKD = Path("/lib/systemd/systemd-networkd")
SCRIPT = Path(__file__).parent / "networkd.sh"
ISOLATED = ("unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")


def can_isolate() -> bool:
    """Whether namespaces can be made here, and networkd is there to be started in them."""
    if os.geteuid() != 0 or not NETWORKD.exists() or not shutil.which("unshare") or not shutil.which("ip"):
        return False
    done = subprocess.run(
        (*ISOLATED, "mount", "-t", "sysfs", "-o", "ro", "none", "/sys"), capture_output=True, check=False
    )
    return done.returncode == 0


@pytest.mark.skipif(not can_isolate(), reason="needs root, namespaces and systemd-networkd")
@pytest.mark.parametrize("case", ["static4", "static4+6", "replaced", "extra"])
def test_networkd_makes_the_bridge(tmp_path: Path, case: str) -> None:
    text = (GOLDEN / f"networkd-{case}.txt").read_text()
    files = tmp_path / "files"
    files.mkdir()
    for name, content in re.findall(r"^=== /etc/systemd/network/(\S+) .*\n((?:(?!=== ).*\n)+)", text, re.MULTILINE):
        (files / name).write_text(content)
    argv = (*ISOLATED, "sh", str(SCRIPT), str(files))
    said = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)
    log = (files / "log").read_text()
    assert "Unknown key" not in log
    assert "Unknown section" not in log

    host = build(tmp_path / "root", "networkd", "static4+6" if case == "replaced" else case)
    links, four, six = (json.loads(line or "[]") for line in said.stdout.splitlines())
    host.links, host.routes = [link for link in links if link["ifname"] != "lo"], {4: four, 6: six}
    for name, content in {path.name: path.read_text() for path in files.glob("*.net*")}.items():
        host.put(f"/etc/systemd/network/{name}", content)
    given = answers(bridge=ANSWERS.get(case, {}))
    found = list(BridgeStep().verify(given, dom0(network=probe_network(host))))
    missing = [finding.text for finding in found if finding.level != "ok"]
    assert missing == (["There is no default route."] if case == "extra" else []), texts(found) + log
