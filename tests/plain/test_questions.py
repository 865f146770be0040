"""What is asked: every key once, in words of its own, so that the same answers make the same plan."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from installer.answers import Answers
from installer.facts import Facts
from installer.headless import plan_for
from installer.host import NoHost
from installer.keys import Key, examples, item
from screens.draft import asked_keys, default_text, draft_of, text_of
from screens.page import texts_of
from screens.pages import pages
from screens.remarks import our_words
from tests.answers.strategies import answers as any_answers
from tests.captured.test_captured import NAMES, facts
from tests.captured.test_captured import given as given_to
from tests.machines import answers
from tests.plain.paper import Desk, Paper, Script, answer, ask, page_of

KEYS = {key.full: key for key in asked_keys()}


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
