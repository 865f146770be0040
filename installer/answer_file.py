"""An answer file: read and judged as a whole, with every fault at once."""

import sys
import tomllib
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from installer.answers import Answers
from installer.contradictions import contradictions
from installer.errors import AnswersError
from installer.faults import MOST, Fault, WrongAnswersError, place_of
from installer.keys import Key, allowed, item, keys, sections
from installer.model import Model
from installer.toml_lines import Lines, name_of
from installer.toml_syntax import dots_fault, syntax_fault
from installer.wording import Words, about_key, about_section, about_section_value, about_value, cut

LARGEST = 1024 * 1024
START = "`xenstrap example > answers.toml` makes one to start from; an empty file is good too"
UTF8 = "save it as plain text in UTF-8"

Trail = tuple[str | int, ...]
Left = Callable[[Answers], Container[str]]


def nothing_left(answers: Answers) -> Container[str]:
    """Nobody is asked about any section."""
    return ()


class AnswerFile(Model):
    """The answers of one file, and the line of every key that it has."""

    name: str
    answers: Answers
    lines: dict[str, int] = {}

    def place(self, key: str) -> str:
        """How a finding names a key: "answers.toml:7: memory.dom0"; without a line where the file has nothing of it."""
        return place_of(self.name, line_of(key, self.lines), key)


def line_of(key: str, lines: Mapping[str, int]) -> int | None:
    """The line of a key, else that of its section; None where the file has neither."""
    return lines.get(key) or lines.get(key.partition(".")[0])


def only_name(names: Sequence[str]) -> Path:
    """The one answer file of a command line; AnswersError for none and for several."""
    if not names:
        raise AnswersError("no answer file is named", START)
    if len(names) > 1:
        raise AnswersError(f"{len(names)} answer files are named: {', '.join(names)}", "name one, with all the answers")
    return Path(names[0])


def read_answers(path: str | Path, left: Left = nothing_left) -> AnswerFile:
    """The answers of a file, or of standard input for "-"; AnswersError where it cannot be used.

    Contradictions in the sections that are `left` to somebody who is still to be asked are let pass.
    """
    name = "standard input" if str(path) == "-" else str(path)
    try:
        content = read_start(Path(path))
    except FileNotFoundError:
        raise AnswersError(f"there is no file {name}", START) from None
    except IsADirectoryError:
        raise AnswersError(f"{name} is a directory, not an answer file", "name a file in it") from None
    except PermissionError:
        raise AnswersError(f"{name} may not be read by this user", "use sudo, or change its permissions") from None
    except OSError as error:
        raise AnswersError(f"{name} cannot be read: {error.strerror}", "name another file") from error
    if len(content) > LARGEST:
        raise AnswersError(f"{name} is larger than 1 MiB: that is no answer file", START)
    return parse_answers(decoded(content, name), name, left)


def read_start(path: Path) -> bytes:
    """A file as far as an answer file may reach, and a byte more."""
    if str(path) == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def decoded(content: bytes, name: str) -> str:
    """Bytes as text; AnswersError for a binary file."""
    if b"\0" in content:
        raise AnswersError(f"{name} is a binary file, not an answer file", UTF8)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise AnswersError(f"{name}:{line}: byte 0x{content[error.start]:02x} is not UTF-8", UTF8) from None


def parse_answers(text: str, where: str, left: Left = nothing_left) -> AnswerFile:
    """The answers in a text; WrongAnswersError with every fault."""
    if fault := dots_fault(where, text):
        raise WrongAnswersError([fault])
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongAnswersError([syntax_fault(where, text, error)]) from None
    lines = Lines(text).first
    trails = wrong_trails(table)
    first = sorted(trails, key=lambda trail: lines.get(name_of(trail), 0))[:MOST]
    faults = [fault_at(trail, table, where, lines) for trail in first]
    answers = validated(without(table, trails))
    for finding in contradictions(answers, unsure(trails)):
        if finding.key.partition(".")[0] in left(answers):
            continue
        line = line_of(finding.key, lines)
        faults.append(Fault(file=where, line=line, key=finding.key, text=finding.text, hint=finding.hint))
    if faults:
        raise WrongAnswersError(sorted(faults, key=lambda fault: fault.line or 0), more=len(trails) - len(first))
    return AnswerFile(name=where, answers=answers, lines=lines)


