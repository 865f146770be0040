"""What is asked, how it may be answered, and what is said of a wrong answer."""

import os
import re
import termios
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from installer.answers import Answers
from installer.facts import Facts
from installer.headless import plan_for
from installer.host import NoHost
from installer.keys import Key, examples, item
from installer.standing import Standing
from plain.modes import unseen
from plain.page import PageTalk
from plain.talk import Farewell, Leave, Talk
from screens.draft import FORGOTTEN, Draft, asked_keys, default_text, draft_of, text_of
from screens.known import Known
from screens.looks import PLAIN
from screens.page import Page, texts_of
from screens.pages import pages
from screens.remarks import our_words
from tests.answers.strategies import answers as any_answers
from tests.blank.machines import BLANK
from tests.captured.test_captured import NAMES, facts
from tests.captured.test_captured import given as given_to
from tests.machines import answers, machine
from tests.plain.paper import Desk, Paper, Script, answer

KEYS = {key.full: key for key in asked_keys()}


def ask(
    page: Page, script: Any, typed: dict[str, str] | None = None, facts: Facts | None = None
) -> tuple[Paper, Known]:
    """Ask one page of a script, until that ends."""
    known = Known(None, PLAIN)
    known.look(facts or machine(), Standing(), Draft(typed=typed or {}))
    paper = Paper()
    paper.script = script(paper)
    talk = Talk(paper.teletype, lambda: Farewell("That is all."))
    try:
        PageTalk(page, known, talk, known.type_text).ask()
    except Leave:
        assert paper.text.endswith("That is all.\n")
    paper.check()
    return paper, known


def page_of(full: str) -> Page:
    """The page that asks a key."""
    return next(page for page in pages() if full in page.names)


def typing(texts: dict[str, str]) -> Any:
    """A script that types these texts, and Enter otherwise, until a question comes a third time."""
    names = {word.label: full for full, word in our_words().items()}

    def script(paper: Paper) -> Script:
        asked: list[str] = []
        while asked.count(paper.question) < 2:
            asked.append(paper.question)
            full = names.get(paper.question, "")
            if not full:
                yield "yes"
            elif asked.count(paper.question) == 1 and full in texts:
                yield f"={texts[full]}"
            else:
                yield ""

    return script


def test_every_question_has_a_name_of_its_own() -> None:
    assert len({word.label for word in our_words().values()}) == len(KEYS)


@settings(max_examples=15)
@given(any_answers())
def test_any_answers_pass_through_the_questions_unchanged(given_answers: Answers) -> None:
    wanted = draft_of(given_answers).typed
    for page in pages():
        own = {full: text for full, text in wanted.items() if full in page.names and not KEYS[full].secret}
        assert not own or ask(page, typing(own))[1].draft.typed == own


def another_text(key: Key) -> str:
    """A text for a key that is not its default."""
    shown = [
        *key.examples,
        *examples(key.annotation),
        *(examples(item(key.annotation)) if item(key.annotation) else []),
    ]
    texts = [*texts_of(key), *map(text_of, shown), "17"]
    return next(text for text in texts if text != default_text(key))


@pytest.mark.parametrize("full", [full for full, key in KEYS.items() if not key.secret])
def test_each_key_is_asked_explained_and_put_back(full: str) -> None:
    key = KEYS[full]
    page = page_of(full)
    word = page.word(key)
    text = another_text(key)

    def go(paper: Paper) -> Script:
        while paper.question != word.label:
            yield "yes" if paper.question.startswith("More settings?") else ""
        yield "?"
        paper.see(f"In an answer file: {full}", " ".join((word.means or key.description).split()))
        paper.see(*([f"If it is wrong: {word.wrong}"] if word.wrong else []))
        yield "-"

    paper, known = ask(page, go, typed={full: text})
    assert f"In an answer file: {full}" in " ".join(paper.text.split())
    assert full not in known.draft.typed


MACHINES: dict[str, Facts] = {
    f"{name}-{when}": facts(f"{name}-{when}") for name in NAMES for when in ("native", "dom0")
}
OTHERS = answers(
    memory={"dom0": "1G"},
    cpus={"dom0": 2, "pin": True},
    boot={"trial": False, "options": ["loglvl=all"]},
    storage={"where": "directory", "directory": "/srv/xen"},
    serial={"port": "com1", "speed": 9600, "login": False},
    bridge={"name": "br-guests", "txqueuelen": 2000},
    packages={"hvm": False, "extra": ["lvm2", "ovmf"]},
    guests={"on_host_reboot": "shutdown", "autostart": ["mail", "web"]},
)
CASES = [(name, each) for name in MACHINES for each in (given_to(name.rpartition("-")[0]), OTHERS)]


@pytest.mark.parametrize(("name", "given_answers"), CASES)
def test_the_same_answers_make_the_same_plan(tmp_path: Path, name: str, given_answers: Answers) -> None:
    desk = Desk(tmp_path, MACHINES[name])
    texts = draft_of(given_answers).typed

    def go(paper: Paper) -> Script:
        yield from answer(paper, texts, KEYS)

    assert desk.type(go, machine=desk.look_only()) == 0
    assert desk.visit.known.answers == given_answers
    plan = plan_for(given_answers, desk.facts, NoHost(), None)
    assert not plan.errors
    assert re.findall("plan hash ([0-9a-f]{16})", desk.paper.text) == [plan.hash]


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


def test_a_password_is_asked_twice_and_not_shown() -> None:
    def go(paper: Paper) -> Script:
        yield from paper.to("Password of root")
        paper.see("[nothing]", "nobody could log in to the new system")
        yield "x" * 128
        paper.see("A password has at most 127 characters.", "Password of root [nothing]:")
        for first, second in (("secret", "secre"), ("=?", "=?")):
            yield first
            paper.see("Once more:")
            yield second
        yield from paper.to("SSH keys")
        yield "<"
        yield "<"
        paper.see("Password of root [set]:")
        yield ""

    live = BLANK["uefi-480"]
    paper, known = ask(page_of("install.root_password"), go, {"install.disk": "ata-SSD_S1"}, live)
    assert "The two are not the same." in paper.text
    made = known.judgement.answers.install.root_password
    assert made
    assert made.startswith("$")
    assert made not in paper.text


def test_a_passphrase_of_an_earlier_run_is_typed_again_or_taken_away() -> None:
    def go(paper: Paper) -> Script:
        yield from paper.to("Encrypt the guests")
        paper.see("What was typed here is kept nowhere.", "Encrypt the guests [to be typed again]:")
        yield ""
        paper.see("Encrypt the guests [to be typed again]:")
        yield "-"

    typed = {"install.disk": "ata-SSD_S1", "install.passphrase": FORGOTTEN}
    _, known = ask(page_of("install.passphrase"), go, typed, BLANK["uefi-480"])
    assert "install.passphrase" not in known.draft.typed


def test_a_terminal_shows_nothing_of_what_is_typed_unseen() -> None:
    far, near = os.openpty()
    shown = termios.tcgetattr(near)
    with unseen(near):
        assert not termios.tcgetattr(near)[3] & termios.ECHO
    assert termios.tcgetattr(near) == shown
    with unseen(near):
        os.close(far)
    os.close(near)
