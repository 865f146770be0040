"""What follows a trial that has passed, cut off: by the power, by an error, by a signal; it is gone on with."""

import json
import os
import signal
from itertools import count
from pathlib import Path

import pytest

from installer.errors import HostError
from installer.hooks import Teller
from tests.cli.conftest import Desk
from tests.debian import FakeDebian, PowerCut
from tests.trial.seen import ENTRY, UNIT, armed, default, motd, nothing_to_do

WANTED = "etc/systemd/system/multi-user.target.wants/xenstrap-trial.service"
OPEN = "xenstrap: the trial of Xen has passed, but Xen is not the default yet"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the hooks of a trial are told."""
    news: list[str] = []

    def tell(teller: Teller, each: str, reason: str = "") -> None:
        if teller._verb == "trial":
            news.append(f"{each} {reason}".strip())

    monkeypatch.setattr(Teller, "tell", tell)
    return news


def start(desk: Desk) -> int | None:
    """What systemd starts at boot, where the trial's unit is still wanted and there."""
    return desk("trial", "--at-boot") if (desk.root / WANTED).exists() else None


def is_cut_off(desk: Desk, cut: int) -> bool:
    """Whether the verdict's consequence needs so many changes that the power goes before number `cut`."""
    desk.cut = cut
    try:
        start(desk)
    except PowerCut:
        return True
    finally:
        desk.cut = 0
    return False


def test_a_power_cut_anywhere_after_the_verdict_is_gone_on_from_at_the_next_start(desk: Desk, told: list[str]) -> None:
    untold = []
    for cut in count(1):
        assert desk("apply", desk.answers(), "--yes") == 0
        assert desk.reboot()
        if not is_cut_off(desk, cut):
            break
        desk.reboot()
        going_on = start(desk)
        assert going_on in (0, None)
        assert (default(desk), armed(desk), (desk.root / WANTED).is_symlink()) == (ENTRY, False, False)
        if going_on is None:
            untold.append(cut)
            assert desk("apply", desk.answers(), "--yes") == 0
        else:
            assert (told, (desk.root / UNIT).exists()) == (["ok"], False)
            assert motd(desk).startswith("xenstrap: verified dom0, 20")
            assert start(desk) is None
        assert nothing_to_do(desk)
        assert desk("rollback", "--yes") == 0
        told.clear()
    assert cut > 10
    assert untold == [cut - 2, cut - 1], "all is done but to take away a unit, and a folder, that nothing starts"


def test_an_error_after_the_verdict_is_shown_and_told_at_each_start_until_it_is_over(
    desk: Desk, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk.reboot()

    def full(host: FakeDebian, path: Path) -> None:
        raise HostError("grub-mkconfig failed with status 1: No space left on device")

    for xen in (True, False):
        with monkeypatch.context() as patched:
            patched.setattr(FakeDebian, "_make_menu", full)
            assert start(desk) == 1
        assert told.pop() == "failed grub-mkconfig failed with status 1: No space left on device"
        assert motd(desk).startswith(f"{OPEN}, since 20")
        assert "No space left on device\n  -> the next start goes on with it" in motd(desk)
        assert (desk.root / "etc/issue.d/xenstrap.issue").is_symlink()
        assert OPEN in (desk.folder / "state/issue").read_text()
        assert desk("status") == 0
        assert "what makes Xen the default has not come to its end" in desk.out
        assert desk("status", "--json") == 0
        assert (json.loads(desk.out)["trial"], json.loads(desk.out)["trial_open"]) == ("passed", True)
        assert not desk.host.rebooted
        assert desk.reboot() is False, xen
    assert start(desk) == 0
    assert "The trial has passed: the next start is into Xen." in desk.err
    assert (told, default(desk), (desk.folder / "state/issue").exists()) == (["ok"], ENTRY, False)
    assert desk("status", "--json") == 0
    assert not json.loads(desk.out)["trial_open"]
    assert desk.reboot()


def test_a_machine_that_is_switched_off_after_the_verdict_does_not_say_that_xen_is_the_default(
    desk: Desk, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk.reboot()
    write = FakeDebian.write

    def switched_off(host: FakeDebian, name: str, text: str, mode: int = 0o644) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        write(host, name, text, mode)

    with monkeypatch.context() as patched:
        patched.setattr(FakeDebian, "write", switched_off)
        assert start(desk) == 130
    assert "stopped between two changes: the next start makes Xen the default" in desk.err
    assert "Xen is the default" not in desk.err
    assert (told, motd(desk).startswith(OPEN)) == ([], True)
    assert not desk.reboot()
    assert start(desk) == 0
    assert (told, default(desk)) == (["ok"], ENTRY)
    assert nothing_to_do(desk)
