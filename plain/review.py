"""The plan before anything is done, and what can be done with it."""

from functools import partial

from installer import report
from installer.errors import HostError, XenstrapError
from installer.plan import Plan
from installer.toml_write import written
from plain.plan import diff_of, in_order, short
from plain.run import run
from plain.visit import Visit
from screens import help
from screens.confirm import questions
from screens.ways import COMPARING, FROM_REVIEW, SAVED, Ways, error_text, summary, ways_with

MORE: Ways = {"page": "Change a page", "diff": "Diff of one change", "whole": "Whole plan with every diff"}
"""What a screen shows by itself."""

HELP = f"{help.PLAN_LINES} {help.UNTOUCHED}"


def review(visit: Visit) -> str:
    """Show the plan; the next place."""
    visit.head("review")
    visit.say(COMPARING)
    known, machine = visit.known, visit.machine
    try:
        plan = visit.looking(partial(machine.plan, known.answers, known.facts))
    except XenstrapError as error:
        visit.say(error_text(error), "")
        visit.choose(FROM_REVIEW, ["back"], "back", HELP)
        return known.before("review")
    visit.say("", *short(plan, known.pages))
    if not plan.errors:
        visit.say(f"plan hash {plan.hash}")
    while True:
        visit.say(summary(plan, machine), "")
        way = ask_way(visit, plan)
        if place := follow(visit, plan, way):
            return place


def ask_way(visit: Visit, plan: Plan) -> str:
    """What to do with the plan; nothing is done by Enter alone."""
    names = ways_with(plan, visit.known, visit.machine)
    more = ["page", *(["diff"] if plan.pending and not plan.errors else []), "whole"]
    help_text = "\n".join((HELP, *help.REVIEW[1:3]))
    return visit.choose({**FROM_REVIEW, **MORE}, [*names, *more], "", help_text) or "back"


def follow(visit: Visit, plan: Plan, way: str) -> str:
    """The next place, "" where this one stays."""
    match way:
        case "back":
            return visit.known.before("review")
        case "verify":
            return "verify"
        case "apply":
            asked = questions(plan, visit.known)
            return run(visit, plan, "apply") if all(map(visit.talk.confirm, asked)) else ""
        case "page":
            return ask_page(visit)
        case "answers":
            save(visit, *SAVED[way], written(visit.known.answers))
        case "plan":
            save(visit, *SAVED[way], "".join(f"{line}\n" for line in report.plan_lines(plan, str)))
        case "whole":
            visit.say(*report.plan_lines(plan, str))
        case "diff":
            show_diff(visit, plan)
    return ""


def ask_page(visit: Visit) -> str:
    """Which page to go back to, "" for none."""
    pages = {page.name: page.title for page in visit.known.pages}
    return visit.talk.choose({"welcome": visit.known.places["welcome"], **pages}, "", HELP) or ""


def show_diff(visit: Visit, plan: Plan) -> None:
    """Diffs, one after the other, until somebody goes back."""
    count = len(in_order(plan))
    said = f"The number of a change, from 1 to {count}; Enter alone for none."
    while typed := visit.talk.ask("Number of the change [none]:", said):
        visit.say(*(diff_of(plan, typed) or [said]))


def save(visit: Visit, said: str, name: str, content: str) -> None:
    """Ask for a name until it is a good one, and write the file; < writes none."""
    while True:
        typed = visit.talk.ask(f"{said.rstrip(':')} [{name}]:", f"{said} < writes none.")
        if typed is None:
            return
        try:
            path = visit.machine.save(typed or name, content)
        except HostError as error:
            visit.say(error_text(error))
        else:
            visit.say(f"Saved: {path}")
            return
