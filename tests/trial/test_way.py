"""The trial on a small Debian: armed, judged, failed, seen, tried again, and taken back at every stage."""

import json
from pathlib import Path

import pytest

from installer.errors import HostError
from tests.cli.conftest import Desk
from tests.debian import FakeDebian
from tests.machines import machine
from tests.trial.seen import ENTRY, UNIT, armed, crash, default, motd, nothing_to_do


def test_xen_starts_once_and_becomes_the_default_when_it_has_verified_itself(desk: Desk) -> None:
    before, packages = desk.host.tree(), desk.host.packages()
    assert desk("apply", desk.answers(), "--yes") == 0
    assert (default(desk), armed(desk)) == ("0", True)
    assert nothing_to_do(desk)
    assert desk("status") == 0
    assert "Xen starts once, as a trial" in desk.out

    assert desk.reboot()
    assert not armed(desk)
    assert nothing_to_do(desk)
    assert default(desk) == "0", "the default before the verdict"
    assert desk("status") == 0
    assert "under way" in desk.out
    assert desk("trial", "--at-boot") == 0
    assert "The trial has passed" in desk.err
    assert default(desk) == ENTRY
    assert not (desk.root / UNIT).exists()
    assert "panic=" not in (desk.root / "boot/grub/grub.cfg").read_text()
    assert "next_entry" not in (desk.root / "boot/grub/grubenv").read_text()
    assert motd(desk).startswith("xenstrap: verified dom0, 20")
    assert nothing_to_do(desk)
    assert desk("status") == 0
    assert "Verified: this is the dom0 that was asked for." in desk.out

    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert desk.host.count == 0
    assert desk("verify") == 0
    assert nothing_to_do(desk)
    assert desk("rollback", "--yes") == 0
    assert (desk.host.tree(), desk.host.packages(), motd(desk)) == (before, packages, "")
    assert not desk.reboot()


