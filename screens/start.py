"""The verb `wizard`: from its options to its exit code."""

import argparse
import os
from pathlib import Path

from installer import verbs
from installer.answer_file import only_name, read_answers
from installer.errors import Exit, UnfitError
from installer.host import Host, NoHost
from installer.lock import BusyError
from installer.log import Log
from installer.machine import Machine, Watched
from installer.terminal import is_terminal, own_tty
from screens.app import Wizard
from screens.looks import Look

LINES = ("ttyS", "ttyAMA", "ttyUSB", "hvc")
SIMPLE = ("", "dumb", "vt100", "vt102", "vt220", "ansi")


def wizard(options: argparse.Namespace) -> Exit:
    """Ask on screen, show the plan, apply it."""
    given = read_answers(only_name(options.answers)).answers if options.answers else None
    if not is_terminal():
        raise UnfitError("the wizard needs a terminal, and this is none", "without one: xenstrap plan, xenstrap apply")
    machine = make_machine(options.facts)
    busy = None
    try:
        machine.hold()
    except BusyError as error:
        busy = error
    try:
        code = Wizard(machine, given, look(), busy).run()
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


def look() -> Look:
    """The look that this terminal can show."""
    return "serial" if own_tty().startswith(LINES) or os.environ.get("TERM", "") in SIMPLE else "rich"
