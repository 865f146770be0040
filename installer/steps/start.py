"""Xen first: chosen last, when everything that it needs stands."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, proved, unfit
from installer.resources.base import Resource
from installer.resources.boot import XEN_ENTRY, BootMenu
from installer.resources.files import File
from installer.steps.base import Step
from installer.templates import render


class StartStep(Step):
    """Which entry starts by itself."""

    name = "start"
    title = "What starts by default"

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        yield Choice(
            key="boot.xen",
            value=str(answers.boot.xen).lower(),
            because="Xen starts by default, and plain Linux stays in the menu"
            if answers.boot.xen
            else "the default entry stays as it is",
        )

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        if not answers.boot.xen:
            return
        entry = XEN_ENTRY + facts.boot.root_uuid
        yield File(
            name="/etc/default/grub.d/60-xenstrap-start.cfg",
            text=render("grub/start.cfg", entry=entry),
            because="chosen by id, whatever the language and the kernel",
        )
        yield BootMenu(name="default", default=entry)

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        if not answers.boot.xen:
            return
        if facts.running.command_line.startswith("placeholder ") and facts.xen:
            yield proved("the machine started Xen by itself, from GRUB's entry")
        else:
            yield unfit("the machine did not start through GRUB's Xen entry", "see /boot/grub/grub.cfg: set default")
