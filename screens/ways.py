"""What a place says, and the ways on from it, the likeliest first: the same for every face of the wizard."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from installer import report
from installer.errors import Exit, XenstrapError
from installer.facts import Facts
from installer.finding import Finding
from installer.machine import Machine
from installer.plan import Plan
from screens.course import Course
from screens.judge import Judgement
from screens.known import Known
from screens.memory import size
from screens.pages import SEEN_BEFORE
from screens.remarks import counted, in_our_words
from screens.times import ago

Ways = Mapping[str, str]
"""The label of each way by its name, in the order in which they stand."""

COMPARING = "Comparing your answers with this machine ..."
VERIFYING = "Looking whether everything is in force ..."

LIVE = "This is a live system, which forgets everything when it ends."

FROM_WELCOME: Ways = {
    "start": "Start",
    "resume": "Continue",
    "over": "Start over",
    "verify": "Verify",
    "restart": "Restart now",
    "retry": "Try Xen again",
    "rollback": "Roll back",
}
FROM_REVIEW: Ways = {
    "back": "Back",
    "answers": "Save answers",
    "plan": "Save plan",
    "apply": "Apply",
    "verify": "Verify",
}
FROM_END: Ways = {
    "restart": "Restart now",
    "retry": "Retry",
    "change": "Change",
    "rollback": "Roll back",
    "leave": "Leave",
}
FROM_VERIFY: Ways = {"leave": "Leave", "again": "Look again", "change": "Change", "rollback": "Roll back"}

SAVED = {
    "answers": ("The answers, for `xenstrap apply`. A new file:", "xenstrap-answers.toml"),
    "plan": ("The plan, to read. A new file:", "xenstrap-plan.txt"),
}
"""What can be saved from Review: the question for the name of the file, and a name."""

# --- welcome ------------------------------------------------------------------------------------------------------


def before(known: Known, machine: Machine, *, again: bool) -> tuple[str, list[str]]:
    """What was done before, and the ways on; `again` for somebody who comes back to the first place in one run."""
    said, ways = stood(known, machine, again=again)
    if lost := known.standing.lost:
        said = f"{said} The bridge did not work, and the former network was given back: {lost}.".strip()
    return said, ways


def stood(known: Known, machine: Machine, *, again: bool) -> tuple[str, list[str]]:
    """The same, of the runs so far."""
    standing, draft = known.standing, known.draft
    if standing.phase == "stopped":
        at = f" at: {standing.step}" if standing.step else ""
        why = f" {standing.text.rstrip('.')}." if standing.text else ""
        said = f"Applying stopped {ago(standing.when)}{at}.{why} What was done until then stays."
        return said, ["resume", "start", "rollback"]
    if standing.phase == "half back":
        return f"Rolling back stopped {ago(standing.when)}. {standing.text}".strip(), ["rollback", "start"]
    if standing.phase == "failed":
        said = f"The trial of Xen failed, and this is plain Linux again: {standing.text.rstrip('.')}."
        return said, ["retry", "start", "rollback"]
    if draft.at and not known.given and not again:
        at = known.places.get(draft.at, "the start")
        return f"You stopped at {at} {ago(draft.kept)}. {known.left_as(still=True)}", ["resume", "over"]
    if standing.phase == "applied":
        return "Everything is applied. Restart the machine to start Xen.", ["restart", "start", "rollback"]
    if standing.phase in ("verified", "restarted"):
        return "Everything is applied. You may change your answers and apply again.", ["start", "verify", "rollback"]
    if not machine.may_change:
        return f"You can save your answers and the plan here. {unable(machine)}", ["start"]
    return "", ["start"]


def unable(machine: Machine) -> str:
    """Why nothing is changed from here, and how it would be."""
    if machine.here:
        return "To apply them, start xenstrap with sudo."
    return "These are the facts of another machine: apply the answers there, by `xenstrap apply FILE --yes`."


def resumed(known: Known) -> str:
    """The place where it goes on after a stop: not behind a page where a password has to be typed again."""
    place = "review" if known.standing.phase == "stopped" else known.draft.at
    refused, names = known.draft.values()[1].keys(), list(known.places)
    before = names[: names.index(place)] if place in names else []
    return next((page.name for page in known.pages if page.name in before and refused & page.names), place)


def first_findings(judgement: Judgement) -> list[Finding]:
    """What speaks against this machine as such, wherever it is found; what was typed wrong is said beside its field."""
    by_step = judgement.by_step
    found = [finding for step in SEEN_BEFORE for finding in by_step.get(step, ())]
    elsewhere = [*(by_step[step] for step in by_step if step not in SEEN_BEFORE), *judgement.by_key.values()]
    others = [each for many in elsewhere for each in many if each.level == "error" and each.fault == "host"]
    return [*others, *found]


def machine_lines(facts: Facts) -> Iterator[str]:
    """What machine this is."""
    yield "This machine"
    yield f"  {facts.hostname}: {facts.release.name}"
    board = f"{facts.firmware.board}, " if facts.firmware.board else ""
    yield f"  {board}{facts.firmware.kind.upper()}, {facts.cpu.model}"
    yield f"  {', '.join((counted(facts.cpu.threads, 'CPU'), *sizes(facts)))}"
    if facts.running.live:
        yield f"  {LIVE}"


def sizes(facts: Facts) -> tuple[str, ...]:
    """How large it is."""
    nics = len([nic for nic in facts.network.nics if nic.kind in ("nic", "wifi")])
    return f"{size(facts.memory_mib)} of memory", counted(len(facts.disks), "disk"), counted(nics, "network card")


def brief_machine(facts: Facts) -> Iterator[str]:
    """The same, where the first line of the screen says its name and its Debian already."""
    words = filter(None, (facts.firmware.board, facts.firmware.kind.upper()))
    yield ", ".join((*words, counted(facts.cpu.threads, "CPU"), *sizes(facts)))
    if facts.running.live:
        yield LIVE


# --- review -------------------------------------------------------------------------------------------------------


def summary(plan: Plan, machine: Machine) -> str:
    """The plan in a sentence or two."""
    if plan.errors:
        count = len(plan.errors)
        return f"Nothing can be applied before {'this error is' if count == 1 else f'these {count} errors are'} gone."
    if plan.pending and not machine.may_change:
        return f"{report.summary(plan)} {unable(machine)}"
    return report.summary(plan)


def ways_with(plan: Plan, known: Known, machine: Machine) -> list[str]:
    """What can be done with this plan, the safe things first."""
    names = ["back", "answers", "plan"]
    if machine.may_change and not plan.errors:
        if plan.pending or known.standing.phase == "stopped":
            names.append("apply")
        elif known.facts.domain == "dom0":
            names.append("verify")
    return names


# --- the end of a run ---------------------------------------------------------------------------------------------

Verb = Literal["apply", "rollback"]


class Ending(NamedTuple):
    """What a run came to, the ways on, and the exit code for who leaves now."""

    title: str
    said: str
    ways: Sequence[str]
    code: Exit = Exit.FAILED


def finished(verb: Verb, known: Known) -> Ending:
    """All is done."""
    if verb == "apply":
        title = "Installed" if known.new else "Applied"
        return Ending(title, report.next_step(known.answers), ("restart", "leave"), Exit.DONE)
    end = "Everything is as it was before xenstrap. If Xen runs now, restart the machine to leave it."
    return Ending("Rolled back", end, ("leave", "restart"), Exit.DONE)


def stopped_early(verb: Verb, course: Course) -> Ending:
    """Stopped between two changes."""
    said = f"{course.done} of {course.of} are done and stay. Start xenstrap again to go on, or go on now."
    return Ending("Stopped, as asked", said, ("leave", "retry", *(("rollback",) if verb == "apply" else ())))


def failed(verb: Verb, course: Course, error: XenstrapError, facts: Facts) -> Ending:
    """A change failed."""
    holds = f"{course.done} of {course.of} are done and stay; nothing after them was touched."
    if verb == "apply" and facts.running.live:
        holds += " Retry goes on with it; the new disk does not start by itself yet."
    elif facts.domain != "dom0" and verb == "apply":
        holds += " The machine still starts plain Linux."
    ways = ("retry", "change", "rollback", "leave") if verb == "apply" else ("retry", "leave")
    return Ending(f"It stopped at: {course.now or 'the start'}", f"{error_text(error)}\n\n{holds}", ways)


def error_text(error: XenstrapError) -> str:
    """An error with its hint, in the words of the wizard."""
    hint = f"\n  -> {in_our_words(error.hint)}" if error.hint else ""
    return f"ERROR: {in_our_words(error.fact)}{hint}"


# --- verify -------------------------------------------------------------------------------------------------------


def verdict(findings: Sequence[Finding], known: Known) -> str:
    """What a verification comes to, in a sentence or two."""
    failed = sum(finding.level == "error" for finding in findings)
    if failed:
        return f"{failed} of {len(findings)} checks failed. The remedy stands below each of them."
    name = known.judgement.answers.bridge.name
    return (
        f"This machine is a verified Xen dom0. `xl list` shows what runs on it; a guest joins the network with "
        f"\"vif = ['bridge={name}']\" in its file in /etc/xen."
    )
