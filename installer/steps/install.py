"""A new Debian's own steps, and what the further ones go by once it stands."""

from installer.answers import Answers
from installer.answers_install import Install
from installer.facts import Facts
from installer.steps.base import Step
from installer.steps.install_debian import InstallDebianStep
from installer.steps.install_disk import InstallDiskStep
from installer.steps.install_facts import new_answers, new_facts

NEW = ("install", "debian")


def is_new(answers: Answers, facts: Facts) -> bool:
    """Whether a new Debian is to be made: it was asked for, or this system forgets all that is done to it."""
    return answers.install != Install() or facts.running.live


def install_steps(install: Install) -> tuple[Step, Step]:
    """The steps that make it."""
    return InstallDiskStep(install), InstallDebianStep(install)


def inside(answers: Answers, facts: Facts) -> tuple[Answers, Facts]:
    """The answers and the facts of the new system, where its own steps have found no error."""
    later = new_facts(answers, facts)
    return new_answers(answers, facts, later), later
