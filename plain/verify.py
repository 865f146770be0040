"""After the restart: what is really in force."""

from installer.errors import Exit, XenstrapError
from installer.report import verify_lines
from plain.run import roll_back
from plain.talk import Leave
from plain.visit import Visit
from screens import help
from screens.ways import FROM_VERIFY, VERIFYING, error_text, verdict


def verify(visit: Visit) -> str:
    """Look, and say what it comes to; the next place."""
    visit.head("verify")
    visit.say(VERIFYING)
    machine, known = visit.machine, visit.known
    try:
        findings = visit.unbroken(machine.verify)
        known.stands(machine.standing())
    except XenstrapError as error:
        visit.say(error_text(error))
    else:
        visit.say(*verify_lines(findings), "", verdict(findings, known))
    visit.say("")
    while True:
        match visit.choose(FROM_VERIFY, list(FROM_VERIFY), "leave", "\n".join(help.VERIFY)):
            case "leave":
                raise Leave(Exit.DONE)
            case "again":
                return "verify"
            case "rollback":
                if place := roll_back(visit):
                    return place
            case _:
                return "welcome"
