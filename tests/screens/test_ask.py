"""An answer file given to the wizard: what it says stands in the fields, and only what it wants asked is asked."""

from installer.answer_file import parse_answers
from tests.screens.seat import Hands, Seat

FILE = 'ask = ["memory"]\n[memory]\ndom0 = "3G"\n[guests]\nautostart = ["mail"]\n'


def test_it_asks_for_these_alone_and_does_the_rest(seat: Seat) -> None:
    given = parse_answers(FILE, "answers.toml").answers

    async def go(hands: Hands) -> None:
        assert "Network" not in hands.screen
        await hands.press("enter")
        await hands.see("How much of this machine")
        assert "3G" in hands.screen
        await hands.press("enter")
        await hands.see("[ 4 Apply ]")
        await hands.press("4", "2")
        await hands.see("Restart the machine to start Xen")

    seat.sit(go, given=given)
    assert parse_answers((seat.state / "answers.toml").read_text(), "kept").answers == given
    assert (seat.root / "etc/xen/auto/mail.cfg").is_symlink()


def test_nothing_asked_goes_straight_to_the_review(seat: Seat) -> None:
    async def go(hands: Hands) -> None:
        await hands.press("enter")
        await hands.see("Review", "changes")
        assert hands.title() == "Review"
        await hands.press("escape")
        await hands.see("Makes this machine a Xen host")

    seat.sit(go, given=parse_answers("ask = []\n", "answers.toml").answers)


def test_without_root_the_answers_can_be_saved_and_nothing_is_applied(seat: Seat) -> None:
    async def go(hands: Hands) -> None:
        await hands.see("To apply them, start xenstrap with sudo.")
        await hands.to("Review")
        await hands.see("Save answers")
        await hands.see("changes:")
        assert "Apply ]" not in hands.screen
        await hands.save("3", seat.folder / "plan.txt")
        await hands.see("Saved:")
        await hands.save("3", seat.folder / "plan.txt")
        await hands.see("is there already: choose another name")
        await hands.press("escape")

    seat.sit(go, only_look=True)
    assert (seat.folder / "plan.txt").read_text().splitlines()[-1].startswith("plan hash ")
