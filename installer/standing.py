"""Where a machine stands when somebody comes back to it, as the journal tells."""

from typing import Literal

from installer.answers import Answers
from installer.host import Host
from installer.journal import Journal, Record
from installer.model import Model
from installer.plan import ROLLBACK, ROLLBACK_TITLE
from installer.stage import Guarded, Stage
from installer.steps import STEPS
from installer.trial import boot_id, bridge_of, read_guarded, read_stage, subject

Phase = Literal["fresh", "stopped", "applied", "restarted", "verified", "failed", "half back"]


class Standing(Model):
    """What the last run came to.

    "stopped": an apply did not come to its end; "applied": it did, and the machine has not been restarted since;
    "restarted": it has, and nothing is verified yet; "verified": it passed; "failed": the
    trial of Xen did not, and this is plain Linux; "half back": a rollback was stopped.
    `text` is the failure, `step` the title of the step that was at work, `when` the time of the last record; `lost` is
    what the bridge lost, where the former network was given back. `stage` is how the trial of the last run's `answers`
    and their bridge stand.
    """

    phase: Phase = "fresh"
    text: str = ""
    step: str = ""
    when: str = ""
    answers: Answers | None = None
    lost: str = ""
    stage: Stage = Stage()

    def stage_of(self, answers: Answers) -> Stage:
        """How the trial of these answers, and their bridge, stand: others than the last ones have yet to be tried."""
        if self.answers is None:
            return Stage()
        stage = self.stage if subject(answers) == subject(self.answers) else Stage()
        same_bridge = bridge_of(answers.model_dump(mode="json")) == bridge_of(self.answers.model_dump(mode="json"))
        return stage.model_copy(update={"network": self.stage.network if same_bridge else Guarded()})


def read_standing(journal: Journal, host: Host) -> Standing:
    """The standing."""
    run, end, verified = journal.last_run(), journal.last_end(), journal.last_verified()
    if run is None:
        return Standing()
    when = journal.records[-1].time
    text = end.text if end and end.status == "failed" else ""
    if run.verb == "rollback":
        done = end is not None and end.status == "done"
        return Standing() if done else Standing(phase="half back", text=text, when=when)
    answers = Answers.model_validate(run.answers)
    if answers.install.disk:
        return Standing()  # that was another system, on another disk
    stage = read_stage(journal, answers, host) if answers.boot.xen and answers.boot.trial else Stage()
    phase: Phase = "applied"
    if end is None or end.status != "done":
        phase = "stopped"
    elif stage.name in ("failed", "seen"):
        phase, text = "failed", stage.text
    elif verified.passed if verified else stage.passed:
        phase = "verified"
    elif boot_id(host) != run.boot:
        phase = "restarted"
    guarded, step = read_guarded(journal, answers), last_step(journal.records)
    lost = guarded.text if guarded.name == "given back" else ""
    stage = stage.model_copy(update={"network": guarded})
    return Standing(phase=phase, text=text, step=step, when=when, answers=answers, lost=lost, stage=stage)


def last_step(records: list[Record]) -> str:
    """Title of the step whose change was begun last in the newest run; "" where that did not come so far."""
    titles = {step.name: step.title for step in STEPS} | {ROLLBACK: ROLLBACK_TITLE}
    for record in reversed(records):
        if record.run:
            break
        if record.before and not record.before.early:
            return titles.get(record.before.step, record.before.step)
    return ""
