"""One field as a question: what it offers, what stands in it, and what is meant by what is typed."""

from collections.abc import Iterator

from plain.talk import NO, YES
from screens.draft import FORGOTTEN, default_text
from screens.help import field_parts, terms
from screens.judge import Judgement
from screens.page import Field, Option, Page
from screens.remarks import chosen_lines

NOTHING = "nothing"
SHORT = 16
JOINED = "\u00a0"
"""A blank at which no line ends."""
DEFAULT, LITERAL = "-", "="


def offer(field: Field, text: str) -> Iterator[str]:
    """The options with their numbers, on one line where all of them are short."""
    options = field.options_with(text) if field.options else []
    numbered = [f"{number}{JOINED}{option.label}" for number, option in enumerate(options, 1)]
    if not numbered:
        return
    if all(len(option.label) <= SHORT for option in options):
        other = [f"or {field.other} as text"] if field.other else []
        yield f"{field.word.label}: {', '.join([*numbered, *other])}"
    else:
        many = ", any of these" if field.kind == "many" else ""
        yield f"{field.word.label}{many}:"
        yield from (f"  {each}" for each in numbered)


def prompt(field: Field, text: str, judgement: Judgement) -> str:
    """The question, with what stands in the field and why."""
    chosen = "; ".join(chosen_lines(field, text, judgement.choices.get(field.key.full, ())))
    return f"{field.word.label} [{chosen or shown(field, text)}]:"


def shown(field: Field, text: str) -> str:
    """A text of the field as people say it."""
    if field.kind == "secret":
        return {"": NOTHING, FORGOTTEN: "to be typed again"}.get(text, "set")
    if field.kind == "tick":
        return "yes" if text == "true" else "no" if text == "false" else text
    labels = {option.text: option.label for option in field.options}
    return ", ".join(labels.get(each, each) for each in field.chosen(text)) or NOTHING


def meant(field: Field, typed: str, text: str) -> str:
    """The text of the field after a line was typed; `text` is the one before."""
    if not typed:
        return text
    if typed == DEFAULT:
        return default_text(field.key)
    if typed.startswith(LITERAL):
        return typed.removeprefix(LITERAL)
    if field.kind == "tick":
        return {**dict.fromkeys(YES, "true"), **dict.fromkeys(NO, "false")}.get(typed.lower(), typed)
    options = field.options_with(text)
    if field.kind == "many":
        words = typed.replace(",", " ").split()
        return "" if words in (["none"], [NOTHING]) else " ".join(option_of(word, options) for word in words)
    return option_of(typed, options) if field.kind == "one" else typed


def option_of(typed: str, options: list[Option]) -> str:
    """The text of the option that was typed, by its text, its label or its number; what was typed, where it is none."""
    word = typed.lower()
    for option in options:
        if word in (option.text.lower(), option.label.lower()):
            return option.text
    if typed.isdecimal() and typed.isascii() and len(typed) < 4 and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1].text
    return typed


def about(field: Field, page: Page) -> str:
    """What a question means."""
    return "\n".join([*field_parts(field), *terms(page)])
