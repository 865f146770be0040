"""Keys that come faster than the wizard works, as from an expert, a paste or a slow machine: none goes astray."""

from textual.events import Key, Paste

from tests.screens.seat import Hands, LiveSeat, Seat
from tests.screens.test_new import SECRET, choose_the_disk, live

__all__ = ["live"]
NAMES = {"\t": "tab", "\r": "enter", " ": "space"}


def burst(hands: Hands, text: str) -> None:
    """All at once, as they stand in the input buffer of a terminal."""
    for sign in text:
        hands.app.post_message(Key(NAMES.get(sign, sign), sign))


def test_a_password_is_never_typed_into_a_field_that_shows_it(live: LiveSeat) -> None:
    async def go(hands: Hands) -> None:
        await choose_the_disk(hands)
        await hands.to("System")
        burst(hands, f"\t{SECRET}\t{SECRET}\tme")
        await hands.until(lambda: hands.app.known.judgement.answers.install.user == "me")
        assert SECRET not in hands.screen
        assert hands.app.known.judgement.answers.install.root_password
        assert "install.hostname" not in hands.app.known.draft.typed

    live.sit(go)


def test_a_paste_does_not_overtake_the_tab_before_it(live: LiveSeat) -> None:
    async def go(hands: Hands) -> None:
        await choose_the_disk(hands)
        await hands.to("System")
        burst(hands, "\t")
        hands.app.post_message(Paste(SECRET))
        burst(hands, "\t")
        hands.app.post_message(Paste(SECRET))
        await hands.until(lambda: bool(hands.app.known.judgement.answers.install.root_password))
        assert "install.hostname" not in hands.app.known.draft.typed

    live.sit(go)


def test_each_enter_is_one_page(seat: Seat) -> None:
    async def go(hands: Hands) -> None:
        await hands.see("> 1 Start <")
        burst(hands, "\r" * 4)
        await hands.until(lambda: hands.title() == "Serial console")
        await hands.until(lambda: hands.app.typed.done)
        assert hands.title() == "Serial console"

    seat.sit(go)
