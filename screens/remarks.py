"""What is to be said about a field, in the words of the wizard: findings, and what a default came to."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from installer import report
from installer.finding import Choice, Finding
from screens.page import Field, Page, Word
from screens.pages import pages

SIGNS = {"error": "ERROR", "warning": "Warning", "note": "Note", "ok": "ok"}
KEY = re.compile(r'\b([a-z0-9]+\.[a-z0-9_]+)\b(?: = "([^"]*)")?')


def chosen_lines(field: Field, text: str, choices: Iterable[Choice]) -> Iterator[str]:
    """What a default came to, and why."""
    for value, because in chosen(field, text, choices):
        yield f"{value}, because {because}"


def chosen(field: Field, text: str, choices: Iterable[Choice]) -> Iterator[tuple[str, str]]:
    """What a default came to; and why."""
    for choice in choices:
        if text in ("auto", "") and choice.value != text:
            value = field.word.names.get(choice.value, choice.value)
            yield f"{text}: {value}".removeprefix(": "), choice.because


def finding_lines(findings: Iterable[Finding], asked: Iterable[Page] = ()) -> Iterator[str]:
    """Findings with their hints, in the words of the wizard; what is amiss names its page, where that is asked."""
    titles = {name: page.title for page in asked for name in page.names}
    for finding in findings:
        title = titles.get(finding.key) if finding.level in ("error", "warning") else None
        yield f"{SIGNS[finding.level]}{f' (page {title})' if title else ''}: {in_our_words(finding.text)}"
        if finding.hint:
            yield f"  -> {in_our_words(finding.hint)}"


def choice_line(choice: Choice) -> str:
    """What was chosen for a field, and why, in the words of the wizard."""
    return in_our_words(report.choice_line(choice))


def paragraphs(lines: Iterable[str]) -> list[str]:
    """Lines, each with the hint below it."""
    found: list[str] = []
    for line in lines:
        if line.startswith("  ") and found:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def counted(number: int, name: str) -> str:
    """So many of something."""
    return f"{number} {name}{'s' * (number != 1)}"


@cache
def our_words() -> dict[str, Word]:
    """What a person reads about each key."""
    return {key.full: page.word(key) for page in pages() for key in page.keys}


def in_our_words(text: str) -> str:
    """A text with the labels of fields, and of their options, instead of the keys and values of an answer file."""
    return KEY.sub(ours, text)


def ours(found: re.Match[str]) -> str:
    """One key, perhaps with a value, as the page calls it."""
    word, value = our_words().get(found[1]), found[2]
    if word is None:
        return found[0]
    return f'"{word.label}"' + (f' = "{word.names.get(value, value)}"' if value is not None else "")
