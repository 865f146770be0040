"""What the machine itself says of its dom0: at every login, and before it where a trial has failed."""

from collections.abc import Iterator
from pathlib import Path

from installer.answers import Answers
from installer.files import write_atomically
from installer.host import Host
from installer.journal import Journal
from installer.trial import left_open, read_stage

GIVEN_BACK = "xenstrap: the bridge did not work, this is the former network again"
LEFT_OPEN = "xenstrap: the trial of Xen has passed, but Xen is not the default yet"
ASKED = "/run/xenstrap/asked"
"""What somebody is asked to confirm, while a unit of ours waits for that."""
AGAIN = "`xenstrap trial` tries once more, `xenstrap trial --acknowledge` takes this notice away"


def renew_notices(host: Host, journal: Journal, directory: Path) -> None:
    """Write `motd` and `issue` in the state directory as things stand now; agetty shows a new issue at once."""
    keep(directory / "motd", "".join(f"{line}\n" for line in motd(host, journal)))
    if keep(directory / "issue", "".join(f"{line}\n" for line in issue(host, journal))):
        host.query("agetty", "--reload")


def question(host: Host) -> str:
    """What somebody is asked to confirm just now; "" for nothing."""
    return (host.read(ASKED) or "").rstrip()


def motd(host: Host, journal: Journal) -> Iterator[str]:
    """What is true of this dom0, or what is wrong."""
    run = journal.last_run()
    if asked := question(host):
        yield f"xenstrap: {asked}"
    if run is None or run.verb != "apply":
        return
    answers = Answers.model_validate(run.answers)
    stage = read_stage(journal, answers, host)
    if stage.name == "failed":
        yield f"xenstrap: the trial of Xen failed on {stage.time[:10]}, this is plain Linux again: {stage.text}"
        yield f"  -> {stage.hint}; {AGAIN}" if stage.hint else f"  -> {AGAIN}"
        return
    if stage.network.name == "given back":
        yield f"{GIVEN_BACK}, since {stage.network.time[:10]}: {stage.network.text}"
        yield f"  -> {stage.network.hint}; `xenstrap status` says how to go on"
        return
    if left_open(answers, stage):
        end = journal.last_end()
        yield f"{LEFT_OPEN}, since {stage.time[:10]}: {(end and end.text) or 'what makes it that was cut off'}"
        yield "  -> the next start goes on with it, and so does `xenstrap apply` with the same answers"
        return
    if stage.name != "passed" and answers.boot.xen and answers.boot.trial:
        return
    last = next((record for record in reversed(journal.records) if record.verified), None)
    if last is None or last.verified is None:
        return
    if last.verified.passed:
        yield f"xenstrap: verified dom0, {last.time[:10]}"
        return
    failed = [str(each["text"]).rstrip(".") for each in last.verified.report if each["level"] == "error"]
    yield f"xenstrap: {len(failed)} check(s) failed on {last.time[:10]}: {'; '.join(failed)}"
    yield "  -> `xenstrap verify` checks again"


def issue(host: Host, journal: Journal) -> Iterator[str]:
    """What stands before the login: no word of others, since agetty takes a backslash for an escape."""
    run = journal.last_run()
    if asked := question(host):
        yield f"xenstrap: {asked}"
    if run and run.verb == "apply":
        answers = Answers.model_validate(run.answers)
        stage = read_stage(journal, answers, host)
        if left_open(answers, stage):
            yield f"{LEFT_OPEN}: `xenstrap status` says why"
        if stage.name == "failed":
            yield "xenstrap: the trial of Xen failed, this is plain Linux again: `xenstrap status` says why"
        if stage.network.name == "given back":
            yield f"{GIVEN_BACK}: `xenstrap status` says why"


def keep(path: Path, text: str) -> bool:
    """Write a text, or remove the file for none; whether that changed anything."""
    before = path.read_text() if path.exists() else ""
    if text:
        write_atomically(path, text.encode("utf-8", "replace"), 0o644)
    else:
        path.unlink(missing_ok=True)
    return text != before
