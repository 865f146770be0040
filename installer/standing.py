"""Where a machine stands when somebody comes back to it, as the journal tells."""

from typing import Literal

from installer.answers import Answers
from installer.journal import Journal, Record
from installer.model import Model
from installer.steps import STEPS

Phase = Literal["fresh", "stopped", "applied", "restarted", "verified", "half back"]


class Standing(Model):
    """What the last run came to.

    "stopped": an apply did not come to its end; "applied": it did, and the machine has not been restarted since;
    "restarted": it has, and nothing is verified yet; "verified": it passed; "half back": a rollback was stopped.
    `text` is the failure, `step` the title of the step that was at work, `when` the time of the last record.
    """

    phase: Phase = "fresh"
    text: str = ""
    step: str = ""
    when: str = ""
    answers: Answers | None = None


def read_standing(journal: Journal, boot: str) -> Standing:
    """The standing, given the id of the running boot."""
    run, end, verified = journal.last_run(), journal.last_end(), journal.last_verified()
    if run is None:
        return Standing()
    when = journal.records[-1].time
    text = end.text if end and end.status == "failed" else ""
    if run.verb == "rollback":
        done = end is not None and end.status == "done"
        return Standing() if done else Standing(phase="half back", text=text, when=when)
    phase: Phase = "applied"
    if end is None or end.status != "done":
        phase = "stopped"
    elif verified and verified.passed:
        phase = "verified"
    elif boot != run.boot:
        phase = "restarted"
    answers = Answers.model_validate(run.answers)
    return Standing(phase=phase, text=text, step=last_step(journal.records), when=when, answers=answers)


def last_step(records: list[Record]) -> str:
    """Title of the step whose change was begun last in the newest run; "" where that did not come so far."""
    titles = {step.name: step.title for step in STEPS}
    for record in reversed(records):
        if record.run:
            break
        if record.before and not record.before.early:
            return titles.get(record.before.step, record.before.step)
    return ""
