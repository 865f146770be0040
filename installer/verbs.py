"""What each verb does, from its options to its exit code."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import ValidationError

from installer import headless, newroot, report
from installer.answer_file import AnswerFile, only_name, read_answers
from installer.engine import Event
from installer.errors import AnswersError, Exit
from installer.example import example as example_text
from installer.facts import Facts
from installer.hooks import told_run
from installer.host import Host, LookOnlyHost, NoHost
from installer.journal import Journal
from installer.live import go_live
from installer.lock import Lock
from installer.log import Log
from installer.network.reach import Clock
from installer.notice import renew_notices
from installer.plan import Plan
from installer.probe import probe
from installer.schema import schema as schema_text
from installer.status import read_status, status_lines
from installer.steps import STEPS
from installer.terminal import folded, own_tty, say, ssh_ends
from installer.verdict import Bench

STATE = Path("/var/lib/xenstrap")


def facts(options: argparse.Namespace) -> Exit:
    """Print this machine's facts."""
    print(look(LookOnlyHost()).model_dump_json(indent=2))
    return Exit.DONE


def schema(options: argparse.Namespace) -> Exit:
    """Print the JSON Schema of the answers."""
    print(schema_text(), end="")
    return Exit.DONE


def example(options: argparse.Namespace) -> Exit:
    """Print a commented answer file."""
    machine = read_facts(options.facts) if options.facts else look(LookOnlyHost())
    print(example_text(machine, STEPS), end="")
    return Exit.DONE


def check(options: argparse.Namespace) -> Exit:
    """Check an answer file by itself and, where there are facts, against them; off line."""
    file = read_answers(only_name(options.answers))
    if options.facts:
        drawn = newroot.draw(file.answers, read_facts(options.facts), NoHost(), None)
        for finding in drawn.findings:
            emit(report.finding_lines(finding, file.place), err=True)
        headless.require_good(drawn)
    say(f"{file.name} is good.")
    return Exit.DONE


def plan(options: argparse.Namespace) -> Exit:
    """Show what would be changed."""
    file = read_answers(only_name(options.answers))
    host: Host = NoHost() if options.facts else LookOnlyHost()
    machine = read_facts(options.facts) if options.facts else look(host)
    drawn = newroot.draw(file.answers, machine, host, None if options.facts else readable_journal())
    show_plan(drawn, file, options.json)
    headless.require_good(drawn)
    if options.facts:
        say("Drawn from facts alone, as if nothing of it were there yet; only the machine itself can tell what is.")
    return Exit.DONE


def apply(options: argparse.Namespace) -> Exit:
    """Change the machine."""
    headless.require_root()
    file = read_answers(only_name(options.answers))
    with Lock(STATE):
        host, journal = root_host(), Journal(STATE)
        say("looking at this machine ...")
        machine = look(host)
        drawn = newroot.draw(file.answers, machine, host, journal, notes=False)
        if drawn.errors:
            show_plan(drawn, file, options.json)
        headless.require_good(drawn)
        approved = options.plan_hash or file.answers.plan_hash
        headless.require_approved(drawn, approved, journal)
        headless.require_erase(drawn, options.erase)
        for finding in drawn.findings:
            emit(report.finding_lines(finding, file.place), err=True)
        if not drawn.pending and not unfinished(journal):
            say(report.summary(drawn))
        else:
            show = shower(options.json)
            with headless.stop_between_changes() as stopped:
                if newroot.run(drawn, file.answers, machine, host, journal, show, stopped, approved):
                    say("Stopped between two changes, as asked. Apply again to go on, or roll back.")
                    return Exit.INTERRUPTED
            say(f"Done: {len(drawn.pending)} changes. {report.next_step(file.answers)}")
        renew_notices(host, journal, STATE)
    with headless.stop_between_changes() as stopped:
        if go_live(host, STATE, Clock(), say, stopped):
            say("The guard of the network goes on without us; `xenstrap status` says what came of the bridge.")
            return Exit.INTERRUPTED
    if options.reboot and (drawn.pending or machine.domain != "dom0"):
        say("restarting ...")
        host.run("systemctl", "reboot")
    return Exit.DONE


