"""A password, typed twice and never shown; what is told is its hash."""

from __future__ import annotations

from typing import Self

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from installer.password import LONGEST, hashed
from screens.controls import Line

UNEQUAL = "unequal"
"""What stands for a password that was not typed twice yet: no hash, so that the page cannot be left with it."""


class Secret(Vertical):
    """Two lines for one password; the second comes with the first sign in the first."""

    class Changed(Message):
        """Another hash, "" for none."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, text: str) -> None:
        super().__init__()
        kept = "stays as it is" if text.startswith("$") else "none"
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
        self.post_message(self.Changed("" if not first else hashed(first) if first == second else UNEQUAL))
