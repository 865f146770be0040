"""Another xenstrap is at work on this machine: look on, or take over."""

import threading
from collections.abc import Callable
from functools import partial

from installer.errors import Exit, HostError, XenstrapError
from installer.lock import BusyError
from plain.talk import Leave
from plain.visit import Visit
from screens import help
from screens.course import course_lines
from screens.draft import read_draft
from screens.others import FROM_BUSY, KEPT, TAKEN, met
from screens.ways import Ways, error_text

WAYS: Ways = {**FROM_BUSY, "look": "Look again"}
SECONDS = 0.5


def wait_for(visit: Visit, busy: BusyError) -> None:
    """Until the machine is ours."""
    while True:
        other = visit.machine.occupant(busy)
        title, said, ways = met(other)
        visit.say(title, "", said, *(() if other.unit else course(visit)), "")
        way = visit.choose(WAYS, [*ways, "look"], "leave", "\n".join(help.BUSY))
        if way == "leave":
            raise Leave(Exit.DONE)
        if way == "take" and told(visit, TAKEN, partial(visit.machine.ask_to_stop, busy)):
            return
        if way == "keep" and told(visit, KEPT, visit.machine.keep_bridge):
            return
        try:
            visit.machine.hold()
        except BusyError as error:
            busy = error
        else:
            return


def course(visit: Visit) -> list[str]:
    """What the other one does."""
    try:
        return list(course_lines(visit.machine.journal(), read_draft(visit.machine.draft())))
    except XenstrapError as error:
        return [error_text(error)]


def told(visit: Visit, said: str, tell: Callable[[], None]) -> bool:
    """Tell the other one something, and wait until it has ended; whether it could be told."""
    try:
        tell()
    except HostError as error:
        visit.say(error_text(error), "")
        return False
    visit.say(said)
    while True:
        try:
            visit.machine.hold()
        except BusyError:
            threading.Event().wait(SECONDS)
        else:
            return True
