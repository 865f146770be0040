"""On a live system: the disk that is erased for a new Debian, who may log in to that, and the plan of both."""

from pathlib import Path

import pytest

from installer.answer_file import parse_answers
from installer.answers import Answers, Boot
from installer.answers_install import Install
from installer.errors import HostError
from installer.host import NoHost
from installer.newroot import draw
from installer.password import hashed
from screens.draft import FORGOTTEN, Draft, read_draft, written_draft
from screens.looks import Look
from tests.blank.machines import BLANK, MIRRORED
from tests.screens.album import Album, compare
from tests.screens.seat import Hands, LiveSeat, Seat, Size

TITLES = ("New Debian", "Storage", "Network", "Memory and CPUs", "Serial console", "Xen and boot menu", "Guests",
          "System", "Review")  # fmt: skip
SECRET = "s3cret"


@pytest.fixture
def live(tmp_path: Path) -> LiveSeat:
    return LiveSeat(tmp_path, BLANK["uefi-480"])


async def choose_the_disk(hands: Hands) -> None:
    await hands.to("New Debian")
    await hands.choose(2)
    await hands.see("after: ERASED; Debian 16 GiB, guests 430.5 GiB")


async def give_a_password(hands: Hands) -> None:
    await hands.to("System")
    await hands.press("tab")
    await hands.type(SECRET)
    await hands.press("tab")
    await hands.type(SECRET)
    await hands.until(lambda: "ERROR" not in hands.screen)


def test_the_way_leads_past_the_disk_and_the_accounts_to_the_plan_of_the_answers(live: LiveSeat) -> None:
    async def go(hands: Hands) -> None:
        await hands.see("This is a live system, which forgets everything")
        await choose_the_disk(hands)
        for title in TITLES[1:-1]:
            await hands.press("enter")
            await hands.see(title)
            assert hands.title() == title
        await give_a_password(hands)
        await hands.to("Review")
        await hands.see("[ 4 Apply ]")
        await hands.save("2", live.folder / "mine.toml")
        await hands.see("Saved:")
        await hands.press("4")
        await hands.see("Everything on this disk will be lost, for ever")
        await hands.type("sda")
        await hands.press("tab", "tab", "enter")
        await hands.see("changes on host now?")
        await hands.see("a quarter of an hour or more")
        await hands.press("2")
        await hands.see("sources have no package mmdebstrap")
        await hands.see("the new disk does not start by itself yet")

    live.sit(go)
    answers = parse_answers((live.folder / "mine.toml").read_text(), "mine.toml").answers
    assert answers.install.disk == ("ata-SSD_S1",)
    assert live.app.known.answers == answers
    plan = draw(answers, live.facts, NoHost(), None)
    assert not plan.errors
    assert {"install", "debian", "packages", "bridge"} <= {step.name for step in plan.steps}


def test_answers_about_a_new_debian_may_leave_the_disk_to_the_wizard(live: LiveSeat) -> None:
    async def go(hands: Hands) -> None:
        await hands.to("New Debian")
        await hands.see("name the disk for a new Debian")
        await choose_the_disk(hands)
        await hands.to("System")
        await hands.see("xen7")

    live.sit(go, given=Answers(install=Install(hostname="xen7")))
    assert live.app.known.answers.install == Install(hostname="xen7", disk=("ata-SSD_S1",))


def test_each_of_two_disks_that_mirror_each_other_has_to_be_named_by_hand(tmp_path: Path) -> None:
    live = LiveSeat(tmp_path, MIRRORED["mirrored-uefi"])

    async def go(hands: Hands) -> None:
        await choose_the_disk(hands)
        await hands.press("tab")
        await hands.choose(2)
        await hands.see("ata-SSD_S1 is named twice.")
        await hands.choose(4)
        await hands.see("after: ERASED; a copy of sda")
        await hands.to("System")
        await give_a_password(hands)
        await hands.to("Review")
        await hands.press("4")
        for name in ("sda", "sdc"):
            await hands.see("Everything on this disk will be lost", f"{name}, 447.0 GiB")
            await hands.type(name)
            await hands.press("tab", "tab", "enter")
        await hands.see("changes on host now?")

    live.sit(go, given=Answers(boot=Boot(trial=False)), size=(120, 40))
    assert live.app.known.answers.install.raid1 == ("ata-SSD_S3",)


def test_with_one_disk_nobody_is_asked_for_a_second(live: LiveSeat) -> None:
    async def go(hands: Hands) -> None:
        await choose_the_disk(hands)
        assert "Mirror it on" not in hands.screen

    live.sit(go)


