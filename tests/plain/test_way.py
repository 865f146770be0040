"""The whole way on a small Debian by lines alone: welcome, pages, review, apply, restart, verify, and back."""

from installer.answer_file import parse_answers
from installer.headless import plan_for
from installer.journal import Journal
from tests.machines import UUID, dom0
from tests.plain.paper import Desk, Paper, Script
from tests.screens.seat import TITLES, Hands


def apply(paper: Paper) -> Script:
    """From the review to the end of the run."""
    yield from paper.to_review()
    yield "apply"
    paper.see("changes on host now?", "1 Not yet", "[1 Not yet]")
    yield "2"


def test_enter_at_every_question_makes_a_dom0_which_the_next_start_verifies_and_takes_back(desk: Desk) -> None:
    before, packages = desk.host.tree(), desk.host.packages()

    def make(paper: Paper) -> Script:
        paper.see("Makes this machine a Xen host", "8 CPUs, 16 GiB of memory", "Enter takes what stands in brackets.")
        for title in TITLES:
            while f"{title}, step" not in paper.said:
                yield ""
        assert desk.host.tree() == before
        yield from apply(paper)
        paper.see("[1/", "Applied after", "Restart the machine to start Xen: once", "What next [1 Restart now]:")
        yield ""
        paper.see("Restart this machine now?", "[1 Not now]")
        yield "yes"

    assert desk.type(make) == 0
    assert desk.host.rebooted
    assert not (desk.state / "draft.json").exists()
    assert f"next_entry=xen-gnulinux-simple-{UUID}\n" in (desk.root / "boot/grub/grubenv").read_text()

    assert desk.boot()
    desk.facts = dom0()

    def look(paper: Paper) -> Script:
        paper.see("This machine is a verified Xen dom0.", "[1 Leave]")
        assert "FAIL" not in paper.text
        yield "rollback"
        paper.see("Take everything back?", "[1 No]")
        yield ""
        yield "4"
        yield "2"
        paper.see("Everything is as it was before xenstrap", "[1 Leave]")
        yield ""

    assert desk.type(look) == 0
    assert desk.host.tree() == before
    assert desk.host.packages() == packages


def test_what_is_typed_is_applied_and_saved_and_gives_the_same_plan_without_questions(desk: Desk) -> None:
    mine, plan = desk.folder / "mine.toml", desk.folder / "plan.txt"

    def make(paper: Paper) -> Script:
        yield from paper.to("Memory")
        paper.see("Memory [auto: 2048M, because 1 GiB and a twentieth of this machine's 16 GiB")
        yield "4G"
        yield "4"
        yield from paper.to("Port")
        paper.see("1 auto, 2 off, 3 com1 (ttyS0), 4 com2")
        yield "3"
        yield from paper.to("At a restart")
        yield "shut down"
        yield "mail web"
        yield from paper.to_review()
        yield "save answers"
        yield str(mine)
        assert f"Saved:{mine}" in paper.said.replace(" ", "")
        yield "2"
        yield str(mine)
        paper.see("is there already", "choose another name")
        yield "<"
        yield "save plan"
        yield str(plan)
        yield from apply(paper)

    assert desk.type(make) == 0
    assert mine.read_text() == (desk.state / "answers.toml").read_text()
    answers = parse_answers(mine.read_text(), "mine.toml").answers
    assert (answers.memory.dom0, answers.cpus.dom0, answers.serial.port) == ("4G", 4, "com1")
    assert (answers.guests.on_host_reboot, answers.guests.autostart) == ("shutdown", ("mail", "web"))
    run = Journal(desk.state).last_run()
    assert run is not None
    (desk.folder / "fresh").mkdir()
    fresh = Desk(desk.folder / "fresh")
    assert plan_for(answers, desk.facts, fresh.machine().look_only, None).hash == run.hash
    assert plan.read_text().splitlines()[-1] == f"plan hash {run.hash}"


def test_the_review_shows_each_diff_and_the_whole(desk: Desk) -> None:
    def go(paper: Paper) -> Script:
        yield from paper.to_review()
        paper.see("2. + /etc/default/grub.d/50-xenstrap-memory.cfg", "Nothing is destroyed;", "plan hash ")
        yield ""
        paper.see("Type a number from 1 to 7, or the word beside it.")
        yield "diff"
        yield "2"
        paper.see('+ GRUB_CMDLINE_XEN="${GRUB_CMDLINE_XEN} dom0_mem=2048M,max:2048M"')
        yield "999"
        paper.see("The number of a change, from 1 to")
        yield ""
        yield "whole"
        paper.see("How the machine starts [boot]", "plan hash ")
        yield "change a page"
        yield "network"
        paper.see("Network, step 3 of 10")

    assert desk.type(go) == 0
    assert not (desk.state / "journal.jsonl").exists()


def test_begun_in_lines_and_ended_on_screen_and_the_other_way_round(desk: Desk) -> None:
    def begin(paper: Paper) -> Script:
        yield from paper.to("Memory")
        yield "3G"
        yield from paper.to("Login on the line")
        yield "no"

    assert desk.type(begin) == 0

    async def on_screen(hands: Hands) -> None:
        await hands.see("You stopped at Serial console just now.")
        await hands.press("1")
        await hands.see("[ ]")
        assert hands.title() == "Serial console"
        await hands.press("ctrl+p")
        await hands.see("How much of this machine")
        assert "3G" in hands.screen
        await hands.press("down")
        await hands.type("5")

    desk.sit(on_screen)

    def end(paper: Paper) -> Script:
        paper.see("You stopped at Memory and CPUs just now.", "1 Continue", "2 Start over")
        yield ""
        paper.see("Memory and CPUs, step 4 of 10", "Memory [3G]:")
        yield ""
        paper.see("CPUs [5]:")
        yield from paper.to("Login on the line")
        paper.see("Login on the line [no]:")

    assert desk.type(end) == 0
    assert desk.visit.known.draft.typed == {"memory.dom0": "3G", "cpus.dom0": "5", "serial.login": "false"}

    def over(paper: Paper) -> Script:
        yield "start over"
        yield from paper.to("Memory")
        paper.see("Memory [auto: ")

    assert desk.type(over) == 0
    assert desk.visit.known.draft.typed == {}
