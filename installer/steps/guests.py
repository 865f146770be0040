"""What becomes of the guests when the host stops and starts."""

from collections.abc import Iterator

from installer.answers import Answers, Guests
from installer.facts import Facts
from installer.finding import Choice, Finding, note, warn
from installer.resources.base import Resource
from installer.resources.diverted import SUFFIX, DivertedFile
from installer.resources.files import File, Link
from installer.steps.base import Step
from installer.steps.memory import dom0_mib
from installer.templates import render

SAVE = "/var/lib/xen/save"
DROP_IN = "/etc/systemd/system/xendomains.service.d/50-xenstrap.conf"


class GuestsStep(Step):
    """xendomains, Debian's service that saves or stops guests with the host and starts them again."""

    name = "guests"
    title = "Guests when the host restarts"

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        most, free = facts.memory_mib - dom0_mib(answers, facts), facts.var_free_mib
        if answers.guests.on_host_reboot == "save" and free is not None and free < most:
            yield warn(
                f"Saving guests takes as much disk as they have memory: up to {most} MiB; /var has {free} MiB free.",
                f'mount a larger volume at {SAVE}, or set guests.on_host_reboot = "shutdown"',
                "guests.on_host_reboot",
            )
        if names := [f"/etc/xen/{name}.cfg" for name in answers.guests.autostart]:
            yield note(f"{', '.join(names)} must be there when the host starts.", key="guests.autostart")

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        given = answers.guests
        saving = "guests go on where they were (Debian's own default)"
        because = saving if given.on_host_reboot == "save" else "guests are shut down one after the other, cleanly"
        yield Choice(key="guests.on_host_reboot", value=given.on_host_reboot, because=because)
        value = ", ".join(given.autostart) or "none"
        because = "started with the host" if given.autostart else "only guests that were saved come back"
        yield Choice(key="guests.autostart", value=value, because=because)

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        given = answers.guests
        saves, name = given.on_host_reboot == "save", "/etc/default/xendomains"
        if not saves or given.stop_wait != Guests().stop_wait:
            text = render(
                "xen/xendomains",
                aside=f"xendomains{SUFFIX}",
                save=SAVE if saves else "",
                restore="true" if saves else "",
                stop_wait=given.stop_wait,
            )
            yield DivertedFile(name=name, text=text, because="other than Debian's own settings")
        text = render("xen/xendomains.service.conf", stop_wait=given.stop_wait)
        yield File(
            name=DROP_IN, text=text, because="systemd would cut off what takes all guests more than five minutes"
        )
        for guest in given.autostart:
            yield Link(name=f"/etc/xen/auto/{guest}.cfg", target=f"../{guest}.cfg", because="started with the host")
