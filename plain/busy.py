"""Another xenstrap is at work on this machine: look on, or take over."""

import threading

from installer.errors import Exit, HostError, XenstrapError
from installer.lock import BusyError
from plain.talk import Leave
from plain.visit import Visit
from screens import help
from screens.course import course_lines
from screens.draft import read_draft
from screens.ways import FROM_BUSY, TAKEN, Ways, error_text, who

WAYS: Ways = {**FROM_BUSY, "look": "Look again"}
SECONDS = 0.5


def wait_for(visit: Visit, busy: BusyError) -> None:
    """Until the machine is ours."""
    visit.say("Another xenstrap is at work", "")
    while True:
        visit.say(who(busy), *course(visit), "")
        way = visit.choose(WAYS, list(WAYS), "leave", "\n".join(help.BUSY))
        if way == "leave":
            raise Leave(Exit.DONE)
        if way == "take" and take_over(visit, busy):
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


def take_over(visit: Visit, busy: BusyError) -> bool:
    """Ask the other one to stop, and wait until it has; whether it could be asked."""
    try:
        visit.machine.ask_to_stop(busy)
    except HostError as error:
        visit.say(error_text(error), "")
        return False
    visit.say(TAKEN)
    while True:
        try:
            visit.machine.hold()
        except BusyError:
            threading.Event().wait(SECONDS)
        else:
            return True
