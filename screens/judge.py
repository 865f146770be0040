"""What is to be said about a draft on this machine: answers, what speaks against them, and what "auto" came to."""

from collections.abc import Mapping
from typing import NamedTuple

from installer.answers import Answers
from installer.contradictions import contradictions
from installer.facts import Facts
from installer.finding import Choice, Finding, wrong
from installer.keys import allowed, fits, item, keys
from installer.steps import STEPS
from installer.wording import about_value
from screens.draft import Draft, default_text
from screens.page import Field


class Judgement(NamedTuple):
    """The answers, with a default for each that is wrong by itself; findings by key and, without one, by step."""

    answers: Answers
    by_key: Mapping[str, tuple[Finding, ...]]
    by_step: Mapping[str, tuple[Finding, ...]]
    choices: Mapping[str, tuple[Choice, ...]]

    def errors(self, names: frozenset[str]) -> list[str]:
        """Those of the keys that have an error."""
        return [key for key in self.by_key if key in names and any(each.level == "error" for each in self.by_key[key])]


def judge(draft: Draft, facts: Facts) -> Judgement:
    """Judge a draft."""
    right, refused = draft.values()
    answers = answers_of(right)
    by_key: dict[str, list[Finding]] = {}
    by_step: dict[str, list[Finding]] = {}
    for key in keys():
        if key.full in refused:
            finding = refusal(key.full, key.annotation, refused[key.full])
            by_key.setdefault(key.full, []).append(finding)
    for finding in contradictions(answers, refused):
        by_key.setdefault(finding.key, []).append(finding)
    for step in STEPS:
        for finding in step.check(answers, facts):
            named, name = (by_key, finding.key) if finding.key else (by_step, step.name)
            named.setdefault(name, []).append(finding)
    choices: dict[str, list[Choice]] = {}
    for step in STEPS:
        for choice in step.choices(answers, facts):
            choices.setdefault(choice.key, []).append(choice)
    return Judgement(answers, frozen(by_key), frozen(by_step), {key: tuple(each) for key, each in choices.items()})


def is_asked(field: Field, draft: Draft, judgement: Judgement) -> bool:
    """Whether a field is asked by itself: not if it is rare, at its default, and nothing is said about it."""
    key = field.key
    rare = field.word.rare(judgement.answers)
    return not rare or draft.text(key) != default_text(key) or key.full in judgement.by_key


def answers_of(right: Mapping[str, object]) -> Answers:
    """Answers from values by key."""
    table: dict[str, dict[str, object]] = {}
    for full, value in right.items():
        section, _, name = full.partition(".")
        table.setdefault(section, {})[name] = value
    return Answers.model_validate(table, strict=True)


def refusal(full: str, annotation: object, value: object) -> Finding:
    """The finding about a value that is wrong by itself."""
    if isinstance(value, tuple):
        inner = item(annotation)
        bad = next(each for each in value if not fits(inner, each))
        return wrong(full, *about_value(inner, bad))
    if value == "":
        return wrong(full, "Nothing stands here yet.", f"allowed: {allowed(annotation)}")
    return wrong(full, *about_value(annotation, value))


def frozen(findings: Mapping[str, list[Finding]]) -> dict[str, tuple[Finding, ...]]:
    """The same, as tuples."""
    return {name: tuple(each) for name, each in findings.items()}
