"""Leaving, failing, stopping: what was typed is kept, and what holds is said."""

import os
import signal

import pytest

from installer.errors import Exit
from installer.journal import Journal
from installer.verdict import Bench
from plain.talk import Farewell, Talk
from screens.confirm import ask_disk
from tests.debian import FakeDebian
from tests.plain.paper import Desk, Paper, Script
from tests.storage.machines import MACHINES

BLOCKED = "etc/default/grub.d"


def apply(paper: Paper) -> Script:
    """Apply what is there."""
    yield from paper.to_review()
    yield "apply"
    yield "yes"


@pytest.mark.parametrize("end", ["\x04", "q", "\x03"])
def test_leaving_says_what_holds_and_the_next_start_goes_on_there(desk: Desk, end: str) -> None:
    def leave(paper: Paper) -> Script:
        yield from paper.to("Memory")
        yield "3G"
        yield end
        paper.see("Nothing has been changed on this machine. What you typed is kept", "Leave? yes or no [no]:")
        yield ""
        paper.see("CPUs [auto: 2")
        yield end
        yield "yes" if end == "q" else end

    assert desk.type(leave) == 0
    assert "Nothing has been changed on this machine. What you typed is kept" in " ".join(desk.paper.text.split())
    assert oct((desk.state / "draft.json").stat().st_mode & 0o777) == "0o600"

    def again(paper: Paper) -> Script:
        paper.see("You stopped at Memory and CPUs just now. Nothing has been changed on this machine yet.")
        yield ""
        paper.see("Memory [3G]:")

    assert desk.type(again) == 0


def test_back_goes_from_question_to_question_and_from_page_to_page(desk: Desk) -> None:
    def go(paper: Paper) -> Script:
        yield "<"
        paper.see("What next [1 Start]:")
        yield ""
        yield from paper.to("CPUs")
        yield "<"
        assert paper.question == "Memory"
        yield "<"
        paper.see("Network, step 3 of 10")
        yield from paper.to("More settings? yes or no")
        yield "yes"
        first = paper.question
        yield "<"
        assert paper.question == "IPv4 of dom0"
        yield ""
        assert paper.question == first

    assert desk.type(go) == 0


def test_a_failure_is_said_and_mended_by_retry(desk: Desk) -> None:
    (desk.root / BLOCKED).write_text("in the way")

    def go(paper: Paper) -> Script:
        yield from apply(paper)
        paper.see("It stopped at:", "/etc/default/grub.d/50-xenstrap.cfg cannot be", "0 of ", "are done and stay")
        paper.see("The machine still starts plain Linux.", "1 Retry", "2 Change", "[1 Retry]")
        (desk.root / BLOCKED).unlink()
        yield ""
        yield from apply(paper)
        paper.see("Restart the machine to start Xen")
        yield "leave"

    assert desk.type(go) == 0
    assert not desk.host.rebooted


def test_who_leaves_after_a_failure_gets_its_exit_code_and_the_next_start_takes_it_back(desk: Desk) -> None:
    before = desk.host.tree()
    blocker = desk.root / "etc/systemd/system/xendomains.service.d"
    blocker.parent.mkdir(parents=True)
    blocker.write_text("in the way")

    def stop(paper: Paper) -> Script:
        yield from apply(paper)
        paper.see("It stopped at:")

    assert desk.type(stop) == 1
    assert "Applying has not come to its end" in desk.paper.text
    blocker.unlink()

    def back(paper: Paper) -> Script:
        paper.see("Applying stopped just now at: Guests when the host restarts.", "[1 Continue]")
        yield "rollback"
        yield "yes"
        paper.see("Everything is as it was before xenstrap")
        yield "leave"

    assert desk.type(back) == 0
    assert desk.host.tree() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_a_signal_while_it_applies_stops_between_two_changes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    write = FakeDebian.write

    def asking(host: FakeDebian, name: str, text: str, mode: int = 0o644) -> None:
        write(host, name, text, mode)
        if "memory" in name:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(FakeDebian, "write", asking)
    assert desk.type(apply) == 130
    assert "It stops after this change, as asked." in desk.paper.text
    end = Journal(desk.state).last_end()
    assert end is not None
    assert (end.status, end.text) == ("cancelled", "stopped after /etc/default/grub.d/50-xenstrap-memory.cfg")
    monkeypatch.undo()

    def again(paper: Paper) -> Script:
        paper.see("Applying stopped just now at: Memory of dom0.")
        yield ""
        yield from apply(paper)
        paper.see("Restart the machine to start Xen")
        yield "leave"

    assert desk.type(again) == 0


def test_a_terminal_that_goes_away_while_it_applies_does_not_stop_it(desk: Desk) -> None:
    def gone(piece: bytes) -> None:
        desk.paper.sent += piece
        desk.paper.printed += piece
        if b"50-xenstrap-memory" in piece and b"[" in piece:
            raise OSError(5, "Input/output error")

    def go(paper: Paper) -> Script:
        yield from paper.to_review()
        yield "apply"
        paper.teletype._write = gone
        yield "yes"

    assert desk.type(go) == 0
    assert "Restart the machine" not in desk.paper.text
    end = Journal(desk.state).last_end()
    assert end is not None
    assert end.status == "done"


def confirm(name: str, *typed: str) -> bool:
    """Whether these lines let a disk be erased."""
    paper = Paper()
    paper.script = iter(typed)
    asked = ask_disk(("ata-HDD_H1" if name == "sata-full-blank-second" else "ata-HDD_SAME",), MACHINES[name])
    done = Talk(paper.teletype, lambda: Farewell("", Exit.DONE)).confirm(asked)
    assert "Everything on this disk will be lost, for ever:" in paper.text
    return done


@pytest.mark.parametrize("typed", ["sdb", "H1", "SDB ", "h1"])
def test_a_disk_is_erased_once_its_name_or_the_end_of_its_serial_number_was_typed(typed: str) -> None:
    assert confirm("sata-full-blank-second", "sda", typed)


@pytest.mark.parametrize("typed", [("",), ("<",), ("yes", ""), ("1", ""), ("2", ""), ("sda", "sdbb", "")])
def test_anything_else_erases_nothing(typed: tuple[str, ...]) -> None:
    assert not confirm("sata-full-blank-second", *typed)


def test_a_serial_number_that_two_disks_have_is_no_name() -> None:
    assert not confirm("twins-of-one-serial", "SAME", "")
    assert confirm("twins-of-one-serial", "sdc")


def test_a_failed_trial_is_said_first_and_tried_again(desk: Desk) -> None:
    assert desk.type(apply) == 0
    assert desk.boot()
    assert not desk.boot()

    def again(paper: Paper) -> Script:
        paper.see("The trial of Xen failed", "[1 Try Xen again]")
        yield ""
        paper.see("Restart this machine now?")
        yield "yes"

    Bench(desk.host, Journal(desk.state), lambda host: desk.facts, desk.state, lambda event: None).back_in_linux()
    assert desk.type(again) == 0
    assert desk.host.rebooted
    assert desk.boot()
