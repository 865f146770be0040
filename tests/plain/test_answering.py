"""How a question may be answered, and what is said of a wrong answer."""

from pathlib import Path

from tests.captured.test_captured import facts
from tests.plain.paper import Desk, Paper, Script


def test_a_wrong_answer_is_said_and_asked_again_with_what_stood_there(desk: Desk) -> None:
    def go(paper: Paper) -> Script:
        yield from paper.to("Memory")
        yield "9T"
        paper.see('ERROR: "9T" is not allowed here', '-> allowed: "auto" or a size', "Memory [auto: 2048M, because")
        yield "64G"
        paper.see("ERROR: 65536 MiB for dom0 is out of range", "Memory [64G]:")
        yield ""
        paper.see("This cannot stay so.", "CPUs [auto: 2")
        yield ""
        yield ""
        paper.see("ERROR: 65536 MiB for dom0 is out of range", "Memory [64G]:")
        yield "3G"
        yield ""
        paper.see("Serial console, step 5 of 10")

    assert desk.type(go) == 0
    assert desk.visit.known.draft.typed == {"memory.dom0": "3G"}


def test_an_answer_that_brings_another_question_or_an_error_elsewhere(desk: Desk) -> None:
    desk.facts = facts("trixie-uefi-networkd-native")

    def go(paper: Paper) -> Script:
        yield from paper.to("IPv4 of dom0")
        yield "192.0.2.10/24"
        assert paper.question == "IPv4 gateway"
        yield "198.51.100.1"
        paper.see("ERROR:", "IPv4 gateway [198.51.100.1]:")
        yield "192.0.2.1"
        assert paper.question == "Name servers"
        yield "<"
        assert paper.question == "IPv4 gateway"
        yield "back"
        paper.see("4 192.0.2.10/24", "IPv4 of dom0 [192.0.2.10/24]:")
        yield "as now"
        assert paper.question == "IPv4 gateway"
        paper.see("ERROR:")
        yield "-"
        paper.see("More settings?")
        yield "maybe"
        paper.see("Type yes or no.")
        yield "y"
        while paper.question != "More settings? yes or no":
            if "Memory and CPUs, step" in paper.said:
                return
            yield ""

    assert desk.type(go) == 0
    assert desk.visit.known.draft.typed == {}


def test_options_by_number_name_and_text(desk: Desk) -> None:
    desk.facts = facts("trixie-uefi-networkd-native")

    def go(paper: Paper) -> Script:
        ways = {"4": "whole disk", "FREE SPACE": "free space", "volume-group": "volume group", "6": "none"}
        for typed, where in ways.items():
            yield from paper.to("Guests' disks in")
            yield typed
            if paper.question != "Guests' disks in":
                yield "<"
            paper.see(f"Guests' disks in [{where}")
        yield "-"
        yield from paper.to("Xen starts by itself")
        yield "perhaps"
        paper.see('ERROR: "perhaps" is a text', "Xen starts by itself [yes]:")
        yield "N"
        yield from paper.to("Devices for guests")
        yield "1, 2"

    assert desk.type(go) == 0
    typed = desk.visit.known.draft.typed
    assert typed["boot.xen"] == "false"
    assert len(typed["passthrough.devices"].split()) == 2


def test_a_word_of_ours_may_be_an_answer(desk: Desk) -> None:
    def go(paper: Paper) -> Script:
        yield from paper.to("Start with the host")
        yield "=q"

    assert desk.type(go) == 0
    assert desk.visit.known.draft.typed == {"guests.autostart": "q"}


def test_the_readme_shows_the_questions_as_they_are(desk: Desk) -> None:
    def go(paper: Paper) -> Script:
        yield from paper.to("Memory")
        yield "3T"
        yield "3G"
        yield "?"

    desk.type(go)
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    shown = readme.partition("```\nMemory and CPUs, step")[2].partition("```")[0]
    assert shown
    assert shown in desk.paper.text
