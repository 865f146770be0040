"""The first boot into Xen is a trial: what judges it, and what brings the machine back where nobody can judge."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Self

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, note, unfit, warn
from installer.resources.base import Resource
from installer.resources.files import File, Link
from installer.stage import Stage
from installer.steps.base import Step
from installer.steps.trial_ways import grub_watchdog, ways_back
from installer.steps.words import is_plain_path, is_set, linux_words, names, xen_words
from installer.templates import render

UNITS = "/etc/systemd/system"
JUDGE = "xenstrap-trial.service"
TIMER = f"{UNITS}/xenstrap-trial-deadline.timer"
MINUTES = 15
WATCHDOG_SECONDS = 60
PANIC = "panic=15"  # unlike what people write, so that each owner of such a word can see its own


class TrialStep(Step):
    """What the trial needs; gone again when it has passed."""

    name = "trial"
    title = "The first boot into Xen"

    def __init__(self, stage: Stage | None = None) -> None:
        self.stage = stage or Stage()

    def at(self, stage: Stage) -> Self:
        return type(self)(stage)

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        if not self.wanted(answers):
            return
        off = "boot.trial = false makes Xen the default at once, without a way back by itself"
        if facts.boot.unwritable:
            yield unfit(
                f"GRUB cannot write to /boot on {facts.boot.unwritable}: Xen would start at every boot, not just once.",
                f"put /boot on a plain partition with ext4 or xfs; or {off}",
                "boot.trial",
            )
        path = facts.program.path
        if not facts.program.lasting or not is_plain_path(path):
            reason = "has a name that no unit of systemd can have" if facts.program.lasting else "does not last"
            yield unfit(
                f"{path} {reason}, and has to judge the trial after the restart.",
                f"copy the program to a disk of this machine, as /opt/xenstrap, and start it from there; or {off}",
                "boot.trial",
            )
        if answers.boot.noreboot:
            yield note("noreboot comes into force when the trial has passed: a Xen that crashes in it has to restart.")
        if is_set("noreboot", *facts.boot.xen_default.split()):
            yield warn(
                "With noreboot a Xen that crashes in its trial halts, and does not come back as plain Linux.",
                "take it out of GRUB_CMDLINE_XEN_DEFAULT in /etc/default/grub, and set boot.noreboot instead",
            )
        if halts(answers, facts):
            yield note(
                "The panic= in boot.linux_options, or in GRUB_CMDLINE_LINUX or GRUB_CMDLINE_LINUX_DEFAULT in "
                "/etc/default/grub, halts a dom0 that crashes. It "
                f"comes into force when the trial has passed: until then {PANIC} follows it and wins."
            )
        if self.stage.name in ("failed", "seen"):
            hint = "`xenstrap trial` tries once more"
            hint = f"{self.stage.hint}; {hint}" if self.stage.hint else hint
            yield warn(f"The trial of these answers failed: {self.stage.text}.", hint)

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        if answers.boot.xen:
            because = "Xen becomes the default when its first boot has verified itself; else plain Linux is back"
            because = because if answers.boot.trial else "Xen is the default at once"
            yield Choice(key="boot.trial", value=str(answers.boot.trial).lower(), because=because)

    def picture(self, answers: Answers, facts: Facts) -> Iterator[str]:
        if self.wanted(answers):
            yield from ways_back(answers, facts, MINUTES)

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        if not self.wanted(answers):
            return
        program = facts.program.path
        service = render("trial/trial.service", program=program)
        because = "the new dom0 judges itself"
        yield File(name=f"{UNITS}/{JUDGE}", text=service, because=because, goes_last=True)
        yield Link(name=f"{UNITS}/multi-user.target.wants/{JUDGE}", target=f"../{JUDGE}", goes_last=True)
        service = render("trial/deadline.service", program=program, timer=TIMER)
        yield File(name=f"{UNITS}/xenstrap-trial-deadline.service", text=service, because="no verdict is one too")
        yield File(name=TIMER, text=render("trial/deadline.timer", minutes=MINUTES))
        yield Link(
            name=f"{UNITS}/sysinit.target.wants/xenstrap-trial-deadline.timer",
            target="../xenstrap-trial-deadline.timer",
        )
        if facts.watchdog:
            text = render("trial/watchdog.conf", seconds=WATCHDOG_SECONDS)
            name = "/etc/systemd/system.conf.d/50-xenstrap-trial.conf"
            yield File(name=name, text=text, because="the machine has a watchdog")
        yield from grub_watchdog(facts)
        yield from words(answers, facts)

    def wanted(self, answers: Answers) -> bool:
        """Whether there is a trial, to come or under way."""
        return answers.boot.xen and answers.boot.trial and not self.stage.passed


def words(answers: Answers, facts: Facts) -> Iterator[Resource]:
    """What makes a dom0 that crashes, or finds no root, or a Xen that hangs, restart the machine.

    Xen's watchdog counts by the processors' performance counters, which virtual machines rarely have.
    """
    wanted = {"crashes": ["noreboot=no"]} if is_set("noreboot", *facts.boot.xen.split()) else {}
    if facts.under is None and not names("watchdog", *answers.boot.options, *facts.boot.xen.split()):
        wanted |= {"hangs": ["watchdog", f"watchdog_timeout={WATCHDOG_SECONDS}"]}
    if wanted:
        yield from xen_words("trial", [*chain(*wanted.values())], f"a Xen that {' or '.join(wanted)} restarts")
    ours = [] if halts(answers, facts) is False else [PANIC]
    ours += ["rd.shell=0", "rd.emergency=reboot"] if facts.initramfs == "dracut" else []
    if ours:
        yield from linux_words("trial", ours, "a dom0 that crashes or finds no root restarts")


def halts(answers: Answers, facts: Facts) -> bool | None:
    """Whether dom0's kernel is told to halt when it crashes, None where nobody says; its last `panic=` counts."""
    given = (*facts.boot.linux.split(), *facts.boot.linux_default.split(), *answers.boot.linux_options)
    seconds = names("panic", *given)[-1:]
    return not re.fullmatch(r"-?0*[1-9][0-9]*", seconds[0]) if seconds else None
