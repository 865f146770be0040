"""Starting the wizard on a machine."""

import argparse
import os
from pathlib import Path

from installer import verbs
from installer.answer_file import only_name, read_answers
from installer.errors import AnswersError, Exit
from installer.host import Host, NoHost
from installer.lock import BusyError
from installer.log import Log
from installer.machine import Machine, Watched
from screens.app import Wizard
from screens.looks import Look


def launch(options: argparse.Namespace, look: Look) -> Exit:
    """Ask on screen, show the plan, apply it."""
    given = read_answers(only_name(options.answers)).answers if options.answers else None
    if given and given.install.disk:
        raise AnswersError("the wizard makes a dom0 of the system that runs, and these answers are for a new one",
                           "xenstrap plan, then xenstrap apply; or take the section install away")  # fmt: skip
    machine = make_machine(options.facts)
    busy = None
    try:
        machine.hold()
    except BusyError as error:
        busy = error
    try:
        code = Wizard(machine, given, look, busy).run()
    finally:
        machine.release()
    return Exit(code or 0)


def make_machine(facts: Path | None) -> Machine:
    """This machine, or one of which only the facts are at hand."""
    if facts is not None:
        known = verbs.read_facts(facts)
        return Machine(home(), NoHost(), lambda host: known)
    if os.geteuid() != 0:
        return Machine(home(), Watched(), verbs.look)
    return Machine(verbs.STATE, Watched(), verbs.look, lambda: Host(log=Log(verbs.STATE)))


def home() -> Path:
    """Where somebody who is not root keeps unfinished answers."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "xenstrap"
