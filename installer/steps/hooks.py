"""Word to the operator: what the machine says at every login, and before it where something has failed or is asked."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.resources.base import Resource
from installer.resources.files import File, Link
from installer.steps.base import Step
from installer.templates import render

ISSUE = "/var/lib/xenstrap/issue"


class HooksStep(Step):
    """The message of the day, and that before the login.

    pam_motd(8) runs the scripts in its folder at each login; agetty(8) reads all of /etc/issue.d, and passes over a
    link to what is not there.
    """

    name = "hooks"
    title = "Word to the operator"

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        text = render("trial/motd")
        yield File(name="/etc/update-motd.d/60-xenstrap", text=text, mode="0755", because="a login says how dom0 is")
        because = "what failed, or is asked, is seen before the login"
        yield Link(name="/etc/issue.d/xenstrap.issue", target=ISSUE, because=because, goes_last=True)
