"""The status where the machine cannot be compared with the plan, and what comes next where Xen has no trial."""

import json
import os
from pathlib import Path

import pytest

from installer import status
from installer.errors import HostError
from installer.lock import Lock, find_holder
from installer.occupant import Occupant
from tests.cli.conftest import Desk
from tests.debian import PowerCut


def test_what_the_journal_knows_is_said_where_a_disk_is_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0

    def gone(*_: object) -> None:
        raise HostError("the disk ata-HDD_H1 is not there", "`ls /dev/disk/by-id` lists the disks of this machine")

    monkeypatch.setattr(status, "plan_for", gone)
    assert desk("status") == 0
    assert desk.out.splitlines() == [
        "The last apply came to its end.",
        "What is as it should be, and what is not, cannot be told: the disk ata-HDD_H1 is not there.",
        "Next: `xenstrap apply` with the same answers goes on from here.",
    ]
    assert desk("status", "--json") == 0
    told = json.loads(desk.out)
    assert (told["unseen"], told["pending"], told["settled"]) == ("the disk ata-HDD_H1 is not there", [], 0)


@pytest.mark.parametrize(
    ("boot", "said"),
    [
        ("xen = false", "restart, and choose Xen in the boot menu: plain Linux is the default; then run"),
        ("trial = false", "restart into Xen, then run"),
    ],
)
def test_who_has_to_start_xen_where_it_has_no_trial_is_said(desk: Desk, boot: str, said: str) -> None:
    assert desk("apply", desk.answers(f"[boot]\n{boot}\n"), "--yes") == 0
    assert desk("status") == 0
    assert desk.out.splitlines()[-1] == f"Next: {said} `xenstrap verify`."


def test_a_run_that_is_under_way_was_not_cut_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.cut = 5
    with pytest.raises(PowerCut):
        desk("apply", desk.answers(), "--yes")
    with Lock(desk.folder / "state"):
        assert desk("status") == 0
        begun, flying, following = desk.out.splitlines()
        assert begun == f"The last apply is under way (pid {os.getpid()})."
        assert flying.startswith("In flight: ")
        assert following == "Next: wait for its end; `xenstrap` shows how far it is."
        assert desk("status", "--json") == 0
        assert json.loads(desk.out)["at_work"] == os.getpid()
        with monkeypatch.context() as patch:
            patch.setattr(status, "find_occupant", lambda *_: Occupant(os.getpid(), "xenstrap-network.service"))
            assert desk("status") == 0
            assert desk.out.startswith("The last apply was cut off: ")
        desk.reboot()
        assert desk("status") == 0
        assert desk.out.startswith("The last apply was cut off: "), "it is the guard of this boot, for instance"
    assert desk("status") == 0
    assert desk.out.startswith("The last apply was cut off: it neither ended nor failed (a kill, a power cut).\n")
    assert "\nNext: `xenstrap apply` with the same answers goes on from here.\n" in desk.out


def test_nobody_is_at_work_where_nobody_ever_was(tmp_path: Path) -> None:
    assert find_holder(tmp_path) is None
    with Lock(tmp_path):
        assert find_holder(tmp_path) == os.getpid()
    assert find_holder(tmp_path) is None