def validated(table: Mapping[str, Any]) -> Answers:
    """Answers of exactly the types that TOML gives: "yes" is not true, 1 is not true, 2.0 is not 2."""
    return Answers.model_validate(tupled(table), strict=True)


def tupled(value: Any) -> Any:
    """The same with tuples for lists, as the models have them."""
    if isinstance(value, dict):
        return {key: tupled(each) for key, each in value.items()}
    return tuple(map(tupled, value)) if isinstance(value, list) else value


def wrong_trails(table: Mapping[str, Any]) -> list[Trail]:
    """The way to everything that the models refuse, each once: section, key, number in a list."""
    try:
        validated(table)
    except ValidationError as error:
        return list(
            dict.fromkeys(trail_of(each["loc"]) for each in error.errors(include_url=False, include_input=False))
        )
    return []


def trail_of(loc: Trail) -> Trail:
    """What pydantic calls a place, without the names of its alternatives."""
    key = find_key(loc)
    if key is None:
        return loc[:2]
    depth = 2 if key.section else 1
    return loc[: depth + 1] if item(key.annotation) and isinstance((*loc, "")[depth], int) else loc[:depth]


def find_key(trail: Trail) -> Key | None:
    """The key that a trail leads to or into."""
    named = (trail[0], trail[1]) if trail[0] in sections() and len(trail) > 1 else ("", trail[0])
    return next((key for key in keys() if (key.section, key.name) == named), None)


def fault_at(trail: Trail, table: Any, where: str, lines: Mapping[str, int]) -> Fault:
    """The fault at the end of a trail; of a list's item, the key is the list's and the line its own."""
    text, hint = words_for(trail, table)
    names = tuple(part for part in trail if isinstance(part, str))
    return Fault(file=where, line=lines.get(name_of(trail)), key=cut(name_of(names)), text=text, hint=hint)


def words_for(trail: Trail, table: Any) -> Words:
    """What to say about a trail."""
    value = table
    for part in trail:
        value = value[part]
    if key := find_key(trail):
        if key.hashed:  # most likely the password itself, which is nobody's to see
            return "this is no hash of a password", f"allowed: {allowed(key.annotation)}"
        return about_value(item(key.annotation) if isinstance(trail[-1], int) else key.annotation, value)
    first, *rest = map(str, trail)
    if rest:
        return about_key(first, rest[0])
    if first in sections():
        return about_section_value(first)
    is_table = isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value))
    return about_section(first) if is_table else about_key("", first)


def unsure(trails: Sequence[Trail]) -> set[str]:
    """The keys that were refused, or may have been meant by a key that does not exist."""
    refused = {key.full for trail in trails if (key := find_key(trail))}
    strange = {trail[0] for trail in trails if find_key(trail) is None}
    return refused | {key.full for key in keys() if key.section in strange}


def without(table: Mapping[str, Any], trails: Sequence[Trail]) -> dict[str, Any]:
    """The answers that are right by themselves."""
    bad = {trail[:2] for trail in trails}
    return dict(kept(table, bad))


def kept(table: Mapping[str, Any], bad: set[Trail]) -> Iterator[tuple[str, Any]]:
    """The sections and keys of which no trail of `bad` is a part."""
    for name, value in table.items():
        if (name,) in bad or (name not in sections() and any(trail[0] == name for trail in bad)):
            continue
        yield (
            name,
            {key: each for key, each in value.items() if (name, key) not in bad} if name in sections() else value,
        )
