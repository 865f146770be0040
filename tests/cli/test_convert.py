"""The whole way on a small Debian: there, again, back, and through a power cut at every single change."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.debian import FakeDebian, PowerCut
from tests.machines import UUID

FULL = """
[boot]
options = ["loglvl=all"]
linux_options = ["panic=10"]
[cpus]
pin = true
[serial]
port = "com1"
[guests]
on_host_reboot = "shutdown"
autostart = ["vm1"]
"""


def test_there_again_and_back(desk: Desk) -> None:
    before, packages = desk.host.tree(), desk.host.packages()
    answers = desk.answers(FULL)
    assert desk("plan", answers) == 0
    assert "plan hash" in desk.out
    assert desk.host.tree() == before
    assert desk("apply", answers, "--yes") == 0
    assert "Done:" in desk.err
    assert desk.host.packages() != packages
    menu = (desk.root / "boot/grub/grub.cfg").read_text()
    assert 'set default="0"' in menu
    assert f"next_entry=xen-gnulinux-simple-{UUID}\n" in (desk.root / "boot/grub/grubenv").read_text()
    assert "dom0_mem=2048M,max:2048M" in menu

    after = desk.host.tree()
    assert desk("plan", answers) == 0
    assert "Nothing to do" in desk.out
    assert desk("apply", answers, "--yes") == 0
    assert desk.host.count == 0
    assert desk.host.tree() == after

    assert desk("rollback") == 0
    assert "Nothing was changed" in desk.err
    assert desk.host.tree() == after
    assert desk("rollback", "--yes") == 0
    assert desk.host.tree() == before
    assert desk.host.packages() == packages
    assert desk("rollback", "--yes") == 0
    assert "Nothing to roll back" in desk.err


def count_changes(folder: Path, desk: Desk) -> tuple[int, dict[str, tuple[int, bytes | str]]]:
    """How many changes an undisturbed apply makes, and what it comes to."""
    assert desk("apply", desk.answers(FULL), "--yes") == 0
    return desk.host.count, desk.host.tree()


def test_a_power_cut_before_every_single_change_resumes_to_the_same_end_and_rolls_back_to_the_same_start(
    desk: Desk, tmp_path: Path
) -> None:
    before = desk.host.tree()
    changes, end = count_changes(tmp_path, desk)
    assert desk("rollback", "--yes") == 0
    undo_changes = desk.host.count
    assert changes > 15
    for cut in range(1, changes + 1):
        desk.cut = cut
        with pytest.raises(PowerCut):
            desk("apply", desk.answers(FULL), "--yes")
        desk.cut = 0
        assert desk("status") == 0
        assert "was cut off" in desk.out
        assert desk("apply", desk.answers(FULL), "--yes") == 0
        assert desk.host.tree() == end, f"after a cut before change {cut}"
        assert desk("status", "--json") == 0
        assert (desk.events()[0]["in_flight"], desk.events()[0]["pending"]) == ([], [])
        desk.cut = 1 + cut % undo_changes
        with pytest.raises(PowerCut):
            desk("rollback", "--yes")
        desk.cut = 0
        assert desk("rollback", "--yes") == 0
        assert desk.host.tree() == before, f"rolled back after a cut before change {1 + cut % undo_changes}"
        shutil.rmtree(desk.folder / "state")  # each has a history of its own, which does not grow


def test_an_option_that_is_switched_off_is_taken_back(desk: Desk) -> None:
    assert desk("apply", desk.answers(FULL), "--yes") == 0
    assert desk("plan", desk.answers('[serial]\nport = "com1"\n'), "--json") == 0
    actions = {event["id"]: event["action"] for event in desk.events() if event["event"] == "change"}
    assert actions["file:/etc/default/grub.d/50-xenstrap-boot.cfg"] == "-"
    assert actions["link:/etc/xen/auto/vm1.cfg"] == "-"
    assert actions["menu:cpus"] == "~"
    assert desk("apply", desk.answers('[serial]\nport = "com1"\n'), "--yes") == 0
    assert "loglvl=all" not in (desk.root / "boot/grub/grub.cfg").read_text()
    assert not (desk.root / "etc/xen/auto/vm1.cfg").is_symlink()


def test_ctrl_c_stops_between_two_changes_and_apply_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write = FakeDebian.write

    def interrupted(host: FakeDebian, name: str, text: str, mode: int = 0o644) -> None:
        write(host, name, text, mode)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(FakeDebian, "write", interrupted)
    assert desk("apply", desk.answers(), "--yes") == 130
    assert "Stopped between two changes" in desk.err
    assert desk.host.count == 1
    monkeypatch.setattr(FakeDebian, "write", write)
    assert desk("status") == 0
    assert "stopped after" in desk.out
    assert desk("apply", desk.answers(), "--yes") == 0


def test_only_the_approved_plan_is_applied(desk: Desk) -> None:
    answers = desk.answers()
    assert desk("plan", answers, "--json") == 0
    approved = desk.events()[-1]["hash"]
    (desk.root / "etc/default/grub.d").mkdir(exist_ok=True)
    drifted = desk.root / "etc/default/grub.d/50-xenstrap-memory.cfg"
    drifted.write_text("somebody was here\n")
    before = desk.host.tree()
    assert desk("apply", answers, "--yes", "--plan-hash", approved) == 4
    assert f"approved was {approved}" in desk.err
    assert desk.host.tree() == before
    drifted.unlink()
    desk.cut = 5
    with pytest.raises(PowerCut):
        desk("apply", answers, "--yes", "--plan-hash", approved)
    desk.cut = 0
    assert desk("apply", answers, "--yes", "--plan-hash", approved) == 0, "what is left after a cut is still that plan"
    assert desk("apply", desk.answers(f'plan_hash = "{approved}"\n'), "--yes") == 0
    assert desk("apply", desk.answers(f'plan_hash = "{approved}"\n[cpus]\ndom0 = 4\n'), "--yes") == 4


def test_verify_reads_fresh_facts_and_keeps_its_report(desk: Desk) -> None:
    assert desk("verify") == 1
    assert "nothing is applied on this machine" in desk.err
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk("verify") == 5
    assert "Xen does not run" in desk.out
    assert desk.reboot()
    assert desk("verify") == 0
    assert "This machine is a verified Xen dom0." in desk.err
    kept = json.loads((desk.folder / "state/verify.json").read_text())
    assert kept["passed"] is True
    assert desk("status") == 0
    assert "Verified" in desk.out
    (desk.root / "etc/default/grub.d/60-xenstrap-start.cfg").write_text("GRUB_DEFAULT=0\n")
    assert desk("verify") == 5
    assert "no longer as it was applied: /etc/default/grub.d/60-xenstrap-start.cfg" in desk.out


def test_the_second_run_is_kept_out(desk: Desk) -> None:
    from installer.lock import Lock

    with Lock(desk.folder / "state"):
        assert desk("apply", desk.answers(), "--yes") == 1
    assert f"another xenstrap is at work on this machine (pid {os.getpid()})" in desk.err


def test_a_change_that_fails_is_said_kept_and_mended_by_the_next_apply(desk: Desk) -> None:
    (desk.root / "etc/default/grub.d").write_text("in the way")
    assert desk("apply", desk.answers(), "--yes") == 1
    assert "/etc/default/grub.d/50-xenstrap.cfg cannot be" in desk.err
    assert desk("status") == 0
    assert "The last apply failed: " in desk.out
    (desk.root / "etc/default/grub.d").unlink()
    assert desk("apply", desk.answers(), "--yes") == 0


@pytest.mark.parametrize("left", [0, 300])
def test_a_boot_menu_that_a_power_cut_has_torn_is_seen_and_made_anew(desk: Desk, left: int) -> None:
    assert desk("apply", desk.answers(FULL), "--yes") == 0
    end, menu = desk.host.tree(), desk.root / "boot/grub/grub.cfg"
    os.truncate(menu, left)
    assert desk("status", "--json") == 0
    assert "menu:memory" in desk.events()[0]["pending"]
    assert desk("apply", desk.answers(FULL), "--yes") == 0
    assert desk.host.tree() == end


def test_reboot_comes_only_after_success(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes", "--reboot") == 0
    assert desk.host.rebooted
