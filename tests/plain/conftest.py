"""A seat in front of a small Debian, with a terminal of paper."""

from pathlib import Path

import pytest

from tests.plain.paper import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