def test_a_crash_ends_in_plain_linux_with_a_notice_until_it_is_acknowledged(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    crash(desk)
    assert "Xen or dom0 crashed or hung before it could say why" in desk.err
    assert (default(desk), armed(desk)) == ("0", False)
    assert "the trial of Xen failed" in motd(desk)
    assert (desk.root / "etc/issue.d/xenstrap.issue").readlink() == Path("/var/lib/xenstrap/issue")
    assert "the trial of Xen failed" in (desk.folder / "state/issue").read_text()
    assert desk("status") == 6
    assert "crashed or hung" in desk.out
    assert nothing_to_do(desk)
    assert desk("plan", desk.answers()) == 0
    assert "Warning: The trial of these answers failed: Xen or dom0 crashed" in desk.out
    assert desk("trial", "--at-boot") == 0, "judged once"

    assert desk("trial", "--acknowledge") == 0
    assert (motd(desk), (desk.folder / "state/issue").exists()) == ("", False)
    assert desk("status") == 0
    assert "`xenstrap trial` tries once more" in desk.out
    assert nothing_to_do(desk)
    assert not desk.reboot()


def test_a_second_try_is_one_word_and_may_pass(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    crash(desk)
    assert desk("trial", "--reboot") == 0
    assert desk.host.rebooted
    assert (armed(desk), motd(desk)) == (True, "")
    assert nothing_to_do(desk)
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert default(desk) == ENTRY
    assert desk("trial") == 0
    assert "passed already" in desk.err


def test_a_dom0_that_does_not_verify_restarts_into_plain_linux_which_says_which_check_failed(desk: Desk) -> None:
    before = desk.host.tree()
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk.reboot()
    xen = desk.facts.xen
    assert xen
    broken = xen.model_copy(update={"services": {"xen": "failed", "xendomains": "active"}})
    desk.facts = desk.facts.model_copy(update={"xen": broken})
    assert desk("trial", "--at-boot") == 0
    assert "the service xen is failed" in desk.err
    assert desk.host.rebooted
    assert not desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert motd(desk).splitlines()[0].endswith("this is plain Linux again: the service xen is failed")
    assert desk("rollback", "--yes") == 0
    assert (desk.host.tree(), motd(desk)) == (before, "")
    assert desk("trial", "--at-boot") == 0
    assert not (desk.folder / "state/issue").exists()


def test_the_deadline_restarts_only_a_dom0_that_nobody_has_judged(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk("trial", "--deadline") == 0
    assert not desk.host.rebooted
    assert desk.reboot()
    assert desk("trial", "--deadline") == 0
    assert desk.host.rebooted
    assert not desk.reboot()
    assert desk("trial", "--deadline") == 0
    assert not desk.host.rebooted
    assert desk("trial", "--at-boot") == 0
    assert "had not verified itself 15 minutes after its start" in motd(desk)

    assert desk("trial") == 0
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert desk("trial", "--deadline") == 0
    assert not desk.host.rebooted


def test_a_clock_that_is_set_back_by_a_year_changes_no_verdict(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.host.tree()
    monkeypatch.setattr("installer.journal.now", lambda: "2026-11-30T12:00:00Z")
    assert desk("apply", desk.answers(), "--yes") == 0
    crash(desk)
    assert desk("trial") == 0
    monkeypatch.setattr("installer.journal.now", lambda: "2025-11-30T12:00:00Z")
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert default(desk) == ENTRY
    assert motd(desk) == "xenstrap: verified dom0, 2025-11-30\n"
    assert nothing_to_do(desk)
    assert desk("rollback", "--yes") == 0
    assert desk.host.tree() == before


def test_an_entry_that_grub_could_not_clear_does_not_start_xen_a_second_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    grubenv = desk.root / "boot/grub/grubenv"
    kept = grubenv.read_bytes()
    assert desk.reboot()
    grubenv.write_bytes(kept)
    monkeypatch.setattr(desk, "facts", machine())
    assert desk("trial", "--at-boot") == 0
    assert desk.host.rebooted
    assert not armed(desk)
    assert not desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert desk("status") == 6
    assert "This is not a control domain" in desk.out


def test_other_answers_need_a_trial_of_their_own_and_what_no_boot_depends_on_does_not(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert desk("apply", desk.answers("[guests]\nstop_wait = 60\n[hvm]\nrequire = true\n"), "--yes") == 0
    assert (default(desk), armed(desk)) == (ENTRY, False)
    assert desk("apply", desk.answers('[boot]\noptions = ["loglvl=all"]\n'), "--yes") == 0
    assert (default(desk), armed(desk)) == ("0", True)
    crash(desk)
    assert desk("apply", desk.answers('[memory]\ndom0 = "2G"\n'), "--yes") == 0
    assert (armed(desk), motd(desk)) == (True, "")


def test_without_a_trial_xen_is_the_default_at_once(desk: Desk) -> None:
    before = desk.host.tree()
    assert desk("apply", desk.answers("[boot]\ntrial = false\n"), "--yes") == 0
    assert (default(desk), armed(desk), (desk.root / UNIT).exists()) == (ENTRY, False, False)
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert desk("trial") == 1
    assert "what was applied wants no trial" in desk.err
    assert desk("verify") == 0
    assert nothing_to_do(desk)
    assert desk("rollback", "--yes") == 0
    assert desk.host.tree() == before


def test_a_verification_before_the_restart_or_by_hand_during_the_trial(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk("verify") == 5
    assert (default(desk), armed(desk)) == ("0", True)
    assert desk.reboot()
    assert desk("verify") == 0
    assert default(desk) == ENTRY
    assert desk("trial", "--at-boot") == 0
    assert json.loads((desk.folder / "state/verify.json").read_text())["passed"]


def test_a_verified_dom0_whose_menu_cannot_be_written_stays_one_and_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk.reboot()

    def full(host: FakeDebian, path: Path) -> None:
        path.write_text("set default=")
        raise HostError("grub-mkconfig failed with status 1: No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(FakeDebian, "_make_menu", full)
        assert desk("trial", "--at-boot") == 1
    assert [path.name for path in (desk.root / "boot/grub").iterdir() if "xenstrap" in path.name] == []
    assert not desk.host.rebooted
    assert desk("trial", "--deadline") == 0
    assert not desk.host.rebooted
    assert desk("status") == 0
    assert "No space left on device" in desk.out
    assert desk("apply", desk.answers(), "--yes") == 0
    assert default(desk) == ENTRY


def test_a_rollback_that_stops_once_xen_has_gone_leaves_a_machine_that_starts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, packages = desk.host.tree(), desk.host.packages()
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0

    def cut(host: FakeDebian, path: Path) -> None:
        raise HostError("the power failed")

    with monkeypatch.context() as patched:
        patched.setattr(FakeDebian, "_make_menu", cut)
        assert desk("rollback", "--yes") == 1
    assert "xen-system-amd64" not in desk.host.packages()
    assert default(desk) == ENTRY, "the menu is written once, at the end"
    assert not desk.reboot(), "its fallback is plain Linux"
    assert desk("rollback", "--yes") == 0
    assert (desk.host.tree(), desk.host.packages()) == (before, packages)
