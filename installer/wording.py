"""What is wrong with a value or a key, in plain words: a fact, and a hint that says what is allowed."""

import difflib
import string
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from installer.keys import Key, allowed, fits, is_secret, item, keys, kinds, literals, sections
from installer.toml_write import written_value

HARMLESS = frozenset(string.ascii_letters + string.digits + "_.,:=@%+/~^()[]-")
LONGEST = 60
TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
KINDS = {str: "a text", bool: "true or false", int: "a number", float: "a number with a point"}
ODD = {"\n": "a line break", " ": "a space", '"': "a quote", "'": "a quote", "`": "a backquote"}

SECTIONS = f"the sections are {', '.join(sections())}"

Words = tuple[str, str]


def about_value(annotation: Any, value: Any) -> Words:
    """Fact and hint for a value that cannot stand where the annotation is."""
    if is_secret(annotation):
        return "what stands here is not allowed, and not shown", f"allowed: {allowed(annotation)}"
    alike = next((each for each in candidates(annotation, value) if fits(annotation, each)), None)
    meant = "" if alike is None else f"did you mean {shown(alike)}? "
    return fact(annotation, value), f"{meant}allowed: {allowed(annotation)}"


def fact(annotation: Any, value: Any) -> str:
    """What is wrong with the value."""
    if isinstance(value, (list, tuple, dict)):
        what = "a section" if isinstance(value, dict) else "a list"
        return f"{what} stands here, where {'a list of values' if item(annotation) else 'one value'} belongs"
    if item(annotation):
        return f"{shown(value)} stands here, where a list belongs"
    if type(value) not in kinds(annotation):
        return f"{shown(value)} is {KINDS.get(type(value), 'a date or a time')}, which cannot stand here"
    if isinstance(value, str) and (strange := [each for each in value if each not in HARMLESS]):
        return f"{shown(value)} has {odd(strange[0])} in it"
    if isinstance(value, int) and not any(type(each) is int for each in literals(annotation)):
        return f"{shown(value)} is out of range"
    return f"{shown(value)} is not allowed here"


def odd(character: str) -> str:
    """A character that no answer may have, by its name where it could be mistaken for another."""
    if character in ODD:
        return ODD[character]
    if not character.isprintable():
        return f"a control character (U+{ord(character):04X})"
    return character if character.isascii() else f"{character} ({unicodedata.name(character, 'no ASCII character')})"


def candidates(annotation: Any, value: Any) -> Iterator[Any]:
    """What may have been meant."""
    if isinstance(value, str):
        yield from (value.strip(), value.lower(), value.upper())
        yield TRUTH.get(value.lower())
        yield int(value) if value.isdecimal() and value.isascii() and len(value) < 10 else None
        if value.isalpha():
            yield from close(value, (each for each in literals(annotation) if isinstance(each, str)))
    if isinstance(value, (list, tuple)) and len(value) == 1:
        yield value[0]
    if isinstance(value, float) and value.is_integer():
        yield int(value)
    if type(value) is int and value in (0, 1):
        yield bool(value)
    yield (value,)


def shown(value: Any) -> str:
    """A value as TOML writes it, cut where it is long."""
    try:
        return cut(written_value(value))
    except ValueError:
        return "a very long number"


def cut(text: str) -> str:
    """A text, or its start where it is long."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def close(word: str, known: Iterable[str]) -> list[str]:
    """Known words that look like this one, best first."""
    plain = {each.lower(): each for each in known}
    return [plain[each] for each in difflib.get_close_matches(word.lower().replace("-", "_"), plain, cutoff=0.7)]


def about_section(name: str) -> Words:
    """Fact and hint for a section that does not exist."""
    alike = close(name, sections())
    return "there is no such section", f"did you mean [{alike[0]}]?" if alike else SECTIONS


def about_section_value(name: str) -> Words:
    """Fact and hint for a section's name that was given a value."""
    return "this is a section, not a key", f"write [{name}] on a line of its own, and its keys below"


def about_key(section: str, name: str) -> Words:
    """Fact and hint for a key that its section, or the head of the file, does not have."""
    here = f"in [{section}]" if section else "above the first section"
    return f"there is no such key {here}", where_instead(section, name)


def where_instead(section: str, name: str) -> str:
    """Where a key of that name, or of one like it, stands; else the keys that there are."""
    own = [key.name for key in keys() if key.section == section]
    if exact := [key for key in keys() if key.name == name]:
        return f"{name} belongs {' or '.join(map(place, exact))}"
    if name in sections():
        return f"{name} is a section: write [{name}] on a line of its own"
    if alike := close(name, own):
        return f"did you mean {alike[0]}?"
    if alike := close(name, (key.name for key in keys())):
        return (
            f"did you mean {alike[0]}? it belongs {' or '.join(place(key) for key in keys() if key.name == alike[0])}"
        )
    if section:
        return f"the keys of [{section}] are {', '.join(own)}"
    return f"a key stands below its [section]; {SECTIONS}"


def place(key: Key) -> str:
    """Where a key belongs."""
    return f"to [{key.section}]" if key.section else "above the first section"
