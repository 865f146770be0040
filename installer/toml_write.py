"""Plain values as TOML (toml.io, version 1.0), such that reading the text gives the same values."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from installer.answers import Answers

BARE = re.compile(r"[A-Za-z0-9_-]+")
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def written(answers: Answers) -> str:
    """All answers as an answer file; a key without a value is left out."""
    return "\n".join(tables(answers.model_dump(exclude_none=True), ())).strip("\n") + "\n"


def tables(table: Mapping[str, Any], name: tuple[str, ...]) -> Iterator[str]:
    """The lines of a table: its own keys, then the tables in it."""
    inner = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    own = {key: value for key, value in table.items() if key not in inner}
    if name and (own or not inner):
        yield ""
        yield f"[{'.'.join(map(written_key, name))}]"
    for key, value in own.items():
        yield f"{written_key(key)} = {written_value(value)}"
    for key, value in inner.items():
        yield from tables(value, (*name, key))


def written_key(key: str) -> str:
    """A key, in quotes where it needs them."""
    return key if BARE.fullmatch(key) else written_text(key)


def written_value(value: Any) -> str:
    """A value on one line; numbers, dates and times are in TOML what they are in Python."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return written_text(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(written_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{written_key(key)} = {written_value(each)}' for key, each in value.items())}}}"
    return str(value)


def written_text(text: str) -> str:
    """A text in double quotes on one line, with everything escaped that a terminal would not show."""
    return f'"{"".join(map(written_character, text))}"'


def written_character(character: str) -> str:
    """A character as it may stand between double quotes."""
    if character in ESCAPES:
        return ESCAPES[character]
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) <= 0xFFFF else f"\\U{ord(character):08x}"
