"""The guard on a small Debian: the bridge confirmed, given back, cut off half-way, and tried once more."""

import shutil

import pytest

from tests.cli.conftest import Desk, desk
from tests.debian import PowerCut
from tests.guard.server import UNIT, Lan, guard_cut, interfaces, motd, pending, restart, server
from tests.network.cases import NIC

__all__ = ["desk", "server"]


def test_a_bridge_that_works_is_confirmed_and_its_guard_goes(desk: Desk) -> None:
    before = desk.host.tree()
    assert desk("apply", desk.answers(), "--yes") == 0
    assert (desk.root / UNIT).exists()
    assert pending(desk) == 0
    assert desk("network", "--guard") == 0
    assert "There is no bridge to be judged" in desk.err
    assert (desk.root / UNIT).exists(), "judged before the restart"

    assert restart(desk)
    assert desk("network", "--guard") == 0
    assert "xenbr0 is kept" in desk.err
    assert "192.0.2.1, name servers" in desk.err
    assert not (desk.root / UNIT).exists()
    assert pending(desk) == 0
    assert desk("trial", "--at-boot") == 0
    assert "The trial has passed" in desk.err
    assert pending(desk) == 0
    assert desk("rollback", "--yes") == 0
    assert desk.host.tree() == before


def test_what_works_only_after_45_seconds_is_not_reverted(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert restart(desk)
    Lan.wakes = Lan.seconds + 45
    assert desk("network", "--guard") == 0
    assert "xenbr0 is kept" in desk.err


def test_a_bridge_that_comes_late_has_its_grace_from_then_on(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert restart(desk)
    bridge = desk.root / "sys/class/net/xenbr0"
    bridge.rename(bridge.with_name("later"))
    Lan.later[Lan.seconds + 60] = lambda: bridge.with_name("later").rename(bridge)
    Lan.wakes = Lan.seconds + 60 + 70
    assert desk("network", "--guard") == 0
    assert "xenbr0 is kept" in desk.err


def test_a_bridge_that_nothing_was_asked_of_is_waited_for(desk: Desk) -> None:
    Lan.mute = True
    assert desk("apply", desk.answers(), "--yes") == 0
    assert restart(desk)
    bridge = desk.root / "sys/class/net/xenbr0"
    bridge.rename(bridge.with_name("later"))
    Lan.later[Lan.seconds + 60] = lambda: bridge.with_name("later").rename(bridge)
    Lan.later[Lan.seconds + 61] = lambda: setattr(Lan, "mute", False)
    assert desk("network", "--guard") == 0
    assert "xenbr0 is kept" in desk.err


def test_a_bridge_that_never_comes_has_one_grace_only(desk: Desk) -> None:
    files = interfaces(desk)
    assert desk("apply", desk.answers(), "--yes") == 0
    assert restart(desk)
    shutil.rmtree(desk.root / "sys/class/net/xenbr0")
    Lan.dead, began = True, Lan.seconds
    assert desk("network", "--guard") == 0
    assert Lan.seconds - began < 100
    assert interfaces(desk) == files
    assert "there is no interface xenbr0" in motd(desk)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_power_cut_while_it_is_kept_takes_nothing_back(desk: Desk, cut: int) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    restart(desk)
    desk.cut = cut
    with pytest.raises(PowerCut):
        desk("network", "--guard")
    desk.cut, Lan.dead = 0, True
    restart(desk)
    assert desk("network", "--guard") == 0
    assert interfaces(desk)[1]
    assert not (desk.root / UNIT).exists()
    assert pending(desk) == 0


def test_a_bridge_without_its_gateway_gives_way_and_the_trial_fails_by_it(desk: Desk) -> None:
    files = interfaces(desk)
    assert desk("apply", desk.answers(), "--yes") == 0
    assert interfaces(desk) != files
    assert restart(desk)
    Lan.dead = True
    assert desk("network", "--guard") == 0
    assert "the gateway 192.0.2.1 on xenbr0 does not answer; names are not found (mirror.example)" in desk.err
    assert "The former network is back, and answers as before." in desk.err
    assert interfaces(desk) == files
    assert not (desk.root / UNIT).exists()
    assert pending(desk) == 0
    assert "the bridge did not work, this is the former network again" in motd(desk)
    assert "the bridge did not work" in (desk.folder / "state/issue").read_text()
    assert desk("status") == 0
    assert "the former network was given back: the gateway 192.0.2.1 on xenbr0 does not answer" in desk.out

    assert desk("trial", "--at-boot") == 0
    assert "The bridge did not work, and the former network was given back" in desk.err
    assert desk.host.rebooted
    assert not restart(desk)
    assert desk("network", "--guard") == 0
    assert desk("trial", "--at-boot") == 0
    assert "former network was given back" in motd(desk)
    assert (interfaces(desk), pending(desk)) == (files, 0)


def test_the_same_answers_are_refused_a_bridge_until_somebody_says_again(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert restart(desk)
    Lan.dead = True
    assert desk("network", "--guard") == 0
    assert desk("apply", desk.answers(), "--yes") == 0
    assert "The bridge of these answers did not work, and is not made: the gateway 192.0.2.1" in desk.err
    assert not interfaces(desk)[1]
    assert desk("network", "--again") == 0
    assert (interfaces(desk)[1], (desk.root / UNIT).exists(), motd(desk)) == (True, True, "")
    assert pending(desk) == 0
    Lan.dead = False
    restart(desk)
    assert desk("network", "--guard") == 0
    assert "xenbr0 is kept" in desk.err
    assert desk("network", "--again") == 1


def test_other_answers_for_the_bridge_are_tried_without_a_word(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    restart(desk)
    Lan.dead = True
    assert desk("network", "--guard") == 0
    assert desk("apply", desk.answers('[bridge]\nname = "br0"\n'), "--yes") == 0
    assert (interfaces(desk)[1], (desk.root / UNIT).exists()) == (True, True)


def test_the_second_try_of_xen_tries_the_bridge_too(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert restart(desk)
    Lan.dead = True
    assert desk("network", "--guard") == 0
    assert desk("trial", "--at-boot") == 0
    assert not restart(desk)
    assert desk("trial", "--at-boot") == 0
    Lan.dead = False
    assert desk("trial") == 0
    assert interfaces(desk)[1]
    assert restart(desk)
    assert desk("network", "--guard") == 0
    assert desk("trial", "--at-boot") == 0
    assert "The trial has passed" in desk.err


@pytest.mark.parametrize("cut", range(1, 16))
def test_a_power_cut_while_it_is_given_back_ends_in_the_former_network(desk: Desk, cut: int) -> None:
    files = interfaces(desk)
    assert desk("apply", desk.answers(), "--yes") == 0
    restart(desk)
    Lan.dead = True
    guard_cut(desk, cut)
    assert interfaces(desk) == files
    desk.cut = 0
    assert desk("apply", desk.answers(), "--yes") == 0
    assert (interfaces(desk), pending(desk)) == (files, 0)


def test_a_person_may_confirm_or_give_back_at_once(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    restart(desk)
    Lan.dead = True
    assert desk("network", "--confirm") == 0
    assert "xenbr0 is kept: somebody says so" in desk.err
    assert interfaces(desk)[1]


def test_a_person_may_give_the_network_back_at_once(desk: Desk) -> None:
    files = interfaces(desk)
    assert desk("apply", desk.answers(), "--yes") == 0
    restart(desk)
    assert desk("network", "--give-back") == 0
    assert interfaces(desk) == files
    assert "asked for by a person" in motd(desk)


def test_a_bridge_that_is_not_there_is_not_confirmed_where_the_network_answers(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    restart(desk)
    (desk.root / f"sys/class/net/xenbr0/brif/{NIC}").unlink()
    assert desk("network", "--guard") == 5
    assert "xenbr0 is not as it was applied" in desk.err
    assert interfaces(desk)[1]


def test_a_program_that_does_not_last_guards_nothing_and_says_so(desk: Desk) -> None:
    program = desk.facts.program.model_copy(update={"lasting": False})
    desk.facts = desk.facts.model_copy(update={"program": program})
    assert desk("apply", desk.answers("[boot]\ntrial = false\n"), "--yes") == 0
    assert "Nobody guards the bridge" in desk.err
    assert not (desk.root / UNIT).exists()
