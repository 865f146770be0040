"""The status where the machine cannot be compared with the plan: a disk is gone, for instance."""

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
