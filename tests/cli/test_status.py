"""The status where the machine cannot be compared with the plan, and what comes next where Xen has no trial."""

import json

import pytest

from installer import status
from installer.errors import HostError
from tests.cli.conftest import Desk


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
