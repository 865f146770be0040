"""The wizard's pages on a line, one after the other, as a person goes through them."""

from collections.abc import AsyncIterator
from pathlib import Path

from screens.app import Wizard
from screens.pages import asked_pages
from screens.start import TITLE, first_page
from tests.captured.test_captured import facts
from tests.screens.seat import Seat
from tests.serial_line.states import Shown, States


def wizard_on(machine: str, folder: Path) -> Wizard:
    """The wizard in its serial look on a captured machine."""
    seat = Seat(folder)
    seat.facts = facts(machine)
    wizard = Wizard(seat.machine(), None, "serial")
    wizard.driver_class = States
    return wizard


async def pages(screen: Shown) -> AsyncIterator[tuple[str, int]]:
    """Each page's name, once it stands, and the bytes that it took; the first with what is painted early."""
    sent = len(screen.paint(first_page("vt100", *screen.app.size), bold=(TITLE,)))
    yield "welcome", sent + await until(screen, "> 1 Start <", "Linux")
    titles = {page.name: page.title for page in asked_pages(None)}
    for name, word in [*titles.items(), ("review", "changes:")]:
        sent = len(await screen.step("ctrl+n"))
        yield name, sent + await until(screen, word)


async def until(screen: Shown, *words: str) -> int:
    """The bytes until these stand on the screen and nothing more comes."""
    count = 0
    for _ in range(2000):
        sent = len(await screen.step())
        count += sent
        if not sent and all(word in screen.text() for word in words):
            return count
        await screen.pilot.pause(0.005)
    raise AssertionError(f"{words} never came:\n{screen.text()}")
