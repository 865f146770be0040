"""The room that /boot must have."""

import pytest

from installer.answers import Answers
from installer.facts_storage import VolumeGroup
from installer.steps.boot_room import check_room
from tests.machines import answers, texts
from tests.storage.machines import MACHINES as STORAGE

DEVICE = answers(passthrough={"devices": ["0000:03:00.0"]})
LVM = answers(storage={"where": "disk", "disk": ["ata-HDD_H1"]})


@pytest.mark.parametrize(
    ("given", "different", "said"),
    [
        (answers(), {"free_mib": 36, "initrd_mib": 40}, ""),
        (answers(), {"free_mib": 35}, "35 MiB free, 36 MiB for Xen are needed there: 1 MiB are missing."),
        (answers(), {"free_mib": 35, "xen_installed": True}, ""),
        (answers(), {"free_mib": 40, "kernels": ()}, "36 MiB for Xen and 120 MiB for a kernel are needed there: 116"),
        (DEVICE, {"free_mib": 76, "initrd_mib": 40}, ""),
        (DEVICE, {"free_mib": 75, "initrd_mib": 40}, "36 MiB for Xen and 40 MiB for a second initial RAM disk are"),
        (LVM, {"free_mib": 50, "initrd_mib": 40}, "40 MiB for a second initial RAM disk are needed there: 26 MiB are"),
    ],
)
def test_a_boot_without_room_for_all_that_comes_is_refused(
    given: Answers, different: dict[str, object], said: str
) -> None:
    facts = STORAGE["sata-full-blank-second"]
    facts = facts.model_copy(update={"boot": facts.boot.model_copy(update=different)})
    found = texts(check_room(given, facts))
    assert said in found
    assert bool(found) == bool(said)


def test_lvm_that_is_there_already_has_its_initial_ram_disk() -> None:
    facts = STORAGE["sata-full-blank-second"]
    there = facts.storage.model_copy(update={"groups": (VolumeGroup(name="data", bytes=1 << 30, free=0, disks=()),)})
    small = facts.boot.model_copy(update={"free_mib": 36, "initrd_mib": 40})
    assert texts(check_room(LVM, facts.model_copy(update={"boot": small, "storage": there}))) == ""
    no_image = facts.model_copy(update={"boot": small, "initramfs": "none"})
    assert texts(check_room(LVM, no_image)) == ""
