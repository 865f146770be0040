"""Answers written as TOML are the same when read, and every key is found on its line."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.answer_file import parse_answers
from installer.answers import Answers
from installer.contradictions import contradictions
from installer.faults import WrongAnswersError
from installer.toml_lines import Lines, name_of
from installer.toml_write import tables, written, written_value
from tests.answers.strategies import answers

SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.text(max_size=12),
    st.floats(allow_nan=False),
    st.dates(),
    st.times(),
)
NAMES = st.text(max_size=6)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)
TABLES = st.dictionaries(NAMES, VALUES, max_size=4)


@given(answers())
def test_answers_survive(given_ones: Answers) -> None:
    text = written(given_ones)
    against = list(contradictions(given_ones))
    if against:
        with pytest.raises(WrongAnswersError) as caught:
            parse_answers(text, "answers.toml")
        assert sorted(fault.key for fault in caught.value.faults) == sorted(finding.key for finding in against)
        assert all(fault.line for fault in caught.value.faults)
    else:
        assert parse_answers(text, "answers.toml").answers == given_ones


@given(answers())
def test_every_key_is_found_on_its_line(given_ones: Answers) -> None:
    lines = written(given_ones).splitlines()
    for key, line in Lines("\n".join(lines)).first.items():
        section, _, name = key.partition("[")[0].rpartition(".")
        assert lines[line - 1].startswith((f"{name} = ", f"[{name}]")), (section, key)


@given(TABLES)
def test_the_writer_is_exact(table: dict[str, Any]) -> None:
    assert tomllib.loads("\n".join(tables(table, ()))) == table


@given(TABLES)
def test_the_walk_sees_what_tomllib_sees(table: dict[str, Any]) -> None:
    found = Lines("\n".join(tables(table, ()))).first
    assert set(found) == set(names(table, ()))


def names(value: Any, place: tuple[str | int, ...]) -> list[str]:
    """The name of everything in plain values."""
    if isinstance(value, (dict, list)):
        inner: Any = value.items() if isinstance(value, dict) else enumerate(value)
        below = [name for key, each in inner for name in names(each, (*place, key))]
        return [name_of(place), *below] if place else below
    return [name_of(place)]


@given(st.text())
def test_one_line_and_nothing_that_a_terminal_obeys(text: str) -> None:
    assert written_value(text).isprintable()


@given(st.text(alphabet="[]{}\"'\\=.,# \n\r\tab1"))
def test_the_walk_ends_on_any_text(text: str) -> None:
    last = text.count("\n") + 1
    assert all(1 <= line <= last for line in Lines(text).first.values())


ODD = """\
# [not.a.table] = 1
top = 'x'  # y = 1
"quoted key".'other.key' = 1
"esc\\u0061ped" = "a # b"
[ spaced . "out" ]
list = [  # comment ]
  "one]", 'two',

  [ "in", "side" ],
  { a = 1, b = [2] },
]
long = \"\"\"
fake = 1
[fake]
\\"\"\" still\"\"\"\"\"
after = 2026-11-22 07:32:00
raw = '''
fake = 2'''''
last = 1
[[many]]
x = 1
[[many]]
x = 2
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_other_ways_to_write(end: str) -> None:
    text = ODD.replace("\n", end)
    tomllib.loads(text)
    assert Lines(text).first == {
        "top": 2,
        '"quoted key"': 3,
        '"quoted key"."other.key"': 3,
        "escaped": 4,
        "spaced": 5,
        "spaced.out": 5,
        "spaced.out.list": 6,
        "spaced.out.list[0]": 7,
        "spaced.out.list[1]": 7,
        "spaced.out.list[2]": 9,
        "spaced.out.list[2][0]": 9,
        "spaced.out.list[2][1]": 9,
        "spaced.out.list[3]": 10,
        "spaced.out.list[3].a": 10,
        "spaced.out.list[3].b": 10,
        "spaced.out.list[3].b[0]": 10,
        "spaced.out.long": 12,
        "spaced.out.after": 16,
        "spaced.out.raw": 17,
        "spaced.out.last": 19,
        "many": 20,
        "many[0]": 20,
        "many[0].x": 21,
        "many[1]": 22,
        "many[1].x": 23,
    }
