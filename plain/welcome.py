"""The first place: what this will do, what machine this is, what speaks against it, and what was done before."""

from installer.errors import XenstrapError
from plain.run import restart, roll_back
from plain.talk import KEYS
from plain.visit import Visit
from screens import help
from screens.draft import read_draft
from screens.purpose import LOOKING, purpose
from screens.remarks import finding_lines
from screens.ways import (
    FROM_WELCOME,
    before,
    error_text,
    first_findings,
    machine_lines,
    resumed,
)


def look(visit: Visit) -> str:
    """Look at the machine; the first place."""
    visit.say("xenstrap", "", LOOKING)
    machine = visit.machine
    facts, standing, draft = visit.looking(lambda: (machine.facts(), machine.standing(), read_draft(machine.draft())))
    visit.known.look(facts, standing, draft)
    visit.looked()
    return "verify" if standing.phase == "restarted" and not visit.known.given else "welcome"


def welcome(visit: Visit, *, again: bool) -> str:
    """What there is to know, and the next place."""
    visit.head("welcome")
    while True:
        known = visit.known
        said, names = before(known, visit.machine, again=again)
        tell(visit, said)
        way = visit.choose(FROM_WELCOME, names, names[0], "\n".join((*help.ways_on(names), *help.WELCOME)))
        if way and (place := follow(visit, way)):
            return place


def tell(visit: Visit, said: str) -> None:
    """What there is to know."""
    known = visit.known
    if said:
        visit.say(said, "")
    if known.standing.phase == "fresh":
        visit.say(*purpose(new=known.new).splitlines(), "")
    visit.say(*machine_lines(known.facts), *finding_lines(first_findings(known.judgement)), "", KEYS, "")


def follow(visit: Visit, way: str) -> str:
    """The next place, "" where this one stays."""
    match way:
        case "resume":
            return visit.known.place(resumed(visit.known))
        case "verify":
            return "verify"
        case "rollback":
            return roll_back(visit) or ""
        case "restart":
            restart(visit)
            return ""
        case "retry":
            retry(visit)
            return ""
        case "over":
            visit.known.start_over()
    return visit.go_on("welcome")


def retry(visit: Visit) -> None:
    """Arm Xen once more, then ask for the restart."""
    machine = visit.machine
    try:
        visit.unbroken(machine.try_again)
        visit.known.stands(machine.standing())
    except XenstrapError as error:
        visit.say(error_text(error))
    else:
        restart(visit)
