"""One disk, as most tests of a resource find it."""

from pathlib import Path

import pytest

from tests.storage.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A blank disk."""
    desk = Desk(tmp_path)
    desk.holds()
    return desk
