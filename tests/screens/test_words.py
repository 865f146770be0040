"""What is said before and after a run is true of the answers."""

from typing import Any

import pytest

from installer.finding import note, warn, wrong
from installer.headless import plan_for
from installer.host import NoHost
from installer.report import next_step
from installer.standing import Standing
from screens.confirm import questions
from screens.known import Known
from screens.looks import PLAIN
from screens.pages import pages
from screens.remarks import finding_lines
from tests.machines import answers, machine
from tests.network.test_findings import network

LIVE = {"bridge": {"live": True}}
NEW = {"install": {"disk": ["x"]}}


@pytest.mark.parametrize(
    ("given", "over", "said"),
    [
        ({}, "enp1s0", "The connection stays: nothing of the network changes before the restart."),
        (LIVE, "enp1s0", "At the end the bridge is made, and the connection stands still for some seconds."),
        (LIVE, "enp2s0", "The connection stays: at the end the bridge is made, and leaves enp2s0 alone."),
    ],
)
def test_who_comes_by_ssh_is_told_what_becomes_of_the_connection(given: dict[str, Any], over: str, said: str) -> None:
    facts = machine(network=network(ssh_from="192.0.2.9", ssh_over=over))
    known = Known(answers(**given), PLAIN)
    known.look(facts, Standing(), None)
    (asked,) = questions(plan_for(answers(**given), facts, NoHost(), None), known)
    assert f"You are connected from 192.0.2.9. {said}" in asked.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Restart the machine to start Xen: once, as a trial, and by default as soon as that has verified itself."),
        ({"boot": {"trial": False}}, "Restart the machine to start Xen. Then `xenstrap verify`"),
        ({"boot": {"xen": False}}, "Restart the machine and choose Xen in the boot menu."),
        (
            NEW,
            "Restart the machine from the new disk, without the live system's medium, to start Xen: once, as a trial",
        ),
        (NEW, "Then `/opt/xenstrap/xenstrap verify` says whether all is in force."),
    ],
)
def test_what_is_left_to_a_person_goes_by_the_answers(given: dict[str, Any], said: str) -> None:
    assert said in next_step(answers(**given))


def test_on_review_what_is_amiss_names_the_page_where_it_is_mended() -> None:
    found = (wrong("memory.dom0", "9T is out of range", "take less"), note("memory.dom0 is 2048M", key="memory.dom0"))
    assert list(finding_lines((*found, warn("slow")), pages())) == [
        "ERROR (page Memory and CPUs): 9T is out of range",
        "  -> take less",
        'Note: "Memory" is 2048M',
        "Warning: slow",
    ]
    assert next(finding_lines(found, pages()[:1])) == "ERROR: 9T is out of range", (
        "a page that nobody is asked is named"
    )
