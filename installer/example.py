"""An answer file with every key, explained: what a user starts from."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice
from installer.keys import Key, allowed, keys, kinds, sections
from installer.steps.base import Step
from installer.toml_write import written_value

WIDTH = 76
HEAD = """Answers to xenstrap for {host} ({release}). Every line may be left out: what follows are the
defaults, and an empty file is a good one. `xenstrap plan` shows what answers bring about."""


def example(facts: Facts, steps: Sequence[Step]) -> str:
    """A commented answer file that is valid as it stands and says what "auto" is on this machine."""
    chosen = {choice.key: choice for step in steps for choice in step.choices(Answers(), facts)}
    lines = list(comment(HEAD.format(host=facts.hostname, release=facts.release.name)))
    for section in ("", *sections()):
        if section:
            lines += ["", *comment(sections()[section].__doc__ or ""), f"[{section}]"]
        for key in (key for key in keys() if key.section == section):
            lines += ["", *key_lines(key, chosen.get(key.full))]
    return "\n".join(lines) + "\n"


def key_lines(key: Key, choice: Choice | None) -> Iterator[str]:
    """A key with what it means, what it may be and what its default comes to here."""
    yield from comment(key.description)
    if kinds(key.annotation) != {bool}:
        yield from comment(f"allowed: {allowed(key.annotation)}")
    if key.default is None:
        yield f"# {key.name} = {written_value(key.example)}"
        return
    value = written_value(key.default)
    if choice and value not in (choice.value, written_value(choice.value)):
        yield from comment(f"here: {choice.value}, because {choice.because}")
    yield f"{key.name} = {value}"


def comment(text: str) -> Iterable[str]:
    """A text as comment lines, with nothing in them that could end a line."""
    plain = "".join(each if each.isprintable() else " " for each in text)
    return textwrap.wrap(plain, WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
