"""A hundred thousand random updates: whatever a program draws, the terminal shows it."""

import pytest

from tests.serial_line.fuzz import KINDS, run
from textual_serial.kinds import Depth, Repertoire


@pytest.mark.parametrize(("repertoire", "depth"), KINDS)
def test_the_terminal_shows_what_is_wanted(repertoire: Repertoire, depth: Depth) -> None:
    assert run(7, repertoire, depth, 20_000) > 0
