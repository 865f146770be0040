"""The machine that the wizard works on, whichever face it has."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from installer import verbs
from installer.answer_file import only_name, read_answers
from installer.answers import Answers
from installer.host import Host, NoHost
from installer.lock import BusyError
from installer.log import Log
from installer.machine import Machine, Watched
from screens.pages import asked_pages


class Opened(NamedTuple):
    """A machine, the answers to start from, and who else is at work on it."""

    machine: Machine
    given: Answers | None
    busy: BusyError | None


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Opened]:
    """What the command line names, held until the end unless somebody else has it."""
    given = read_answers(only_name(options.answers), left_to_pages).answers if options.answers else None
    machine = make_machine(options.facts)
    busy = None
    try:
        machine.hold()
    except BusyError as error:
        busy = error
    try:
        yield Opened(machine, given, busy)
    finally:
        machine.release()


def left_to_pages(given: Answers) -> set[str]:
    """The sections that are asked about: what contradicts itself there is said beside its fields."""
    return {section for page in asked_pages(given.ask, new=True) for section in page.sections}


def make_machine(facts: Path | None) -> Machine:
    """This machine, or one of which only the facts are at hand."""
    if facts is not None:
        known = verbs.read_facts(facts)
        return Machine(home_of(facts, known.hostname), NoHost(), lambda host: known, here=False)
    if os.geteuid() != 0:
        return Machine(home(), Watched(), verbs.look)
    return Machine(verbs.STATE, Watched(), verbs.look, lambda: Host(log=Log(verbs.STATE)))


def home_of(facts: Path, hostname: str) -> Path:
    """Where unfinished answers for another machine are kept: each file of facts has its own."""
    return home() / f"{hostname}-{sha256(os.fsencode(facts.resolve())).hexdigest()[:8]}"


def home() -> Path:
    """Where somebody who is not root keeps unfinished answers."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "xenstrap"