def status(options: argparse.Namespace) -> Exit:
    """Say what was done, what was in flight and what is next."""
    headless.require_root()
    told = read_status(LookOnlyHost(), Journal(STATE))
    emit([told.model_dump_json()] if options.json else status_lines(told))
    return Exit.TRIAL if told.trial == "failed" else Exit.DONE


def verify(options: argparse.Namespace) -> Exit:
    """Prove what is in force."""
    headless.require_root()
    with Lock(STATE):
        host, journal = root_host(), Journal(STATE)
        headless.applied(journal)
        findings = Bench(host, journal, look, STATE, report.Narrator(say).event).judge()
    if options.json:
        emit(json.dumps({"event": "finding"} | finding.model_dump()) for finding in findings)
    else:
        emit(report.verify_lines(findings))
    failed = sum(finding.level == "error" for finding in findings)
    say(f"{failed} check(s) failed." if failed else "This machine is a verified Xen dom0.")
    return Exit.VERIFY if failed else Exit.DONE


def rollback(options: argparse.Namespace) -> Exit:
    """Roll everything back to its first recorded state."""
    headless.require_root()
    with Lock(STATE):
        host, journal = root_host(), Journal(STATE)
        drawn = headless.draw_undo(host, journal)
        if not options.yes:
            emit(report.plan_json(drawn, str) if options.json else report.plan_lines(drawn, str))
            say("Nothing was changed. `xenstrap rollback --yes` does this.")
            return Exit.DONE
        if not drawn.changes:
            say("Nothing to roll back.")
            return Exit.DONE
        with headless.stop_between_changes() as stopped:
            if told_run(drawn, "rollback", None, None, host, journal, shower(options.json), stopped):
                say("Stopped between two changes, as asked. Run rollback again to go on.")
                return Exit.INTERRUPTED
        renew_notices(host, journal, STATE)
        say("Done: everything is as it was before. Restart the machine to leave Xen.")
    return Exit.DONE


# --- what the verbs share ---------------------------------------------------------------------------------------


def root_host() -> Host:
    """This machine, to be changed, with its log."""
    return Host(log=Log(STATE))


def unchanged_host() -> Host:
    """This machine, only to be looked at, and without a trace in the log."""
    return LookOnlyHost()


def look(host: Host) -> Facts:
    """Probe the machine that we run on."""
    launcher = Path(__file__).resolve().parent.parent / "xenstrap"
    program = str(launcher) if launcher.exists() else "/usr/bin/xenstrap"
    return probe(host, own_tty(host), ssh_ends(host), program=program, root=os.geteuid() == 0)


def unfinished(journal: Journal) -> bool:
    """Whether the last run did not come to its end."""
    end = journal.last_end()
    return journal.last_run() is not None and (end is None or end.status != "done")


def readable_journal() -> Journal | None:
    """The journal, or None with a word about it where only root may read it."""
    if os.geteuid() == 0:
        return Journal(STATE)
    say("Note: run as root, the plan also shows what earlier runs changed and files that only root may read.")
    return None


def read_facts(path: Path) -> Facts:
    """Facts from a file; AnswersError where it holds none."""
    try:
        return Facts.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AnswersError(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise AnswersError(
            f"{path} holds no facts of this version: {place or 'the file'}: {first['msg']}",
            "write it anew with `xenstrap facts`",
        ) from error
    except UnicodeDecodeError as error:
        raise AnswersError(f"{path} is not a text file") from error


def show_plan(drawn: Plan, file: AnswerFile, as_json: bool) -> None:
    """Print a plan."""
    emit(report.plan_json(drawn, file.place) if as_json else report.plan_lines(drawn, file.place))


def shower(as_json: bool) -> Callable[[Event], None]:
    """How events are shown: as JSON lines on standard output, or as narration."""
    if as_json:
        return lambda event: emit([event.model_dump_json()])
    return report.Narrator(say).event


def emit(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines, sentences folded at a terminal's width; text that is no UTF-8 is shown escaped."""
    stream = sys.stderr if err else sys.stdout
    for line in folded(lines, stream):
        print(line.encode("utf-8", "backslashreplace").decode("utf-8"), file=stream, flush=True)
