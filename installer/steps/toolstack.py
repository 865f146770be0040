"""The defaults of xl, the toolstack."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.resources.base import Resource
from installer.resources.diverted import SUFFIX, DivertedFile
from installer.steps.base import Step
from installer.steps.bridge import default_bridge
from installer.templates import render


class ToolstackStep(Step):
    """xl.conf: dom0's memory stays as it is, and guests join the bridge unless they say otherwise."""

    name = "toolstack"
    title = "Defaults of xl"

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        ours = {"autoballoon": '"off"'}
        if bridge := default_bridge(answers, facts):
            ours["vif.default.bridge"] = f'"{bridge}"'
        settings = sorted((facts.xl_conf | ours).items())
        yield DivertedFile(
            name="/etc/xen/xl.conf",
            text=render("xen/xl.conf", settings=settings, aside=f"xl.conf{SUFFIX}"),
            because="dom0's memory is fixed, and guests without a bridge of their own join ours",
        )
