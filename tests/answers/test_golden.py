"""Good and bad answer files beside what is said about them."""

import re
from pathlib import Path

import pytest

from tests.answers.golden import BAD, GOOD, said


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good(path: Path) -> None:
    assert said(path) == path.with_suffix(".json").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad(path: Path) -> None:
    assert said(path) == path.with_suffix(".err").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_fault_has_a_place_a_fact_and_a_hint_in_our_own_words(path: Path) -> None:
    head, *lines = path.with_suffix(".err").read_text(encoding="utf-8").splitlines()
    assert head.startswith(f"{path.name} has ")
    for fact, hint in zip(lines[::2], lines[1::2], strict=True):
        assert fact.startswith(f"  {path.name}:")
        assert hint.startswith("    -> ")
    assert not re.search(r"\b(should|Input|[Pp]attern|valid|constrained|literal)\b", "\n".join(lines))


def test_nothing_lies_about() -> None:
    for path in (*GOOD, *BAD):
        assert len(list(path.parent.glob(f"{path.stem}.*"))) == 2
