"""The boot loader, made safe before the packages come, and the options that the hypervisor starts with."""

from collections.abc import Iterator
from typing import Self

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Finding, note, unfit, warn, wrong
from installer.resources.base import Resource
from installer.resources.files import File
from installer.stage import Stage
from installer.steps.base import Step
from installer.steps.boot_room import check_room
from installer.steps.words import linux_words, xen_words
from installer.templates import render

GUARD = "/etc/default/grub.d/50-xenstrap.cfg"
OWNERS = {
    "dom0_mem": "memory.dom0",
    "dom0_max_vcpus": "cpus.dom0",
    "dom0_vcpus_pin": "cpus.pin",
    "com1": "serial.port",
    "com2": "serial.port",
    "console": "serial.port",
    "noreboot": "boot.noreboot",
}


class BootStep(Step):
    """GRUB with Xen in it."""

    name = "boot"
    title = "How the machine starts"

    def __init__(self, stage: Stage | None = None) -> None:
        self.stage = stage or Stage()

    def at(self, stage: Stage) -> Self:
        return type(self)(stage)

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        yield from check_loader(answers, facts)
        if facts.boot.disable_submenu and answers.boot.xen:
            yield note(
                "GRUB_DISABLE_SUBMENU is set; it is switched off: with it GRUB has no entry of a fixed name for Xen."
            )
        if answers.boot.noreboot:
            yield warn(
                "With noreboot a crashed Xen stays halted.",
                "only with somebody at the console, or a BMC",
                "boot.noreboot",
            )
        for word in answers.boot.options:
            if owner := OWNERS.get(word.partition("=")[0]):
                yield wrong("boot.options", f"{word} belongs to another key.", f"set {owner} instead")
        for word in facts.boot.xen.split():
            if word.partition("=")[0] in OWNERS:
                yield warn(
                    f"GRUB_CMDLINE_XEN already has {word}; ours comes after it and wins.",
                    "take it out of /etc/default/grub",
                )

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        yield File(
            name=GUARD, text=render("grub/guard.cfg"), because="nothing may start Xen by default before all is in place"
        )
        on_trial = answers.boot.xen and answers.boot.trial and not self.stage.passed  # a Xen that halts is no way back
        halts = ("noreboot",) if answers.boot.noreboot and not on_trial else ()
        if words := (*halts, *answers.boot.options):
            yield from xen_words("boot", words, "asked for in boot.options")
        if answers.boot.linux_options:
            yield from linux_words("boot", answers.boot.linux_options, "asked for in boot.linux_options")

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        running = facts.xen.command_line.split() if facts.xen else []
        for word in answers.boot.options:
            if word not in running:
                yield unfit(f"Xen runs without the option {word}", "xl info | grep xen_commandline; see the boot menu")


def check_loader(answers: Answers, facts: Facts) -> Iterator[Finding]:
    """Refuse a machine that could not start Xen, or could start nothing any more."""
    if facts.boot.loader != "grub":
        yield unfit(
            f"The boot loader is {facts.boot.loader}, not GRUB: Xen would get no boot entry, without an error.",
            "install grub-efi-amd64 or grub-pc, and boot with it once",
        )
    if facts.firmware.secure_boot and answers.boot.xen:
        yield unfit(
            "UEFI Secure Boot is on: GRUB could not start Xen, and the machine would hang in its menu for ever.",
            'switch off "Secure Boot" in the firmware\'s setup, then apply again; or set boot.xen = false',
            "boot.xen",
        )
    elif facts.firmware.secure_boot:
        yield warn(
            "UEFI Secure Boot is on: Xen's entry in the menu will not start.", "switch it off in the firmware's setup"
        )
    yield from check_room(answers, facts)
    if answers.boot.xen and not facts.boot.root_uuid:
        yield unfit(
            "The root filesystem has no UUID, by which Xen's boot entry is chosen.",
            "set boot.xen = false and choose the entry by hand",
        )
