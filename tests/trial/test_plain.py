"""A verified dom0 that comes up as plain Linux: the login and the status say so."""

import json
import subprocess
from pathlib import Path

import pytest

from installer.templates import render
from installer.trial import SHUT_DOWN
from tests.cli.conftest import Desk
from tests.trial.seen import crash

LINUX = ", but this is plain Linux: Xen did not start, or was not chosen in the boot menu\n"
FAILED = "xenstrap: 1 check(s) failed on 2026-11-30: x\n  -> `xenstrap verify` checks again\n"
VERIFIED = "xenstrap: verified dom0, 2026-11-30\n"


@pytest.mark.parametrize(
    ("kept", "hypervisor", "said"),
    [
        (VERIFIED, "xen\n", VERIFIED),
        (VERIFIED, "\n", VERIFIED.strip() + LINUX),
        (VERIFIED, None, VERIFIED.strip() + LINUX),
        (FAILED, None, FAILED),
        (FAILED, "xen\n", FAILED),
        (None, None, ""),
    ],
)
def test_a_login_says_what_runs_now(tmp_path: Path, kept: str | None, hypervisor: str | None, said: str) -> None:
    for name, text in (("motd", kept), ("type", hypervisor)):
        if text is not None:
            (tmp_path / name).write_text(text)
    script = render("trial/motd").replace("/var/lib/xenstrap/motd", str(tmp_path / "motd"))
    script = script.replace("/sys/hypervisor/type", str(tmp_path / "type"))
    done = subprocess.run(["sh", "-eu", "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (said, "")


def test_the_status_says_what_runs_now(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    (desk.root / "sys/hypervisor/type").unlink()
    assert desk("status") == 0
    assert f"Verified{LINUX.strip()}." in desk.out
    assert desk("status", "--json") == 0
    assert json.loads(desk.out)["plain_linux"]
    assert desk.reboot()
    assert desk("status") == 0
    assert "Verified: this is the dom0 that was asked for." in desk.out


def test_a_restart_by_hand_in_the_middle_of_it_is_not_called_a_crash(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    (desk.root.parent / "last boot").write_text(f"-n1\n{SHUT_DOWN[-1]}\n")
    crash(desk)
    assert "dom0 was shut down, or restarted, in good order before its trial was over" in desk.err
    assert "crashed" not in desk.err
    assert desk("status") == 6
    assert "let it run until a login" in desk.out

    (desk.root.parent / "last boot").write_text("-n1\n")
    assert desk("trial") == 0
    crash(desk)
    assert "crashed or hung before it could say why; journalctl --boot=-1 has what Linux said" in desk.err
