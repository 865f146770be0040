"""A failed trial of Xen is the first thing that the wizard says, and a second try is one key."""

from installer.answers import Answers
from installer.journal import Journal, Network
from installer.verdict import Bench
from tests.screens.seat import Hands, Seat


def test_a_failed_trial_is_said_first_and_tried_again_with_one_key(seat: Seat) -> None:
    machine, answers = seat.machine(), Answers()
    plan = machine.plan(answers, seat.facts)
    assert not machine.apply(plan, answers, seat.facts, lambda event: None, lambda: False)
    assert seat.boot()
    assert not seat.boot()
    Bench(seat.host, Journal(seat.state), lambda host: seat.facts, seat.state, lambda event: None).back_in_linux()

    async def again(hands: Hands) -> None:
        await hands.see("The trial of Xen failed")
        assert "crashed or hung before it could say why" in hands.words
        await hands.press("enter")
        await hands.see("Restart this machine now?")
        await hands.press("2")

    assert seat.sit(again) == 0
    assert seat.host.rebooted
    assert seat.boot()


def test_a_bridge_that_was_given_back_is_said_at_the_next_start(seat: Seat) -> None:
    machine, answers = seat.machine(), Answers()
    plan = machine.plan(answers, seat.facts)
    assert not machine.apply(plan, answers, seat.facts, lambda event: None, lambda: False)
    Journal(seat.state).add(Network(verdict="given back", text="the gateway 192.0.2.1 on xenbr0 does not answer"))

    async def look(hands: Hands) -> None:
        await hands.see("the former network was given back: the gateway 192.0.2.1 on xenbr0 does not answer.")
        assert "Restart the machine to start Xen" in hands.words
        await hands.press("ctrl+x")

    seat.sit(look)
