"""What was typed, and what is said about it: the wizard without its widgets."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from installer.answers import Answers
from installer.facts import Facts
from installer.keys import keys
from installer.steps import STEPS
from installer.steps.install import NEW
from screens.draft import Draft, asked_keys, default_text, draft_of, read_draft, written_draft
from screens.judge import answers_of, judge
from screens.machines import make_machine
from screens.pages import ONLY_ASKED, OWN, SEEN_BEFORE, asked_pages, pages
from screens.remarks import in_our_words
from tests.answers.strategies import answers as any_answers
from tests.captured.test_captured import HERE, NAMES, facts
from tests.machines import answers, machine
from tests.storage.cases import ANSWERS as STORAGE
from tests.storage.machines import MACHINES

KEYS = {key.full: key for key in asked_keys()}


def typed(**texts: str) -> Draft:
    """A draft with these texts, by key with __ for the dot."""
    draft = Draft()
    for name, text in texts.items():
        draft = draft.with_text(KEYS[name.replace("__", ".")], text)
    return draft


@given(any_answers())
def test_any_answers_pass_through_the_fields_unchanged(given_answers: Answers) -> None:
    draft = draft_of(given_answers)
    right, wrong = draft.values()
    assert not wrong
    never = {"ask": None, "plan_hash": None}
    assert answers_of(right) == given_answers.model_copy(update=never)
    assert read_draft(draft.model_dump_json()) == draft


def test_a_field_at_its_default_is_not_kept() -> None:
    draft = typed(memory__dom0="4G")
    assert draft.typed == {"memory.dom0": "4G"}
    assert draft.with_text(KEYS["memory.dom0"], "auto").typed == {}


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"typed": {"no.key": "1"}}', '{"typed": {"memory.dom0": 4}}'])
def test_a_draft_that_is_none_is_none(text: str | None) -> None:
    assert read_draft(text) is None


@pytest.mark.parametrize(
    ("key", "text", "said", "hint"),
    [
        ("memory.dom0", "9T", '"9T" is not allowed here', 'allowed: "auto" or a size as "2048M" or "2G"'),
        ("memory.dom0", "100M", "100 MiB for dom0 is out of range on this machine", "allowed are"),
        ("bridge.dns", "192.0.2.1 x", '"x" is not allowed here', "allowed: an IPv4 address"),
        ("bridge.ipv4", "", "Nothing stands here yet.", 'allowed: "keep", "dhcp", "none" or an IPv4 address'),
        ("bridge.name", "lo", 'Linux itself uses the name "lo"', "choose another one"),
        ("serial.irq", "999", "999 is out of range", "allowed: a whole number from 0 to 255"),
        ("cpus.dom0", "64", "64 CPUs for dom0, but the machine has 8.", "allowed are 1 to 8"),
        ("passthrough.devices", "01:00.0", "There is no PCI device at the address", "there are: none"),
    ],
)
def test_the_finding_is_said_of_its_field(key: str, text: str, said: str, hint: str) -> None:
    found = judge(Draft(typed={key: text}), machine()).by_key[key]
    assert any(each.level == "error" and said in each.text and hint in each.hint for each in found), found


def test_a_field_that_is_wrong_by_itself_leaves_the_others_in_force() -> None:
    judgement = judge(typed(memory__dom0="9T", cpus__dom0="4"), machine())
    assert judgement.answers.cpus.dom0 == 4
    assert judgement.answers.memory.dom0 == "auto"


ALL: dict[str, tuple[Facts, dict[str, Any]]] = {
    **{f"{name}-{when}": (facts(f"{name}-{when}"), {}) for name in NAMES for when in ("native", "dom0")},
    **{f"{name} {each}": (MACHINES[name], {"storage": STORAGE[each]}) for name in MACHINES for each in STORAGE},
}


@pytest.mark.parametrize("name", ALL)
def test_every_finding_and_choice_is_seen_on_a_page(name: str) -> None:
    known, sections = ALL[name]
    given_answers = answers(**sections)
    judgement = judge(draft_of(given_answers), known)
    assert judgement.answers == given_answers
    shown_keys = {full for page in pages() for full in page.names}
    shown_steps = {step for page in pages() for step in page.steps} | set(SEEN_BEFORE)
    assert set(judgement.by_key) <= shown_keys
    assert set(judgement.choices) <= shown_keys
    assert set(judgement.by_step) <= shown_steps
    seen = [finding for found in (*judgement.by_key.values(), *judgement.by_step.values()) for finding in found]
    assert all(finding in seen for step in STEPS for finding in step.check(given_answers, known))


def test_every_key_stands_on_one_page_with_words_of_its_own() -> None:
    shown = [key.full for page in pages() for key in page.keys]
    assert sorted(shown) == sorted(KEYS)
    for page in OWN:
        assert len(page.title) <= 17
        assert page.sentence.endswith(".")
        for key in page.keys:
            word = page.word(key)
            assert len(word.label) <= 23, key.full
            assert word.means.endswith("."), key.full
            assert word.wrong.endswith("."), key.full
            assert default_text(key) == default_text(KEYS[key.full])


def test_every_step_is_seen_somewhere() -> None:
    shown = {step for page in pages() for step in page.steps} | set(SEEN_BEFORE)
    assert {*(step.name for step in STEPS), *NEW} == shown


def test_only_what_an_answer_file_asks_is_asked() -> None:
    assert [page.name for page in asked_pages(("cpus", "bridge"))] == ["bridge", "memory"]
    assert asked_pages(()) == []
    assert asked_pages(None, new=True) == [page for page in pages() if page.name not in ONLY_ASKED]
    assert [page.name for page in asked_pages(None, new=True) if page not in asked_pages(None)] == ["install", "system"]


def test_keys_of_a_file_are_called_by_their_labels() -> None:
    assert in_our_words("set memory.dom0, or /etc/xen.conf") == 'set "Memory", or /etc/xen.conf'
    assert in_our_words('storage.where = "disk" erases it') == '"Guests\' disks in" = "whole disk" erases it'
    assert {key.full for key in keys() if key.section} == set(KEYS)


def test_each_machine_of_which_the_facts_are_at_hand_has_a_draft_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    one, other = (HERE / f"{name}-native.json" for name in ("trixie-uefi-networkd", "bookworm-vg0"))
    make_machine(one).keep_draft(written_draft(Draft(at="memory")))
    assert make_machine(other).draft() is None
    kept = read_draft(make_machine(one).draft())
    assert kept
    assert kept.at == "memory"
