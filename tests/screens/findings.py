"""Every place in the code that says something against answers or a machine, and cases that make it say so."""

import ast
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from installer import finding
from installer.finding import Finding
from screens.draft import draft_of
from screens.judge import judge
from tests.screens.case import Case
from tests.screens.finding_cases import cases

ROOT = Path(__file__).parents[2]
MAKERS = ("wrong", "unfit", "warn", "note")
AFTER = ("verif", "missed")
"""Functions, by how their names begin, that speak after the restart: the page Verify shows what they find."""
PLANNED = ("archive_lacks",)
"""What only the plan says, which looks into an archive: it stands on the page Review."""
LEFT = "no disk is named for a new Debian"
"""What is only said of a file: on a page the step says the same, and which disks there are."""

Site = tuple[str, int, str]
"""File, line and maker of a finding."""


def sites() -> set[Site]:
    """Each call in the code that makes a finding before anything is done."""
    files = [*sorted((ROOT / "installer/steps").glob("*.py")), ROOT / "installer/contradictions.py"]
    return {
        (str(path.relative_to(ROOT)), call.lineno, call.func.id)
        for path in files
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef) and not function.name.startswith((*AFTER, *PLANNED))
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in MAKERS
        and LEFT not in ast.unparse(call)
    }


def said(case: Case) -> dict[Site, str]:
    """What is said of a case, by the place in the code that says it."""
    made: dict[Site, str] = {}

    def make(**fields: Any) -> Finding:
        caller = sys._getframe(2)
        path = Path(caller.f_code.co_filename)
        if path.is_relative_to(ROOT):
            site = str(path.relative_to(ROOT)), caller.f_lineno, sys._getframe(1).f_code.co_name
            made[site] = fields["text"]
        return Finding(**fields)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "Finding", make)
        judgement = judge(draft_of(case.answers), case.facts, case.standing)
    texts = {each.text for found in (judgement.by_key, judgement.by_step) for many in found.values() for each in many}
    return {site: text for site, text in made.items() if text in texts}


@cache
def enough() -> dict[str, dict[Site, str]]:
    """Cases that are enough, each with what it is the first to say."""
    seen: set[Site] = set()
    found = {}
    for name, case in cases():
        if new := {site: text for site, text in said(case).items() if site not in seen}:
            found[name] = new
            seen |= set(new)
    return found
