"""The JSON Schema allows what the models allow."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from installer.answers import Answers
from installer.contradictions import contradictions
from installer.keys import Key, fits, keys, sections
from installer.schema import document, schema
from tests.answers.golden import BAD, GOOD
from tests.answers.strategies import answers

SCHEMA = document()
VALIDATOR = Draft202012Validator(SCHEMA)
BEYOND_A_SCHEMA = {"addresses", "numbers-with-a-point", "dates"}


def plain(table: dict[str, Any]) -> Any:
    """TOML's values as JSON has them."""
    return json.loads(json.dumps(table, default=str))


def test_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(schema()) == SCHEMA
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["additionalProperties"] is False
    assert not re.search(r'"\$(id|ref|defs)"|null', schema())


def test_every_key_is_described() -> None:
    for key in keys():
        table = SCHEMA["properties"][key.section]["properties"] if key.section else SCHEMA["properties"]
        assert table[key.name]["description"] == key.description != ""
    for name in sections():
        assert SCHEMA["properties"][name]["additionalProperties"] is False
        assert SCHEMA["properties"][name]["description"]


@given(answers())
def test_good_answers(given_ones: Answers) -> None:
    VALIDATOR.validate(plain(given_ones.model_dump(exclude_none=True)))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_files(path: Path) -> None:
    VALIDATOR.validate(plain(tomllib.loads(path.read_bytes().decode("utf-8-sig"))))


def contradicts(table: dict[str, Any]) -> bool:
    """Whether the models take the answers, and only a contradiction is wrong with them."""
    return any(contradictions(Answers.model_validate(table)))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_files(path: Path) -> None:
    try:
        table = plain(tomllib.loads(path.read_text(encoding="utf-8")))
    except (ValueError, RecursionError):
        return
    assert not VALIDATOR.is_valid(table) or path.stem in BEYOND_A_SCHEMA or contradicts(table)


@pytest.mark.parametrize("key", keys(), ids=lambda key: key.full)
@given(st.one_of(st.booleans(), st.integers(-10, 200000), st.text(), st.lists(st.text(), max_size=2), st.just({})))
def test_agrees_on_any_value(key: Key, value: Any) -> None:
    table = {key.section: {key.name: value}} if key.section else {key.name: value}
    one = tuple(value) if isinstance(value, list) else value
    texts = [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]
    # Python's $ lets one line break pass, JSON Schema's does not; and no pattern can tell an IPv6 address.
    lax = any(text.endswith("\n") or (key.section == "bridge" and ":" in text) for text in texts)
    assert lax or VALIDATOR.is_valid(table) == fits(key.annotation, one)
