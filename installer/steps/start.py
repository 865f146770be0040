"""Xen first: once, as a trial, and by default when that has passed; chosen last, when everything it needs stands."""

from collections.abc import Iterator
from typing import Self

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, proved, unfit
from installer.resources.base import Resource
from installer.resources.boot import LINUX_ENTRY, PLAIN, XEN_ENTRY, BootMenu
from installer.resources.files import File
from installer.resources.once import Once
from installer.stage import Stage
from installer.steps.base import Step
from installer.templates import render

NAME = "/etc/default/grub.d/60-xenstrap-start.cfg"
FALLBACK = "/etc/grub.d/60_xenstrap"


class StartStep(Step):
    """Which entry starts by itself."""

    name = "start"
    title = "What starts by default"

    def __init__(self, stage: Stage | None = None) -> None:
        self.stage = stage or Stage()

    def at(self, stage: Stage) -> Self:
        return type(self)(stage)

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        because = "the default entry stays as it is"
        if answers.boot.xen:
            waits = answers.boot.trial and not self.stage.passed
            because = "Xen starts by default, and plain Linux stays in the menu"
            because = "Xen starts by default once its trial has passed; plain Linux stays" if waits else because
        yield Choice(key="boot.xen", value=str(answers.boot.xen).lower(), because=because)

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        if not answers.boot.xen:
            return
        entry, linux = XEN_ENTRY + facts.boot.root_uuid, LINUX_ENTRY + facts.boot.root_uuid
        text = render("grub/fallback", entry=linux)
        yield File(name=FALLBACK, text=text, mode="0755", because="an image that GRUB cannot load must not hang it")
        yield BootMenu(name="fallback", lines=(f'set fallback="{linux}"',))
        if not answers.boot.trial or self.stage.passed:
            text = render("grub/start.cfg", trial=False, entry=entry)
            yield File(name=NAME, text=text, because="chosen by id, whatever the language and the kernel")
            yield BootMenu(name="default", default=entry)
            return
        # The machine's own default stays, whichever Linux that is; only one that names Xen has to give way.
        text = render("grub/start.cfg", trial=True, entry=linux if "xen" in facts.boot.default.lower() else "")
        yield File(name=NAME, text=text, because="plain Linux is the way back until the trial has passed")
        yield BootMenu(name="default", default=PLAIN)
        armed = self.stage.name == "untried"
        yield Once(name="next boot", entry=entry, armed=armed, because="Xen starts once, as a trial" if armed else "")

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        if not answers.boot.xen:
            return
        if facts.running.command_line.startswith("placeholder ") and facts.xen:
            yield proved("the machine started Xen by itself, from GRUB's entry")
        else:
            yield unfit("the machine did not start through GRUB's Xen entry", "see /boot/grub/grub.cfg: set default")
