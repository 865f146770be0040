"""The bridge made while the machine runs: kept, given back, or left to the next start."""

import pytest

from installer.engine import Event
from installer.errors import HostError
from installer.guard import CONFIRMED
from installer.machine import Machine
from tests.cli.conftest import Desk, desk
from tests.debian import FakeDebian, LookOnlyDebian
from tests.guard.server import UNIT, Lan, interfaces, motd, pending, restart, server
from tests.machines import answers
from tests.network.cases import NIC

__all__ = ["desk", "server"]
LIVE = "[bridge]\nlive = true\n"
PORT = f"sys/class/net/xenbr0/brif/{NIC}"


def test_a_bridge_is_made_at_once_and_kept(desk: Desk) -> None:
    before = desk.host.tree()
    Lan.states = ["Job=7\nActiveState=inactive\n", "ActiveState=activating\n"]
    assert desk("apply", desk.answers(LIVE), "--yes") == 0
    assert (desk.root / PORT).exists()
    assert Lan.seconds < 10, "it waited for a guard that had gone"
    assert f"xenbr0 takes over from {NIC}: 4 s; what answered before has 75 s" in desk.err
    assert "xenbr0 is kept" in desk.err
    assert not (desk.root / UNIT).exists()
    assert pending(desk, LIVE) == 0
    assert restart(desk)
    assert desk("network", "--guard") == 0
    assert "There is no bridge to be judged" in desk.err
    assert desk("trial", "--at-boot") == 0
    assert "The trial has passed" in desk.err
    assert desk("rollback", "--yes") == 0
    assert desk.host.tree() == before


def test_packages_come_and_go_in_the_boot_in_which_the_guard_was_at_work(desk: Desk) -> None:
    before = desk.host.tree()
    assert desk("apply", desk.answers(LIVE), "--yes") == 0
    assert (desk.root / "run/xenstrap/interfaces").exists()
    assert desk("rollback", "--yes") == 0
    assert desk.host.packages() == ["grub-pc", "ifupdown", "linux-image-amd64"]
    assert desk.host.tree() == before


def test_a_bridge_that_does_not_answer_gives_way_at_once(desk: Desk) -> None:
    files, Lan.dead = interfaces(desk), True
    assert desk("apply", desk.answers(LIVE), "--yes", "--reboot") == 1
    assert not desk.host.rebooted
    assert "the former network was given back: the gateway 192.0.2.1 on xenbr0 does not answer" in desk.err
    assert not (desk.root / PORT).exists()
    assert (interfaces(desk), (desk.root / UNIT).exists(), pending(desk, LIVE)) == (files, False, 0)
    assert "the gateway 192.0.2.1 on xenbr0 does not answer" in motd(desk)
    assert Lan.seconds < 120
    assert desk("apply", desk.answers(LIVE), "--yes") == 0
    assert "The bridge of these answers did not work, and is not made" in desk.err
    assert interfaces(desk) == files


def test_where_nothing_can_prove_it_somebody_has_to_say_so(desk: Desk) -> None:
    files, Lan.mute = interfaces(desk), True
    assert desk("apply", desk.answers(LIVE), "--yes") == 1
    assert "nothing had answered before that could prove it, and nobody confirmed it" in desk.err
    assert interfaces(desk) == files


def test_somebodys_word_is_enough(desk: Desk) -> None:
    Lan.dead = True

    def say_so() -> None:
        word = desk.root / CONFIRMED.lstrip("/")
        word.parent.mkdir(parents=True, exist_ok=True)
        word.touch()

    Lan.later[50.0] = say_so
    assert desk("apply", desk.answers(LIVE), "--yes") == 0
    assert interfaces(desk)[1]
    assert not (desk.root / CONFIRMED.lstrip("/")).exists()


def test_who_is_cut_off_before_the_guard_starts_has_the_bridge_at_the_restart(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(host: FakeDebian, unit: str) -> None:
        raise HostError("systemd does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(FakeDebian, "start", cut)
        assert desk("apply", desk.answers(LIVE), "--yes") == 1
    assert (desk.root / UNIT).exists()
    assert desk("network") == 0
    assert "There is no bridge to be judged" in desk.err
    restart(desk)
    assert desk("network", "--guard") == 0
    assert "xenbr0 is kept" in desk.err


def test_applying_again_makes_it_where_nobody_did(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(FakeDebian, "start", lambda *_: None)
        assert desk("apply", desk.answers(LIVE), "--yes") == 1
        assert "has not confirmed the bridge" in desk.err
    assert desk("apply", desk.answers(LIVE), "--yes") == 0
    assert (desk.root / PORT).exists()


def test_the_wizard_lets_the_guard_in_and_shuts_the_door_again(desk: Desk) -> None:
    state = desk.folder / "state"
    machine = Machine(state, LookOnlyDebian(desk.root), lambda _: desk.facts, lambda: FakeDebian(desk.root))
    Lan.states = ["ActiveState=activating\n"]
    given = answers(bridge={"live": True})
    machine.hold()
    events = list[Event]()
    try:
        assert not machine.apply(machine.plan(given, desk.facts), given, desk.facts, events.append, lambda: False)
        assert "takes over" in events[-2].text
        assert "xenbr0 is kept" in events[-1].text
        assert desk("apply", desk.answers(), "--yes") == 1
        assert "another xenstrap is at work" in desk.err
    finally:
        machine.release()
    assert (desk.root / PORT).exists()


def test_who_stops_waiting_leaves_the_guard_at_work(desk: Desk) -> None:
    state = desk.folder / "state"
    machine = Machine(state, LookOnlyDebian(desk.root), lambda _: desk.facts, lambda: FakeDebian(desk.root))
    given = answers(bridge={"live": True})
    Lan.states = ["ActiveState=activating\n"]
    events = list[Event]()
    stopped = lambda: events[-1].of == events[-1].done  # noqa: E731 - when all is applied
    assert machine.apply(machine.plan(given, desk.facts), given, desk.facts, events.append, stopped)
    assert (desk.root / PORT).exists()


def test_the_guard_at_work_is_told_that_somebody_confirms(desk: Desk) -> None:
    Lan.states = ["ActiveState=activating\n"]
    assert desk("network", "--confirm") == 0
    assert "The guard is at work: it is told to keep the bridge." in desk.err
    assert (desk.root / CONFIRMED.lstrip("/")).exists()
