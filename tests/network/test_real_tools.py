"""Our files read by the programs that they are for; ifup only says what it would do, nmcli works without a daemon."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
FILES = [
    (golden.stem, name, text)
    for golden in sorted(GOLDEN.glob("*.txt"))
    for name, text in re.findall(r"^=== (\S+) \(0\d+\)\n((?:(?!=== ).*\n)+)", golden.read_text(), re.MULTILINE)
]


def chosen(pattern: str) -> list[object]:
    """The golden files whose name fits."""
    return [pytest.param(text, id=f"{case}: {name}") for case, name, text in FILES if re.search(pattern, name)]


@pytest.mark.skipif(not shutil.which("ifup"), reason="needs ifupdown")
@pytest.mark.parametrize("text", chosen(r"^/etc/network/"))
def test_ifup_understands_interfaces(tmp_path: Path, text: str) -> None:
    file, state = tmp_path / "interfaces", tmp_path / "state"
    file.write_text(f"auto lo\niface lo inet loopback\n{text}")
    state.mkdir()
    common = ("--interfaces", str(file), "--state-dir", str(state))
    listed = subprocess.run(("ifquery", *common, "--list", "--all"), capture_output=True, text=True, check=True)
    assert "xenbr0" in listed.stdout.split()
    asked = subprocess.run(("ifquery", *common, "xenbr0"), capture_output=True, text=True, check=True)
    assert "bridge_ports:" in asked.stdout or "bridge-ports:" in asked.stdout
    argv = ("ifup", "--no-act", "--force", "--no-scripts", *common, "--all")
    said = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "xenbr0" in said.stdout + said.stderr


@pytest.mark.parametrize("text", chosen(r"^/etc/systemd/network/"))
def test_networkd_files_are_ini_files(text: str) -> None:
    # networkd has no way to check a file off line; its syntax is that of systemd.syntax(7).
    parser = configparser.ConfigParser(strict=False, delimiters=("=",), interpolation=None)
    parser.read_string(text)
    assert parser.has_section("Match") != parser.has_section("NetDev")


@pytest.mark.skipif(not (nmcli := shutil.which("nmcli", path=os.environ.get("NMCLI_PATH"))), reason="needs nmcli")
@pytest.mark.parametrize("text", chosen(r"\.nmconnection$"))
def test_networkmanager_understands_its_profiles(text: str) -> None:
    argv = (str(nmcli), "--offline", "connection", "modify", "connection.lldp", "0")
    said = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    kept = set(said.stdout.splitlines())
    lost = [line for line in text.splitlines() if "=" in line and line not in kept and not line.startswith("#")]
    assert not [line for line in lost if line not in RESPELT], said.stdout


RESPELT = ("addr-gen-mode=0", "autoconnect-slaves=1")


@pytest.mark.parametrize("text", chosen(r"\.nmconnection$"))
def test_profiles_are_keyfiles(text: str) -> None:
    parser = configparser.ConfigParser(strict=True, delimiters=("=",), interpolation=None)
    parser.read_string(text)
    assert {"id", "uuid", "type", "interface-name"} <= set(parser["connection"])


@pytest.mark.skipif(not shutil.which("udevadm"), reason="needs udev")
@pytest.mark.parametrize("text", chosen(r"\.rules$"))
def test_udev_understands_the_rules(tmp_path: Path, text: str) -> None:
    rules = tmp_path / "70-xenstrap-vif.rules"
    rules.write_text(text)
    said = subprocess.run(("udevadm", "verify", str(rules)), capture_output=True, text=True, check=False)
    if "Unknown command" in said.stderr:
        pytest.skip("this udev cannot verify rules")
    assert said.returncode == 0, said.stderr
