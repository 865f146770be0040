"""The live system that most tests of a resource find."""

from pathlib import Path

import pytest

from tests.blank.desk import DISK, LINUX_GUID, LiveDesk, holds
from tests.storage.test_disks import put_part


@pytest.fixture
def desk(tmp_path: Path) -> LiveDesk:
    """A live system with one disk, on which there is a root partition."""
    desk = LiveDesk(tmp_path)
    desk.put(f"/dev/disk/by-id/{DISK}")
    holds(desk, put_part(desk, "sdb", 1, 2, 5120, parttype=LINUX_GUID, fstype="ext4"))
    return desk
