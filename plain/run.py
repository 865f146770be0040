"""A run: each change as a line while it happens, what it came to, and the ways on."""

import time
from collections.abc import Callable
from functools import partial

from installer import report
from installer.engine import Event
from installer.errors import Exit, HostError, XenstrapError
from installer.headless import stop_between_changes
from installer.plan import Plan
from plain.talk import Leave
from plain.visit import Visit
from screens.confirm import RESTART, rolling_back
from screens.course import DOING, Course
from screens.ways import FROM_END, Ending, Verb, error_text, failed, finished, stopped_early

STOPPABLE = "Ctrl-C stops it between two changes; what is done stays, and it can be gone on with later."
STOPPING = "It stops after this change, as asked."


def run(visit: Visit, plan: Plan, verb: Verb) -> str:
    """Run a plan; the next place."""
    visit.head("progress")
    visit.say(DOING[verb], STOPPABLE, "")
    course = Course(plan, time.monotonic)
    with stop_between_changes() as stopped:
        ending = run_to_its_end(visit, course, plan, verb, stopped)
        leaving = stopped()
    visit.say("", ending.title, f"after {course.time()}", "", ending.said, "")
    if leaving:
        raise Leave(Exit.INTERRUPTED)
    with visit.leaving_with(ending.code):
        return go_on(visit, ending, verb)


def run_to_its_end(visit: Visit, course: Course, plan: Plan, verb: Verb, stopped: Callable[[], bool]) -> Ending:
    """Run it while it lets itself be run."""
    machine, known = visit.machine, visit.known
    narrator = report.Narrator(visit.say)
    told: list[str] = []

    def show(event: Event) -> None:
        course.take(event)
        narrator.event(event)
        if stopped() and not told:
            told.append(STOPPING)
            visit.say(STOPPING)

    if verb == "apply":
        job = partial(machine.apply, plan, known.answers, known.facts, show, stopped)
    else:
        job = partial(machine.roll_back, plan, show, stopped)
    try:
        early = job()
    except XenstrapError as error:
        ending = failed(verb, course, error, known.facts)
    else:
        ending = stopped_early(verb, course) if early else finished(verb, known)
        if not early:
            visit.come_to_an_end(verb)
    known.stands(machine.standing(), machine.seen)
    return ending


def go_on(visit: Visit, ending: Ending, verb: Verb) -> str:
    """The way on from an end."""
    while True:
        match visit.choose(FROM_END, list(ending.ways), ending.ways[0], ending.said):
            case "restart":
                restart(visit)
            case "retry" if verb == "apply":
                return "review"
            case "retry" | "rollback":
                if place := roll_back(visit):
                    return place
            case "change":
                return "welcome"
            case "leave":
                raise Leave(ending.code)


def roll_back(visit: Visit) -> str | None:
    """Roll everything back, after a question; the next place, None where nothing was done."""
    try:
        plan = visit.looking(visit.machine.plan_back)
    except XenstrapError as error:
        visit.say(error_text(error))
        return None
    return run(visit, plan, "rollback") if visit.talk.confirm(rolling_back(plan)) else None


def restart(visit: Visit) -> None:
    """Restart, after a question."""
    if not visit.talk.confirm(RESTART):
        return
    try:
        visit.machine.restart()
    except HostError as error:
        visit.say(error_text(error))
    else:
        raise Leave(Exit.DONE)
