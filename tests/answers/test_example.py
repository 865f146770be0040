"""The example is good as it stands, and so is the page about all keys."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.answer_file import parse_answers
from installer.answers import Answers
from installer.example import example
from installer.facts import Facts
from installer.finding import Choice
from installer.keys import keys
from installer.reference import reference
from installer.steps import STEPS
from installer.steps.base import Step
from tests.machines import dom0, machine

ROOT = Path(__file__).parent.parent.parent


class Chooser(Step):
    """A step that has chosen."""

    name = "memory"
    title = "Memory"

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        yield Choice(key="memory.dom0", value="1280M", because="1 GiB and a twentieth\nof this machine's 4 GiB\x1b[2J")
        yield Choice(key="cpus.pin", value="false", because="nobody asked")


TEXT = example(machine(hostname="host\nwith = 'a break'"), [Chooser()])


def test_is_good_and_says_the_defaults() -> None:
    assert parse_answers(TEXT, "answers.toml").answers == Answers()


def test_has_every_key_and_nothing_else() -> None:
    given = re.findall(r"^(?:# )?([a-z0-9_]+) = ", TEXT, re.MULTILINE)
    assert given == [key.name for key in keys()]
    assert all(key.description.split()[0] in TEXT for key in keys())


def test_says_what_auto_is_here() -> None:
    assert '# here: 1280M, because 1 GiB and a twentieth of this machine\'s 4 GiB [2J\ndom0 = "auto"\n' in TEXT
    assert "nobody asked" not in TEXT


@pytest.mark.parametrize(
    "facts", [machine(), dom0(), machine(memory_mib=2048, under="kvm")], ids=["host", "dom0", "guest"]
)
def test_the_real_steps(facts: Facts) -> None:
    text = example(facts, STEPS)
    assert parse_answers(text, "answers.toml").answers == Answers()
    assert "\n# here: " in text
    chosen = {choice.key for step in STEPS for choice in step.choices(Answers(), facts)}
    assert chosen <= {key.full for key in keys()}


def test_is_narrow() -> None:
    assert max(map(len, TEXT.splitlines())) <= 76


@pytest.mark.parametrize("key", [key for key in keys() if key.default is None], ids=lambda key: key.full)
def test_what_is_commented_out_is_good_too(key: object) -> None:
    text = re.sub(r"^# (gateway[46]|txqueuelen|irq|plan_hash) = ", r"\1 = ", TEXT, flags=re.MULTILINE)
    fixed = text.replace('ipv4 = "keep"', 'ipv4 = "192.0.2.10/24"').replace('ipv6 = "keep"', 'ipv6 = "2001:db8::10/64"')
    assert parse_answers(fixed, "answers.toml").answers.bridge.gateway4 == "192.0.2.1"


def test_the_reference_page_is_up_to_date() -> None:
    committed = (ROOT / "docs/ANSWERS.md").read_text(encoding="utf-8")
    assert committed == reference(), "python -m installer.reference > docs/ANSWERS.md"
