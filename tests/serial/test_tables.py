"""Who speaks where: the table and the findings of every kind of machine, exactly.

XENSTRAP_WRITE_GOLDEN=1 writes the golden files anew; read the difference before keeping it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.facts import Facts
from installer.report import finding_lines
from installer.steps.serial import SerialStep
from installer.steps.serial_port import find_line, plain_words
from installer.steps.serial_table import speakers, table
from tests.machines import answers, machine
from tests.serial.ports import MACHINES

GOLDEN = Path(__file__).parent / "golden" / "tables"
STEP = SerialStep()


def told(name: str) -> Iterator[str]:
    """All that is said about a machine's line."""
    facts, given = MACHINES[name]
    line = find_line(given, facts)
    yield from table(speakers(line, given, facts))
    if line:
        yield f"Xen: {' '.join(line.xen)}"
        yield f"GRUB: {line.grub}"
        yield f"Linux: {' '.join(plain_words(line, facts)) or 'as it is'}"
    for finding in STEP.check(given, facts):
        yield from finding_lines(finding, str)


@pytest.mark.parametrize("name", MACHINES)
def test_what_is_said_is_the_golden_text(name: str) -> None:
    text = "\n".join(told(name)) + "\n"
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("XENSTRAP_WRITE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()


def test_no_golden_text_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(MACHINES)


@pytest.mark.parametrize("name", MACHINES)
def test_it_stays_within_any_width(name: str) -> None:
    facts, given = MACHINES[name]
    rows = speakers(find_line(given, facts), given, facts)
    for width in (42, 62, 76, 77, 80, 120):
        lines = list(table(rows, width))
        assert all(len(line) <= width for line in lines)
        assert all(word in " ".join(lines) for row in rows for word in row.source.split())


def test_only_the_rows_that_differ_are_marked() -> None:
    facts, given = MACHINES["firmware-com2-grub-com1"]
    rows = speakers(find_line(given, facts), given, facts)
    assert {row.who for row in rows if row.differs} == {"BMC (SOL)", "GRUB"}
    facts, given = MACHINES["trixie-captured-dom0"]
    assert not [row for row in speakers(find_line(given, facts), given, facts) if row.differs]


def picture(facts: Facts, **given: object) -> list[str]:
    """What the plan shows."""
    return list(STEP.picture(answers(serial=given), facts))


def test_the_plan_shows_it_where_there_is_something_to_compare() -> None:
    assert picture(machine()) == []
    assert picture(machine(), port="com1")[0].split() == ["Now", "Port", "Baud", "From"]
    assert picture(MACHINES["firmware-com2-grub-com1-off"][0], port="off")


def test_the_readme_shows_the_table_as_it_is() -> None:
    facts, given = MACHINES["firmware-com2-grub-com1"]
    shown = "\n".join(table(speakers(find_line(given, facts), given, facts)))
    assert f"```\n{shown}\n```\n" in (Path(__file__).parents[2] / "README.md").read_text()
