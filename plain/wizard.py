"""The way from place to place, until somebody leaves."""

from installer.errors import Exit
from installer.lock import BusyError
from plain.busy import wait_for
from plain.page import PageTalk
from plain.review import review
from plain.talk import Leave
from plain.verify import verify
from plain.visit import Visit
from plain.welcome import look, welcome


def converse(visit: Visit, busy: BusyError | None = None) -> Exit:
    """From the beginning to the exit code; whatever ends it, what was typed is kept."""
    try:
        if busy:
            wait_for(visit, busy)
        place = look(visit)
        again = False
        while True:
            place = go(visit, place, again=again)
            again = True
    except Leave as leave:
        return leave.code
    except KeyboardInterrupt:
        farewell = visit.farewell()
        visit.say("", farewell.said)
        return farewell.code
    finally:
        visit.keep()


def go(visit: Visit, place: str, *, again: bool) -> str:
    """What is to be done at one place; the next one."""
    known = visit.known
    if place == "verify":
        return verify(visit)
    place = known.place(place)
    if place == "welcome":
        return welcome(visit, again=again)
    visit.come_to(place)
    if place == "review":
        return review(visit)
    visit.head(place)
    on = PageTalk(known.page(place), known, visit.talk, visit.type_text).ask()
    return visit.go_on(place) if on else known.before(place)
