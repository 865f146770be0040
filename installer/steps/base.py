"""The shape of a step."""

from abc import ABC
from collections.abc import Iterator
from typing import ClassVar, Self

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding
from installer.resources.base import Resource
from installer.stage import Stage


class Step(ABC):
    """One concern of a dom0: what must hold before, what should be true after. Every method is pure."""

    name: ClassVar[str]
    """Key in the answers, in the journal and on the command line."""
    title: ClassVar[str]
    """For people."""

    def at(self, stage: Stage) -> Self:
        """The same step, aware of how the trial stands."""
        return self

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        """Before: what speaks against it, or is worth knowing."""
        yield from ()

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        """What each "auto" and each default came to on this machine, and because of what."""
        yield from ()

    def picture(self, answers: Answers, facts: Facts) -> Iterator[str]:
        """What is chosen beside what there is, line by line; nothing where there is nothing to compare."""
        yield from ()

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        """What should be true; only asked for where `check` found no error."""
        yield from ()

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        """After the reboot, on fresh facts: what is really in force."""
        yield from ()
