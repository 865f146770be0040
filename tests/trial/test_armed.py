"""Answers that are applied while Xen is armed already: the trial of the next start is theirs."""

import pytest

from installer.errors import HostError
from tests.cli.conftest import Desk
from tests.debian import FakeDebian
from tests.trial.seen import ENTRY, armed, crash, default, nothing_to_do

OTHER = '[storage]\ndirectory = "/srv/guests"\n'


def test_xen_that_is_armed_already_is_on_trial_for_answers_applied_before_the_restart(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk("apply", desk.answers(OTHER), "--yes") == 0
    assert (default(desk), armed(desk)) == ("0", True)
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert default(desk) == ENTRY
    assert nothing_to_do(desk)


def test_a_crash_of_answers_applied_over_an_armed_xen_is_seen(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk("apply", desk.answers(OTHER), "--yes") == 0
    crash(desk)
    assert desk("status") == 6
    assert desk("trial") == 0
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert default(desk) == ENTRY


def test_what_was_taken_back_before_the_restart_is_no_longer_armed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk("rollback", "--yes") == 0
    assert not armed(desk)
    with monkeypatch.context() as patch:
        patch.setattr(FakeDebian, "stream", no_mirror)
        assert desk("apply", desk.answers(OTHER), "--yes") == 1
    assert not desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert desk("status") == 0


def no_mirror(*argv: object, **words: object) -> list[str]:
    """No package comes."""
    raise HostError("no mirror")
