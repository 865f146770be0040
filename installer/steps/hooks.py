"""Word to the operator: what the machine says at every login."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.resources.base import Resource
from installer.resources.files import File
from installer.steps.base import Step
from installer.templates import render


class HooksStep(Step):
    """The message of the day; pam_motd(8) runs the scripts in its folder at each login."""

    name = "hooks"
    title = "Word to the operator"

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        text = render("trial/motd")
        yield File(name="/etc/update-motd.d/60-xenstrap", text=text, mode="0755", because="a login says how dom0 is")
