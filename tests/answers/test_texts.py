"""No text of the answers can break out of its line or its quoting in a file of ours."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.answer_file import parse_answers
from installer.faults import Fault, WrongAnswersError
from installer.keys import Key, examples, fits, item, keys, kinds, parts
from installer.toml_write import written_value
from installer.wording import HARMLESS
from tests.answers.strategies import pattern_of

HOSTILE = [
    *("\n", "\r", "\t", "\0", "\x1b[2J", "\x7f", "\x85", " "),
    *('"', "'", "`", "\\", "$(reboot)", "${IFS}", ";", "&", "|", "<", ">", "#", "{", "}", "*", "?", "!"),
    *("\u0430", "\uff1b", "\u0663", "\u212a", "\u00e9", "\u00a0", "\u200b", "\u2028", "\u202e", "\U0001f600"),
]


def text_of(key: Key) -> Any:
    """The annotation of the texts that stand in a key or in its list; None for a key without texts."""
    annotation = item(key.annotation) or key.annotation
    return annotation if str in kinds(annotation) else None


TEXTS = [key for key in keys() if text_of(key)]
IN_LINES = [key for key in TEXTS if key.name != "passphrase"]
"""Those that stand in a line of some file; a passphrase is handed on by itself."""


@pytest.mark.parametrize("key", TEXTS, ids=lambda key: key.full)
def test_every_text_is_named_or_has_a_pattern(key: Key) -> None:
    for part in parts(text_of(key)):
        assert kinds(part) != {str} or pattern_of(part) or all(fits(part, each) for each in kinds(part) - {str})


@pytest.mark.parametrize("key", IN_LINES, ids=lambda key: key.full)
def test_hostile_texts_are_refused(key: Key) -> None:
    for good in samples(text_of(key)):
        for hostile in HOSTILE:
            for text in (good + hostile, hostile + good, good[:1] + hostile + good[1:], hostile):
                assert fault_keys(key, text) == [key.full], repr(text)


@pytest.mark.parametrize("key", IN_LINES, ids=lambda key: key.full)
@given(st.text().filter(lambda text: not HARMLESS.issuperset(text)))
def test_no_text_with_any_other_character_fits(key: Key, text: str) -> None:
    assert not fits(text_of(key), text)


@pytest.mark.parametrize("key", TEXTS, ids=lambda key: key.full)
def test_the_empty_text_is_refused(key: Key) -> None:
    assert fault_keys(key, "") == [key.full]


@pytest.mark.parametrize("key", [key for key in keys() if key.name in ("options", "linux_options")], ids=str)
def test_words_that_end_the_options(key: Key) -> None:
    for text in ("--", "---", "-x", "(x)", "=x", "~"):
        assert fault_keys(key, text) == [key.full], text


def test_a_passphrase_that_no_keyboard_has_is_refused_without_being_shown() -> None:
    (key,) = (key for key in keys() if key.name == "passphrase")
    assert fault_keys(key, "a phrase; with '$(reboot)' in \"it\"") == ["install.disk"], "only the disk is missing"
    for text in (
        "seven-7",
        " begins with a blank",
        "ends with one ",
        "a\nline break",
        "Übergröße",
        "a\x7fdelete",
        "x" * 513,
    ):
        assert fault_keys(key, text) == [key.full], text
        with pytest.raises(WrongAnswersError) as error:
            parse_answers(f"[install]\npassphrase = {written_value(text)}\n", "answers.toml")
        assert text not in str(error.value)


def test_apt_would_remove_a_package_whose_name_ends_in_minus() -> None:
    (key,) = (key for key in keys() if key.full == "packages.extra")
    assert fault_keys(key, "openssh-server-") == [key.full]
    assert fault_keys(key, "g++") == []


def samples(annotation: Any) -> list[str]:
    """Good texts: what is named, and the examples of what is not."""
    given_ones = [default for key in TEXTS if text_of(key) == annotation and fits(annotation, default := key.default)]
    return [each for each in [*examples(annotation), *given_ones] if isinstance(each, str)]


def fault_keys(key: Key, text: str) -> list[str]:
    """The keys that are refused in a file with this text alone; the errors are fit for a terminal."""
    value = written_value([text] if item(key.annotation) else text)
    table = f"[{key.section}]\n" if key.section else ""
    faults: tuple[Fault, ...] = ()
    try:
        parse_answers(f"{table}{key.name} = {value}\n", "answers.toml")
    except WrongAnswersError as error:
        faults = error.faults
    assert all(map(str.isprintable, "".join(map(str, faults)).replace("\n", "")))
    return [fault.key for fault in faults]
