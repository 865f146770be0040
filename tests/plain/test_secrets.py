"""Passwords and passphrases: typed twice, shown nowhere, and kept nowhere."""

import os
import termios

from plain.modes import unseen
from screens.draft import FORGOTTEN
from tests.blank.machines import BLANK
from tests.plain.paper import Paper, Script, ask, page_of


def test_a_password_is_asked_twice_and_not_shown() -> None:
    def go(paper: Paper) -> Script:
        yield from paper.to("Password of root")
        paper.see("[nothing]", "nobody could log in to the new system")
        yield "x" * 128
        paper.see("A password has at most 127 characters.", "Password of root [nothing]:")
        for first, second in (("secret", "secre"), ("=?", "=?")):
            yield first
            paper.see("Once more:")
            yield second
        yield from paper.to("SSH keys")
        yield "<"
        yield "<"
        paper.see("Password of root [set]:")
        yield ""

    live = BLANK["uefi-480"]
    paper, known = ask(page_of("install.root_password"), go, {"install.disk": "ata-SSD_S1"}, live)
    assert "The two are not the same." in paper.text
    made = known.judgement.answers.install.root_password
    assert made
    assert made.startswith("$")
    assert made not in paper.text


def test_a_passphrase_of_an_earlier_run_is_typed_again_or_taken_away() -> None:
    def go(paper: Paper) -> Script:
        yield from paper.to("Encrypt the guests")
        paper.see("What was typed here is kept nowhere.", "Encrypt the guests [to be typed again]:")
        yield ""
        paper.see("Encrypt the guests [to be typed again]:")
        yield "-"

    typed = {"install.disk": "ata-SSD_S1", "install.passphrase": FORGOTTEN}
    _, known = ask(page_of("install.passphrase"), go, typed, BLANK["uefi-480"])
    assert "install.passphrase" not in known.draft.typed


def test_a_terminal_shows_nothing_of_what_is_typed_unseen() -> None:
    far, near = os.openpty()
    shown = termios.tcgetattr(near)
    with unseen(near):
        assert not termios.tcgetattr(near)[3] & termios.ECHO
    assert termios.tcgetattr(near) == shown
    with unseen(near):
        os.close(far)
    os.close(near)