def test_without_a_disk_one_is_held_on_its_page(live: LiveSeat) -> None:
    async def go(hands: Hands) -> None:
        await hands.to("New Debian")
        await hands.press("enter")
        assert hands.title() == "New Debian"
        await hands.see("name the disk for a new Debian")

    live.sit(go)


def test_a_password_counts_only_when_it_was_typed_twice_and_is_kept_in_no_draft(live: LiveSeat) -> None:
    async def go(hands: Hands) -> None:
        await choose_the_disk(hands)
        await hands.to("System")
        await hands.press("tab")
        await hands.type(SECRET)
        await hands.see("The two are not the same.")
        await hands.press("tab")
        await hands.type("s3cre")
        await hands.press("enter")
        assert hands.title() == "System"
        await hands.type("t")
        await hands.until(lambda: "ERROR" not in hands.screen)
        assert SECRET not in hands.screen
        assert hands.app.known.answers.install.root_password
        await hands.press("enter")
        await hands.see("Review")
        await hands.press("escape")
        await hands.see("stays as it is")
        await hands.press("f10", "2")

    live.sit(go)
    kept = read_draft((live.state / "draft.json").read_text())
    assert kept
    assert "install.disk" in kept.typed
    assert kept.typed["install.root_password"] == FORGOTTEN


def test_a_draft_is_written_without_secrets_but_not_as_if_there_had_been_none() -> None:
    secrets = {"install.root_password": hashed("x"), "install.passphrase": "correct horse"}
    draft = Draft(typed=secrets | {"install.user": "me"})
    kept = read_draft(written_draft(draft))
    assert kept
    assert kept.typed == dict.fromkeys(secrets, FORGOTTEN) | {"install.user": "me"}


def test_who_comes_back_is_asked_for_the_passphrase_again_before_there_is_a_plan(live: LiveSeat) -> None:
    typed = {"install.disk": BLANK["uefi-480"].disks[0].id, "install.passphrase": "correct horse"}
    live.state.mkdir()
    (live.state / "draft.json").write_text(written_draft(Draft(typed=typed, at="review")))

    async def go(hands: Hands) -> None:
        await hands.see("1 Continue")
        await hands.press("1")
        await hands.see("Encrypt the guests      once again")
        await hands.press("enter")
        await hands.see("What was typed here is kept nowhere.")
        assert hands.title() == "New Debian"

    live.sit(go)


def test_a_hash_is_one_that_the_answers_take() -> None:
    text = f'[install]\ndisk = ["x"]\nroot_password = "{hashed(SECRET)}"\n'
    assert parse_answers(text, "x").answers.install.root_password != hashed(SECRET), "each has salt of its own"
    with pytest.raises(HostError, match="makes no hash"):
        hashed("x" * 5000)


def test_several_keys_stand_in_one_line(live: LiveSeat) -> None:
    keys = tuple(f"ssh-ed25519 {'A' * 40} {who}" for who in ("me@desk", "you"))

    async def go(hands: Hands) -> None:
        await choose_the_disk(hands)
        await hands.to("System")
        await hands.press("tab", "tab", "tab")
        for key in ", ".join(keys):
            await hands.press({" ": "space", ",": "comma", "-": "minus", "@": "at"}.get(key, key))
        await hands.until(lambda: "ERROR" not in hands.screen)

    live.sit(go)
    assert live.app.known.answers.install.ssh_keys == keys


@pytest.mark.parametrize(("size", "look"), [((80, 24), "rich"), ((80, 24), "serial")], ids=str)
def test_its_pages_are_the_golden_ones(live: LiveSeat, size: Size, look: Look) -> None:
    async def go(hands: Hands) -> None:
        album = Album(hands)
        await hands.see("This machine", "Start")
        await album.take("Welcome")
        await hands.to("New Debian")
        await album.take("New Debian: none chosen")
        await choose_the_disk(hands)
        await album.take("New Debian")
        await hands.to("System")
        await album.take("System")
        await give_a_password(hands)
        await album.take("System: with a password")
        compare(f"new-{look}", album.pages)

    live.sit(go, size=size, look=look)


def test_a_machine_that_stays_as_it_is_is_not_asked_about_another(seat: Seat) -> None:
    async def go(hands: Hands) -> None:
        assert "New Debian" not in hands.screen
        assert "System" not in hands.screen

    seat.sit(go)
