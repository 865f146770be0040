"""A text that is not TOML: what tomllib says about it, in plain words."""

import re

from installer.faults import Fault
from installer.toml_lines import Lines

POSITION = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)
TWICE = re.compile("Cannot (declare|overwrite|mutate|redefine)|Duplicate")
QUOTE = ("the closing quote of a text is missing", 'a text stands in "quotes", on one line')
ESCAPE = ("a \\ in a text starts an escape that does not exist", "write \\\\ for a \\")
CONTROL = ("there is a control character that TOML does not allow", "delete it")
UNENDED = ("the file ends before this value does", 'a list ends with ], a text with "')
BRACKET = ("the closing bracket of a section's name is missing", "write [memory], for example, on a line of its own")
SECOND = ("a key or a section stands here a second time", "keep one of the two")
NESTED = "lists or tables are nested too deeply"
MOST_DOTS = 1000
VALUES = 'a text stands in "quotes"; true, false and numbers stand without'
WORDS = {
    "Invalid statement": ("this is no key and no section", "write key = value, [section], or # before a comment"),
    "Expected newline": ("the line goes on after its value", 'one key on a line; a text stands in "quotes"'),
    "Expected '='": ("there is no = after the key", "write key = value"),
    "Expected ']": BRACKET,
    "Invalid initial character": ("this cannot be the name of a key", "write key = value"),
    "Unclosed array": ("a list lacks a comma or its closing bracket", 'write ["one", "two"]'),
    "Unclosed inline table": ("a comma or the closing brace is missing", "write a [section] instead of braces"),
    "Unescaped": ESCAPE,
    "Invalid hex": ESCAPE,
    "Escaped character": ESCAPE,
    "Unterminated string": QUOTE,
    "Expected": QUOTE,
    "Found invalid character '\\n'": QUOTE,
    "Found invalid character": CONTROL,
    "Illegal character '\\n'": QUOTE,
    "Illegal character": CONTROL,
    "Invalid date": ("this is no date and no number", 'a text stands in "quotes"'),
    "Invalid value": ("the value is missing, or is none that TOML knows", VALUES),
    "Exceeds the limit": ("a number is too long", "no answer needs so many digits"),
}


def syntax_fault(file: str, text: str, error: ValueError | RecursionError) -> Fault:
    """The fault for an error of tomllib, which stops at the first one."""
    if isinstance(error, RecursionError):
        return Fault(file=file, text=NESTED, hint="no answer needs that")
    said = str(error)
    if TWICE.match(said) and (fault := second_fault(file, text)):
        return fault
    position = POSITION.fullmatch(said)
    what = position["what"] if position else said
    fact, hint = SECOND if TWICE.match(said) else in_words(what)
    if position and position["line"]:
        return Fault(file=file, line=int(position["line"]), text=f"{fact} (column {position['column']})", hint=hint)
    if position:
        keys = {name: line for name, line in Lines(text).first.items() if not name.endswith("]")}
        fact, hint = UNENDED if what == "Invalid value" else (f"{fact}: the file ends before it", hint)
        return Fault(file=file, line=max(keys.values(), default=1), text=fact, hint=hint)
    return Fault(file=file, text=fact, hint=hint)


def dots_fault(file: str, text: str) -> Fault | None:
    """The fault for a key of very many parts, with which tomllib would take hours."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            return Fault(file=file, line=number, text=NESTED, hint="no answer needs that")
    return None


def in_words(what: str) -> tuple[str, str]:
    """Fact and hint for a message of tomllib."""
    known = (words for start, words in WORDS.items() if what.startswith(start))
    return next(known, ("this is not TOML", "toml.io shows how it is written"))


def second_fault(file: str, text: str) -> Fault | None:
    """The fault for what is given twice, with both places."""
    lines = Lines(text)
    for key, line in lines.again.items():
        return Fault(
            file=file,
            line=line,
            key=key,
            text=f"stands here a second time; the first is in line {lines.first[key]}",
            hint=SECOND[1],
        )
    return None
