"""Live systems × answers → the plan of a new Debian, to the byte, or exactly why not.

`XENSTRAP_WRITE_GOLDEN=1` writes the golden files anew, to be read before a commit.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from installer.facts import Facts
from installer.host import NoHost
from installer.newroot import draw
from installer.steps.install import NEW
from tests.blank.machines import (
    ANSWERS,
    BLANK,
    HASH,
    MIRROR_ANSWERS,
    MIRRORED,
    PASSPHRASE,
    mirror_sections,
    section,
)
from tests.machines import answers

GOLDEN = Path(__file__).parent / "golden"
WHOLE = ("uefi-480", "bios-480", "mirrored-uefi", "mirrored-bios")
OF_DISKS = (
    "system-disk",
    "array",
    "luks",
    "new-volume-group",
    "filesystem",
    "mount",
    "debian",
    "partition",
    "volume-group",
    "logical-volume",
)


def told(machine: str, facts: Facts, cases: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Everything that is said and wanted of the new Debian, and what of Xen in it depends on the disk."""
    for case, sections in cases.items():
        yield f"== {case}"
        plan = draw(answers(**sections), facts, NoHost(), None)
        for step in plan.steps:
            for finding in step.findings:
                if step.name in (*NEW, "storage") or finding.level == "error":
                    hint = f"\n  -> {finding.hint}" if finding.hint else ""
                    yield f"{finding.level} {finding.key}: {finding.text}{hint}"
            if step.name not in (*NEW, "storage", "bridge"):
                continue
            yield from (f"{choice.key} = {choice.value}: {choice.because}" for choice in step.choices)
            for change in step.changes:
                resource = change.resource
                erases = f" ERASES {', '.join(resource.erases)}" if resource.destructive else ""
                yield f"+ {resource.id}{erases}"
                if machine in WHOLE or resource.kind in OF_DISKS:
                    yield from (f"    {line}" for line in resource.describe(change.after))


@pytest.mark.parametrize("name", [*BLANK, *MIRRORED])
def test_golden(name: str) -> None:
    cases = {case: {"install": section(case)} for case in ANSWERS}
    if name in MIRRORED:
        cases = {case: mirror_sections(case) for case in MIRROR_ANSWERS}
    lines = told(name, (BLANK | MIRRORED)[name], cases)
    text, path = "\n".join(lines) + "\n", GOLDEN / f"{name}.txt"
    if os.environ.get("XENSTRAP_WRITE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()
    assert HASH not in text
    assert PASSPHRASE not in text
