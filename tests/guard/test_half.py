"""A bridge that an apply left by half: put back, and made by the next one."""

import pytest

from tests.cli.conftest import Desk, desk
from tests.debian import PowerCut
from tests.guard.server import UNIT, Lan, guard_cut, interfaces, motd, pending, restart, server

__all__ = ["desk", "server"]
NONE, SOME, ALL = 19, 20, 21
"""Before which change of the machine the power fails: how many of the bridge's two files are there by then."""


def half_apply(desk: Desk, cut: int) -> None:
    """An apply that a power cut ends before the bridge has all its files, and the start after it."""
    desk.cut = cut
    with pytest.raises(PowerCut):
        desk("apply", desk.answers(), "--yes")
    desk.cut = 0
    restart(desk)
    Lan.dead = True


@pytest.mark.parametrize("cut", [NONE, SOME])
def test_a_bridge_that_was_applied_by_half_is_put_back_and_made_by_the_next_apply(desk: Desk, cut: int) -> None:
    files = interfaces(desk)
    half_apply(desk, cut)
    assert (desk.root / UNIT).exists()
    assert interfaces(desk)[1] is (cut == SOME)
    assert desk("network", "--guard") == 0
    assert "The former network is there; `xenstrap apply` makes xenbr0." in desk.err
    assert (interfaces(desk), (desk.root / UNIT).exists(), motd(desk)) == (files, False, "")
    assert desk("status") == 0
    assert "given back" not in desk.out

    Lan.dead = False
    assert desk("apply", desk.answers(), "--yes") == 0
    assert (interfaces(desk)[1], pending(desk)) == (True, 0)
    restart(desk)
    assert desk("network", "--guard") == 0
    assert "xenbr0 is kept" in desk.err


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_power_cut_while_a_half_of_a_bridge_is_put_back_condemns_it_neither(desk: Desk, cut: int) -> None:
    files = interfaces(desk)
    half_apply(desk, SOME)
    guard_cut(desk, cut)
    desk.cut = 0
    assert interfaces(desk) == files
    assert desk("apply", desk.answers(), "--yes") == 0
    assert (interfaces(desk)[1], pending(desk)) == (True, 0)


def test_a_bridge_whose_files_are_all_there_is_judged_however_the_apply_ended(desk: Desk) -> None:
    files = interfaces(desk)
    half_apply(desk, ALL)
    assert desk("network", "--guard") == 0
    assert interfaces(desk) == files
    assert "the gateway 192.0.2.1 on xenbr0 does not answer" in motd(desk)
