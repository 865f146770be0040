"""A seat in front of a small Debian."""

from pathlib import Path

import pytest

from tests.screens.seat import Seat


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(tmp_path)
