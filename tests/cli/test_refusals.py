"""What the command line refuses, each with its exit code and a sentence, and with nothing changed."""

import json
import os
import sys
from pathlib import Path

import pytest

from installer.facts import Firmware
from tests.cli.conftest import Desk
from tests.machines import machine


@pytest.fixture(autouse=True)
def nothing_changes(desk: Desk) -> object:
    """Every test here leaves the machine as it was."""
    before = desk.host.tree()
    yield
    assert desk.host.tree() == before
    assert not (desk.folder / "state/journal.jsonl").exists()


def test_apply_wants_a_yes(desk: Desk) -> None:
    assert desk("apply", desk.answers()) == 2
    assert "--yes" in desk.err


def test_apply_wants_root_and_plan_does_not(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert desk("apply", desk.answers(), "--yes") == 1
    assert "changing this machine takes root" in desk.err
    assert desk("plan", desk.answers()) == 0
    assert "run as root, the plan also shows" in desk.err


def test_wrong_answers_are_2_with_file_line_and_key(desk: Desk) -> None:
    answers = desk.answers('[memory]\ndom0 = "1K"\n[cpu]\n[cpus]\ndom1 = 3\n')
    assert desk("check", answers) == 2
    assert f"{answers}:2: memory.dom0" in desk.err
    assert 'did you mean "cpus"' in desk.err.replace("[cpus]", '"cpus"')
    assert f"{answers}:5: cpus.dom1" in desk.err


def test_answers_that_this_machine_cannot_follow_are_2_with_file_line_and_key(desk: Desk) -> None:
    answers = desk.answers('[memory]\ndom0 = "64G"\n')
    assert desk("plan", answers) == 2
    assert f"ERROR: {answers}:2: memory.dom0: 65536 MiB for dom0 is out of range" in desk.out
    assert desk("apply", answers, "--yes") == 2


def test_an_unfit_machine_is_3_before_anything_is_changed(desk: Desk) -> None:
    desk.facts = machine(firmware=Firmware(kind="uefi", secure_boot=True))
    assert desk("plan", desk.answers()) == 3
    assert desk("apply", desk.answers(), "--yes") == 3
    assert "Secure Boot is on" in desk.out


def test_a_disk_that_the_plan_does_not_erase_cannot_be_confirmed(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes", "--erase", "nvme-123") == 2
    assert "the plan does not erase nvme-123" in desk.err


def test_two_answer_files_and_none(desk: Desk) -> None:
    assert desk("plan", "a.toml", "b.toml") == 2
    assert "2 answer files are named" in desk.err
    assert desk("plan") == 2
    assert desk("plan", str(desk.folder / "nothing.toml")) == 2


def test_facts_of_another_machine_need_nothing_of_this_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    facts = desk.folder / "facts.json"
    facts.write_text(machine().model_dump_json())
    assert desk("check", desk.answers(), "--facts", str(facts)) == 0
    assert desk("plan", desk.answers(), "--facts", str(facts)) == 0
    assert "+ package xen-system-amd64" in desk.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "holds no facts of this version: architecture"),
        (b"not json", "holds no facts of this version"),
        (b"\xff\xfe", "is not a text file"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_file_without_facts_is_refused(desk: Desk, content: bytes | None, said: str) -> None:
    path = Path(desk.folder, "facts.json")
    if content is not None:
        path.write_bytes(content)
    assert desk("plan", desk.answers(), "--facts", str(path)) == 2
    assert said in desk.err


def test_without_a_verb_the_wizard_starts_and_wants_a_terminal(desk: Desk) -> None:
    for words in ((), ("wizard",)):
        assert desk(*words) == 3
        assert "the wizard needs a terminal, and this is none" in desk.err


def test_without_its_package_the_wizard_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in ("textual", "screens")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "textual", None)
    monkeypatch.setattr("installer.tty.is_terminal", lambda: True)
    assert desk("--rich") == 1
    assert "the wizard needs the Python package textual" in desk.err
    assert "-> `xenstrap --plain` asks the same line by line without it" in desk.err


def test_schema_and_example_are_valid_as_they_stand(desk: Desk) -> None:
    assert desk("schema") == 0
    assert json.loads(desk.out)["type"] == "object"
    assert desk("example") == 0
    assert desk("check", desk.answers(desk.out)) == 0
