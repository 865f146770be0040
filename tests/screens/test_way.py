"""The whole way on a small Debian by keys alone: welcome, pages, review, apply, restart, verify, and back."""

from installer.answer_file import parse_answers
from installer.headless import plan_for
from installer.journal import Journal
from tests.machines import UUID, dom0
from tests.screens.seat import TITLES, Hands, Seat


def test_enter_on_every_page_makes_a_dom0_which_the_next_start_verifies_and_takes_back(seat: Seat) -> None:
    before, packages = seat.host.tree(), seat.host.packages()

    async def make(hands: Hands) -> None:
        for title in TITLES:
            await hands.press("enter")
            await hands.see(title)
            assert hands.title() == title
        await hands.see("[ 4 Apply ]")
        assert seat.host.tree() == before
        await hands.press("tab", "tab", "tab", "tab", "enter")
        await hands.see("changes on host now?")
        assert "> 1 Not yet <" in hands.screen
        await hands.press("2")
        await hands.see("Restart the machine to start Xen")
        await hands.press("1")
        await hands.see("Restart this machine now?")
        await hands.press("2")

    assert seat.sit(make) == 0
    assert seat.host.rebooted
    menu = (seat.root / "boot/grub/grub.cfg").read_text()
    assert 'set default="0"' in menu
    assert f"next_entry=xen-gnulinux-simple-{UUID}\n" in (seat.root / "boot/grub/grubenv").read_text()

    assert seat.boot()
    seat.facts = dom0()

    async def look(hands: Hands) -> None:
        await hands.see("This machine is a verified Xen dom0.")
        assert "FAIL" not in hands.screen
        await hands.press("4")
        await hands.see("Roll everything back?")
        await hands.press("2")
        await hands.see("Everything is as it was before xenstrap")

    seat.sit(look)
    assert seat.host.tree() == before
    assert seat.host.packages() == packages


def test_the_answers_of_the_run_give_the_same_plan_without_a_screen(seat: Seat) -> None:
    async def make(hands: Hands) -> None:
        await hands.to("Memory and CPUs")
        await hands.type("4G")
        await hands.press("down")
        await hands.type("4")
        await hands.to("Serial console")
        await hands.choose(3)
        await hands.to("Guests")
        await hands.press("right", "down")
        await hands.type("mail web")
        await hands.to("Review")
        await hands.see("[ 4 Apply ]")
        await hands.save("2", seat.folder / "mine.toml")
        await hands.see("Saved:")
        await hands.press("4", "2")
        await hands.see("Restart the machine to start Xen")

    seat.sit(make)
    written = (seat.folder / "mine.toml").read_text()
    kept = (seat.state / "answers.toml").read_text()
    assert written == kept
    answers = parse_answers(written, "mine.toml").answers
    assert (answers.memory.dom0, answers.cpus.dom0, answers.serial.port) == ("4G", 4, "com1")
    assert (answers.guests.on_host_reboot, answers.guests.autostart) == ("shutdown", ("mail", "web"))
    run = Journal(seat.state).last_run()
    assert run is not None
    (seat.folder / "fresh").mkdir()
    fresh = Seat(seat.folder / "fresh")
    assert plan_for(answers, seat.facts, fresh.machine().look_only, None).hash == run.hash
