"""The report: everything that helps is in it, and no secret is, wherever one was planted."""

import json
import tarfile
from pathlib import Path

import pytest

from installer.commands import Output
from installer.facts_network import Interfaces, Network, Profile, Section, Stanza
from installer.secrets import TAKEN, lines_without_secrets, without_secrets
from tests.cli.conftest import Desk
from tests.debian import FakeDebian

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaPLANTED\n-----END OPENSSH PRIVATE KEY-----"
PLANTED = [
    "root:$y$j9T$PLANTEDsaltPLANTED$PLANTEDhash/PLANTED:19000:0:99999:7:::",
    "old:PLANTEDdes12:19000:0:99999:7:::",
    "psk=PLANTED with blanks",
    "wifi.psk: PLANTED",
    'password = "PLANTED, quoted"',
    "    wpa-psk PLANTED",
    "password_pbkdf2 admin grub.pbkdf2.sha512.10000.PLANTED.PLANTED",
    "password admin PLANTED",
    "PrivateKey=PLANTED=",
    "PresharedKey = PLANTED",
    "wep-key0=PLANTED",
    'Acquire::http::Proxy "http://user:PLANTED@proxy.example:3128/";',
    "$ curl --token PLANTED --data x",
    "GET /x?access_token=PLANTED&y=1",
    "Authorization: Bearer PLANTEDPLANTED",
    "sent Bearer PLANTEDPLANTED off",
    "Sep 1 sudo: passphrase='PLANTED one' given",
    KEY,
    "-----BEGIN RSA PRIVATE KEY-----\nPLANTED and cut off",
]
HARMLESS = """menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-1' {
	linux /boot/vmlinuz root=UUID=1 ro quiet
passthrough.devices = ["0000:03:00.0"]
xen_commandline : dom0_mem=2048M,max:2048M console=com1
2 checks passed: all is well
Reading http://mirror.example/debian bookworm
root:x:0:0:root:/root:/bin/bash
root:*:19000:0:99999:7:::
"""


@pytest.mark.parametrize("text", PLANTED)
def test_a_secret_is_taken_out_of_a_text_and_of_json(text: str) -> None:
    assert "PLANTED" not in without_secrets(text)
    assert TAKEN in without_secrets(f"before\n{text}\nafter")
    line = lines_without_secrets(json.dumps({"file": {"text": f"before\n{text}\nafter"}}))
    assert "PLANTED" not in line
    assert json.loads(line)["file"]["text"].startswith("before\n")


def test_data_under_the_name_of_a_secret_is_taken_out_too() -> None:
    data = {"psk": "PLANTED", "options": [["ssid", "home"], ["wpa-passphrase", "PLANTED"]], "tokens": ["PLANTED"]}
    told = json.loads(lines_without_secrets(json.dumps(data)))
    assert told == {"psk": TAKEN, "options": [["ssid", "home"], ["wpa-passphrase", TAKEN]], "tokens": TAKEN}


def test_what_is_no_secret_stays() -> None:
    assert without_secrets(HARMLESS) == HARMLESS


def unpacked(path: Path) -> dict[str, str]:
    """The files of a report."""
    with tarfile.open(path) as tar:
        members = [(each.name.removeprefix("xenstrap-report/"), tar.extractfile(each)) for each in tar]
        return {name: file.read().decode() for name, file in members if file}


def plant(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets in answers, facts, a file that was there before us, the menu, the log and the journal of the boot."""
    everything = "\n".join(PLANTED)
    lines = ("iface wlan0 inet dhcp", "    wpa-psk PLANTED")
    stanza = Stanza(path="/etc/network/interfaces", line=1, name="wlan0", family="inet", method="dhcp", lines=lines)
    stanza = stanza.model_copy(update={"options": (("wpa-psk", "PLANTED"),)})
    security = Section(name="wifi-security", options=(("psk", "PLANTED"),))
    profile = Profile(path="/etc/NetworkManager/x", nic="wlan0", sections=(security,))
    network = Network(interfaces=Interfaces(stanzas=(stanza,)), profiles=(profile,))
    desk.facts = desk.facts.model_copy(update={"network": network})
    former = desk.root / "etc/default/grub.d/60-xenstrap-start.cfg"
    former.parent.mkdir(parents=True)
    former.write_text(f": <<'END'\n{everything}\nEND\n")
    hook = '[hooks]\non_success = ["http://127.0.0.1:1/services/PLANTED"]\non_failure = ["/bin/true", "PLANTED"]\n'
    assert desk("apply", desk.answers(hook), "--yes") == 0
    with (desk.root / "boot/grub/grub.cfg").open("a") as menu:
        menu.write("password_pbkdf2 admin grub.pbkdf2.sha512.10000.PLANTED\n")
    with (desk.folder / "state/log").open("a") as log:
        log.write(everything)
    query = FakeDebian.query

    def says(host: FakeDebian, *argv: str, timeout: float = 0) -> Output:
        if argv[0] == "journalctl":
            return Output(0, everything, "")
        try:
            return query(host, *argv, timeout=timeout)
        except AssertionError:
            return Output(127, "", "")

    monkeypatch.setattr(FakeDebian, "query", says)


def test_a_report_has_everything_but_secrets(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(desk, monkeypatch)
    before, target = desk.host.tree(), desk.folder / "report.tar.gz"
    assert "PLANTED" in (desk.folder / "state/journal.jsonl").read_text()
    assert desk("report", str(target)) == 0
    assert "files; passwords, keys and the like are taken out" in desk.err
    assert target.stat().st_mode & 0o777 == 0o600
    files = unpacked(target)
    assert {name for name, text in files.items() if "PLANTED" in text} == set()
    assert files.keys() >= {"journal.jsonl", "log", "facts.json", "status.json", "plan.txt", "files/boot/grub/grub.cfg"}
    assert "commands/journalctl --boot=-1 --no-pager --output=short-precise --lines=20000.txt" in files
    assert "What starts by default [start]" in files["plan.txt"]
    assert "menuentry 'Debian GNU/Linux'" in files["files/boot/grub/grub.cfg"]
    assert '"xen-system-amd64"' in files["journal.jsonl"]
    assert json.loads(files["facts.json"])["hostname"] == "host"
    assert desk.host.tree() == before


def test_a_file_that_is_there_is_not_replaced_and_a_fresh_machine_has_a_report_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeDebian, "query", lambda host, *argv, timeout=0: Output(127, "", ""))
    target = desk.folder / "report.tar.gz"
    assert desk("report", str(target)) == 0
    assert "nothing is applied on this machine" in unpacked(target)["plan.txt"]
    assert desk("report", str(target)) == 1
    assert f"{target} is there already" in desk.err
