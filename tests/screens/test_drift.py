"""A disk that changes while Review is read: nothing at all is written, and the next Review knows the disk as it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from installer.answers import Answers
from installer.resources.disk import WholeDisk
from tests.machines import answers
from tests.plain.paper import Desk, Paper, Script
from tests.screens.seat import Hands, Seat
from tests.storage.machines import FULL, MACHINES, SPARE, held

FACTS = MACHINES["sata-full-blank-second"]
ERASE: Answers = answers(storage={"where": "disk", "disk": ["H1"], "swap": "none"})


def mount(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody mounts the disk."""
    seat.facts = held(FULL, SPARE.model_copy(update={"content": "ext4", "holds": ("/mnt",)}))


def fill(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody makes a filesystem on the disk."""
    now = {"table": "none", "partitions": [], "content": ["ext4 on the whole disk"]}
    monkeypatch.setattr(WholeDisk, "observe", lambda disk, host: now)


DRIFTS = {
    mount: "the machine is no longer as the plan showed it: ata-HDD_H1 holds the mounted filesystem /mnt.",
    fill: "the disk ata-HDD_H1 is no longer as the plan showed it",
}
Drift = Callable[[Seat, pytest.MonkeyPatch], None]


def nothing_is_written(seat: Seat, before: object) -> None:
    """Not a file in the machine, nor in the state directory but what was typed."""
    assert seat.host.tree() == before
    assert seat.host.count == 0
    assert {path.name for path in seat.state.iterdir()} <= {"draft.json", "lock"}


@pytest.mark.parametrize(("drift", "said"), DRIFTS.items())
def test_on_screen(tmp_path: Path, drift: Drift, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seat = Seat(tmp_path, FACTS)
    before = seat.host.tree()

    async def go(hands: Hands) -> None:
        await hands.to("Review")
        await hands.see("[ 4 Apply ]")
        await hands.press("4")
        await hands.see("Everything on this disk will be lost, for ever")
        await hands.type("sdb")
        await hands.press("tab", "tab", "enter")
        await hands.see("changes on host now?")
        drift(seat, monkeypatch)
        await hands.press("2")
        await hands.see("It stopped at: the start")
        assert said in hands.words
        nothing_is_written(seat, before)
        await hands.press("1")
        await hands.see("this error is gone" if drift is mount else "[ 4 Apply ]")

    seat.sit(go, given=ERASE)
    nothing_is_written(seat, before)


@pytest.mark.parametrize(("drift", "said"), DRIFTS.items())
def test_in_lines(tmp_path: Path, drift: Drift, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, FACTS)
    before = desk.host.tree()

    def go(paper: Paper) -> Script:
        yield from paper.to_review()
        yield "apply"
        paper.see("Everything on this disk will be lost")
        yield "sdb"
        while "changes on host now?" not in paper.said:
            yield "2"
        drift(desk, monkeypatch)
        yield "2"
        paper.see("It stopped at: the start", said)
        nothing_is_written(desk, before)
        yield "retry"
        paper.see("before this error is gone" if drift is mount else "plan hash")

    desk.type(go, given=ERASE)
    nothing_is_written(desk, before)
