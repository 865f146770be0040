"""What is to be said about a draft on this machine: answers, what speaks against them, and what "auto" came to."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from installer.answers import Answers
from installer.contradictions import contradictions
from installer.facts import Facts
from installer.finding import Choice, Finding, wrong
from installer.keys import Key, allowed, fits, item, keys
from installer.stage import Stage
from installer.standing import Standing
from installer.steps import steps_at
from installer.steps.base import Step
from installer.steps.install import inside, install_steps, is_new
from installer.wording import about_value
from screens.draft import FORGOTTEN, UNEQUAL, Draft, default_text
from screens.page import Field
from screens.pages import SEEN_BEFORE

Thing = TypeVar("Thing")


class Judgement(NamedTuple):
    """The answers, with a default for each that is wrong by itself; findings by key and, without one, by step.

    `later` are the answers and the facts of the new Debian, once one can be made; else those of this machine.
    """

    answers: Answers
    later: tuple[Answers, Facts]
    by_key: Mapping[str, tuple[Finding, ...]]
    by_step: Mapping[str, tuple[Finding, ...]]
    choices: Mapping[str, tuple[Choice, ...]]

    def errors(self, names: frozenset[str]) -> list[str]:
        """Those of the keys that have an error."""
        return [key for key in self.by_key if key in names and any(each.level == "error" for each in self.by_key[key])]


def judge(draft: Draft, facts: Facts, standing: Standing | None = None) -> Judgement:
    """Judge a draft; how the last run stands may speak against it too."""
    right, refused = draft.values()
    answers = answers_of(right)
    said = Said()
    for key in keys():
        if key.full in refused:
            said.take(refusal(key, refused[key.full]))
    for finding in contradictions(answers, {*refused, "install.disk"}):  # the step says that none is named, and which
        said.take(finding)
    steps, later = steps_at(standing.stage_of(answers) if standing else Stage()), (answers, facts)
    if is_new(answers, facts):
        if said.good(install_steps(answers.install), *later):
            later = inside(answers, facts)
        else:
            steps = tuple(step for step in steps if step.name in SEEN_BEFORE)
    said.good(steps, *later)
    return Judgement(answers, later, frozen(said.by_key), frozen(said.by_step), frozen(said.choices))


class Said:
    """What is to be said, as it is gathered."""

    def __init__(self) -> None:
        self.by_key: dict[str, list[Finding]] = {}
        self.by_step: dict[str, list[Finding]] = {}
        self.choices: dict[str, list[Choice]] = {}

    def take(self, finding: Finding, step: str = "") -> None:
        """One finding of a step."""
        named, name = (self.by_key, finding.key) if finding.key else (self.by_step, step)
        named.setdefault(name, []).append(finding)

    def good(self, steps: Iterable[Step], answers: Answers, facts: Facts) -> bool:
        """What some steps say; whether they have nothing against it."""
        errors = False
        for step in steps:
            for finding in step.check(answers, facts):
                self.take(finding, step.name)
                errors |= finding.level == "error"
            for choice in step.choices(answers, facts):
                self.choices.setdefault(choice.key, []).append(choice)
        return not errors


def is_asked(field: Field, draft: Draft, judgement: Judgement) -> bool:
    """Whether a field is asked by itself: not if it is rare, or offers nothing else, and nothing is said about it."""
    key = field.key
    rare = field.word.rare(judgement.answers) or len(field.options) == 1
    return not rare or draft.text(key) != default_text(key) or key.full in judgement.by_key


def answers_of(right: Mapping[str, object]) -> Answers:
    """Answers from values by key."""
    table: dict[str, dict[str, object]] = {}
    for full, value in right.items():
        section, _, name = full.partition(".")
        table.setdefault(section, {})[name] = value
    return Answers.model_validate(table, strict=True)


def refusal(key: Key, value: object) -> Finding:
    """The finding about a value that is wrong by itself."""
    full, annotation = key.full, key.annotation
    if value == UNEQUAL:
        return wrong(full, "The two are not the same.", "type it twice")
    if value == FORGOTTEN:
        return wrong(full, "What was typed here is kept nowhere.", "type it again, or take it away")
    if isinstance(value, tuple):
        inner = item(annotation)
        bad = next(each for each in value if not fits(inner, each))
        return wrong(full, *about_value(inner, bad))
    if value == "":
        return wrong(full, "Nothing stands here yet.", f"allowed: {allowed(annotation)}")
    return wrong(full, *about_value(annotation, value))


def frozen(said: Mapping[str, list[Thing]]) -> dict[str, tuple[Thing, ...]]:
    """The same, as tuples."""
    return {name: tuple(each) for name, each in said.items()}
