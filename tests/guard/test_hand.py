"""A bridge of a restart that nothing can prove: somebody has to, and is asked wherever he looks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from installer import notice
from installer.facts import Facts
from installer.facts_network import Address, NetworkNow, Route
from installer.guard import CONFIRMED
from installer.probe.network import probe_network
from installer.resources.guard import HAND
from installer.steps.bridge import BridgeStep
from tests.cli.conftest import Desk, desk
from tests.guard.server import Lan, interfaces, motd, pending, restart, server
from tests.machines import answers, machine
from tests.network.cases import MAC, NIC, build

__all__ = ["desk", "server"]
ASKED = "the bridge xenbr0 waits 5 minutes for `xenstrap network --confirm`"


@pytest.fixture
def unproved(desk: Desk) -> Desk:
    """A server where nothing answers, restarted into a new bridge; somebody had come by ssh."""
    Lan.mute = True
    desk.facts = with_client(desk)
    assert desk("apply", desk.answers(), "--yes") == 0
    assert restart(desk)
    return desk


def with_client(desk: Desk) -> Facts:
    """Its facts, with who is connected."""
    network = desk.facts.network.model_copy(update={"ssh_from": "192.0.2.7"})
    return desk.facts.model_copy(update={"network": network})


def at(seconds: float, do: Callable[[], object]) -> None:
    """So many seconds after the start of the guard."""
    Lan.later[Lan.seconds + seconds] = do


def test_who_does_not_come_has_the_former_network_again(unproved: Desk) -> None:
    desk, began = unproved, Lan.seconds
    assert desk("network", "--guard") == 0
    assert HAND <= Lan.seconds - began < HAND + 60
    assert "nothing had answered before that could prove it, and nobody confirmed it" in desk.err
    assert not interfaces(desk)[1]
    assert pending(desk) == 0
    assert "the bridge did not work, this is the former network again" in motd(desk)
    assert desk("trial", "--at-boot") == 0
    assert "The bridge did not work, and the former network was given back" in desk.err


def test_he_is_asked_before_the_login_and_after_it_and_in_the_status(unproved: Desk) -> None:
    desk, seen = unproved, list[str]()

    def look() -> None:
        seen.extend(((desk.folder / "state/issue").read_text(), motd(desk)))
        assert desk("status") == 0
        seen.append(desk.out)

    at(200, look)
    assert desk("network", "--guard") == 0
    assert [text for text in seen if ASKED not in text] == []
    assert len(seen) == 3
    assert "by ssh from 192.0.2.7 is enough" in seen[0]
    assert ASKED not in motd(desk)
    assert ASKED not in (desk.folder / "state/issue").read_text()


def test_he_is_asked_before_the_login_where_there_is_no_trial_of_xen_as_well(desk: Desk) -> None:
    Lan.mute = True
    desk.facts = with_client(desk)
    assert desk("apply", desk.answers("boot.xen = false\n"), "--yes") == 0
    restart(desk)
    seen: list[str] = []
    at(200, lambda: seen.append((desk.folder / "state/issue").read_text()))
    assert desk("network", "--guard") == 0
    assert ASKED in seen[0]
    shown = desk.root / "etc/issue.d/xenstrap.issue"
    assert str(shown.readlink()) == "/var/lib/xenstrap/issue"


def say_so(desk: Desk) -> None:
    word = desk.root / CONFIRMED.lstrip("/")
    word.parent.mkdir(parents=True, exist_ok=True)
    word.touch()


@pytest.mark.parametrize(
    "come",
    [
        pytest.param(say_so, id="by his word"),
        pytest.param(lambda _: setattr(Lan, "back", True), id="by ssh"),
        pytest.param(lambda _: setattr(Lan, "mute", False), id="a gateway that answers by now"),
    ],
)
def test_who_comes_keeps_it(unproved: Desk, come: Callable[[Desk], object]) -> None:
    desk, began = unproved, Lan.seconds
    at(250, lambda: come(desk))
    assert desk("network", "--guard") == 0
    assert 250 <= Lan.seconds - began < 260
    assert "The bridge xenbr0 is kept" in desk.err
    assert interfaces(desk)[1]
    assert ASKED not in motd(desk)
    assert desk("trial", "--at-boot") == 0
    assert "The trial has passed" in desk.err


def test_what_a_killed_guard_asked_is_forgotten_once_somebody_has_said_so(unproved: Desk) -> None:
    desk = unproved
    left = desk.root / notice.ASKED.lstrip("/")
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_text(f"{ASKED}\n")
    assert desk("network", "--confirm") == 0
    assert "somebody says so" in desk.err
    assert ASKED not in motd(desk)
    assert desk("status") == 0
    assert ASKED not in desk.out


@pytest.mark.parametrize("bridge", ['ipv4 = "none"\nipv6 = "none"', ""])
def test_where_no_address_is_to_be_lost_nobody_is_asked(desk: Desk, bridge: str) -> None:
    Lan.mute, Lan.bare, began = True, not bridge, Lan.seconds
    assert desk("apply", desk.answers(f"[bridge]\n{bridge}\n"), "--yes") == 0
    assert restart(desk)
    assert desk("network", "--guard") == 0
    assert "The bridge xenbr0 is kept" in desk.err
    assert Lan.seconds - began < 60


@pytest.mark.parametrize(
    ("bridge", "routes", "warned"),
    [
        ({}, (), True),
        ({}, (Route(family=4, nic=NIC, gateway="192.0.2.1"),), False),
        ({"ipv4": "192.0.2.10/24"}, (Route(family=4, nic=NIC, gateway="192.0.2.1"),), True),
        ({"ipv4": "none", "ipv6": "none"}, (), False),
        ({"live": True}, (), False),
    ],
)
def test_the_plan_warns_that_somebody_has_to_come(
    tmp_path: Path, bridge: dict[str, Any], routes: tuple[Route, ...], *, warned: bool
) -> None:
    known = probe_network(build(tmp_path, "ifupdown", "static4"))
    now = NetworkNow(addresses={NIC: (Address(text="192.0.2.10/24", dynamic=False),)}, routes=routes)
    facts = machine(network=known.model_copy(update={"now": now, "uplink": NIC}))
    found = [finding.text for finding in BridgeStep().check(answers(bridge={"nic": MAC} | bridge), facts)]
    said = (
        "There is no gateway on enp1s0 that could prove the bridge: unless name servers are reached over it "
        "alone, somebody has to say after the restart that it works."
    )
    assert (said in found) is warned
