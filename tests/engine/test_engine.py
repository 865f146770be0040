"""What the engine promises, for any resources, any host and any moment of a power cut."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installer.answers import Answers
from installer.commands import Output, succeed
from installer.engine import Event, apply
from installer.errors import DriftError, HostError
from installer.headless import draw_undo, touched
from installer.host import Host
from installer.journal import Journal
from installer.plan import Change, Plan, StepPlan, draw_plan
from installer.resources import kinds
from installer.resources.base import Resource, State
from installer.resources.complaints import BOOT_ROOM
from installer.resources.initramfs import Initramfs
from tests.engine.toy import BatchToy, DerivedToy, DestructiveToy, PowerCut, Toy, ToyHost, ToyStep
from tests.machines import machine

FACTS = machine()
NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)
STATES = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["old", "new", "x"]), max_size=8)


@pytest.fixture(autouse=True)
def known_toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal can build toys."""
    for kind in (Toy, BatchToy, DerivedToy, DestructiveToy):
        monkeypatch.setitem(kinds.KINDS, kind.kind, kind)


def wanted(names: list[str]) -> list[Resource]:
    """Toys for these names, every second one of a batch, and what derives from them all."""
    toys: list[Resource] = [(BatchToy if ord(name) % 2 else Toy)(name=name, value=f"new {name}") for name in names]
    return [DerivedToy(name="menu", value=",".join(sorted(f"new {name}" for name in names))), *toys] if names else []


def host_of(states: dict[str, str], cut: int | None = None) -> ToyHost:
    """A host on which some of the toys stand already, and what derives from them with them."""
    start: dict[str, State] = {
        f"{'batchtoy' if ord(name) % 2 else 'toy'}:{name}": {"value": value} for name, value in states.items()
    }
    if states:
        start["derivedtoy:menu"] = {"value": ",".join(sorted(states.values()))}
    return ToyHost(start, cut)


def plan(resources: list[Resource], host: Host, journal: Journal) -> Plan:
    """The plan of one step."""
    return draw_plan([ToyStep(resources)], Answers(), FACTS, host, touched(journal))


def settle(resources: list[Resource], host: Host, journal: Journal) -> list[Event]:
    """Plan and apply."""
    return list(apply(plan(resources, host, journal), host, journal))


@given(NAMES)
def test_a_second_plan_is_all_right_already_and_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    journal, host = Journal(tmp_path_factory.mktemp("journal")), ToyHost()
    settle(wanted(names), host, journal)
    before = host.changes
    assert plan(wanted(names), host, journal).pending == []
    assert {event.event for event in settle(wanted(names), host, journal)} <= {"kept"}
    assert host.changes == before


@settings(max_examples=200)
@given(NAMES, st.integers(0, 9), st.integers(0, 9))
def test_a_power_cut_anywhere_resumes_to_the_same_end_and_rolls_back_to_the_same_start(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], cut: int, second_cut: int
) -> None:
    path = tmp_path_factory.mktemp("journal")
    start = host_of({})
    host = ToyHost(start.states, cut)
    undisturbed = ToyHost(start.states)
    settle(wanted(names), undisturbed, Journal(tmp_path_factory.mktemp("other")))
    for stop in (cut, host.changes + second_cut, None):
        host.cut = stop
        try:
            settle(wanted(names), host, Journal(path))
        except PowerCut:
            continue
    assert host.states == undisturbed.states
    for stop in (host.changes + cut, None):
        host.cut = stop
        journal = Journal(path)
        try:
            list(apply(draw_undo(host, journal), host, journal))
        except PowerCut:
            continue
    assert host.states == start.states
    assert Journal(path).touched() == {}


@given(NAMES, STATES)
def test_rollback_gives_back_whatever_stood_there(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], states: dict[str, str]
) -> None:
    journal = Journal(tmp_path_factory.mktemp("journal"))
    host = host_of({name: value for name, value in states.items() if name in names})
    start = dict(host.states)
    settle(wanted(names), host, journal)
    list(apply(draw_undo(host, journal), host, journal))
    assert host.states == start


@given(NAMES, NAMES)
def test_what_is_no_longer_wanted_goes_back(
    tmp_path_factory: pytest.TempPathFactory, first: list[str], second: list[str]
) -> None:
    journal, host = Journal(tmp_path_factory.mktemp("journal")), ToyHost()
    settle(wanted(first), host, journal)
    settle(wanted(second), host, journal)
    expected = ToyHost()
    settle(wanted(second), expected, Journal(tmp_path_factory.mktemp("other")))
    assert host.states == expected.states


@given(NAMES.filter(bool))
def test_derived_resources_are_settled_last(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    events = settle(wanted(names), ToyHost(), Journal(tmp_path_factory.mktemp("journal")))
    assert [event.id for event in events if event.event == "settled"][-1] == "derivedtoy:menu"


def test_a_destructive_change_is_refused_when_the_host_is_not_as_shown(tmp_path: Path) -> None:
    journal, host = Journal(tmp_path), ToyHost()
    drawn = plan([DestructiveToy(name="disk", value="empty")], host, journal)
    host.states["destructivetoy:disk"] = {"value": "somebody's data"}
    with pytest.raises(DriftError, match="destructivetoy disk is no longer as the plan showed it"):
        list(apply(drawn, host, journal))
    assert host.states["destructivetoy:disk"] == {"value": "somebody's data"}
    assert journal.records == []


def test_a_change_that_does_not_take_is_an_error_that_names_both_states(tmp_path: Path) -> None:
    class Stuck(Toy):
        """Settles to something else."""

        kind = "stuck"

        def settle(self, host: Host, state: State) -> tuple[()]:
            assert isinstance(host, ToyHost)
            host.put(self.id, {"value": "something else"})
            return ()

    with pytest.raises(HostError, match="stuck x did not take: wanted value = good, found value = something else"):
        settle([Stuck(name="x", value="good")], ToyHost(), Journal(tmp_path))


def test_the_hash_names_states_and_the_aim_survives_an_interruption(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    drawn = plan(wanted(["a", "b"]), ToyHost(), journal)
    other = plan(wanted(["a", "b"]), host_of({"a": "old"}), journal)
    assert drawn.hash != other.hash
    assert drawn.aim == other.aim
    assert drawn.hash == plan(wanted(["a", "b"]), ToyHost(), journal).hash


def test_the_consumer_that_stops_asking_stops_the_engine_between_two_changes(tmp_path: Path) -> None:
    journal, host = Journal(tmp_path), ToyHost()
    events = apply(plan([Toy(name="a", value="1"), Toy(name="b", value="2")], host, journal), host, journal)
    for event in events:
        if event.event == "settled":
            break
    assert host.states == {"toy:a": {"value": "1"}}
    assert journal.in_flight() == []


def test_a_command_that_finds_boot_full_says_where_to_make_room(tmp_path: Path) -> None:
    class Full(Host):
        def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
            said = "zstd: error 70 : No space left on device\nupdate-initramfs: failed for /boot/initrd.img-6.1 with 1."
            return succeed(argv, Output(1, "", said))

    change = Change(step="passthrough", resource=Initramfs(name="x", files=("a.ko",)), before=None, after={"files": []})
    plan = Plan(steps=(StepPlan(name="passthrough", title="", changes=(change,)),))
    with pytest.raises(HostError, match="No space left on device") as caught:
        list(apply(plan, Full(tmp_path), Journal(tmp_path)))
    assert caught.value.hint == BOOT_ROOM
