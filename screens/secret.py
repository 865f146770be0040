"""A password or a passphrase, typed twice and never shown; of a password the hash is told."""

from __future__ import annotations

from typing import Self

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from installer.password import LONGEST, hashed
from screens.controls import Line
from screens.draft import FORGOTTEN, UNEQUAL


class Secret(Vertical):
    """Two lines for one password, or for a passphrase, which `hashes` not; the second comes when the first is begun."""

    class Changed(Message):
        """Another hash or passphrase, "" for none."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, text: str, hashes: bool) -> None:
        super().__init__()
        self.hashes = hashes
        kept = {"": "none", UNEQUAL: "none", FORGOTTEN: "once again"}.get(text, "stays as it is")
        self.first = Line(placeholder=kept, password=True, max_length=LONGEST, compact=True)
        self.second = Line(placeholder="once more", password=True, max_length=LONGEST, compact=True)
        self.second.display = False

    def compose(self) -> ComposeResult:
        """Both."""
        yield self.first
        yield self.second

    def focus(self, scroll_visible: bool = True) -> Self:
        """The first line takes it; the second where something stands in the first."""
        (self.second if self.first.value else self.first).focus(scroll_visible)
        return self

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what it comes to."""
        event.stop()
        first, second = self.first.value, self.second.value
        self.second.display = bool(first)
        self.post_message(self.Changed(self.come_to(first) if first in ("", second) else UNEQUAL))

    def come_to(self, typed: str) -> str:
        """What is told of a password that was typed twice."""
        return hashed(typed) if typed and self.hashes else typed
