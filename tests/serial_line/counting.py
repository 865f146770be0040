"""A program that counts faster than any line, and says by a byte on a pipe when it has done so."""

import os
import sys
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static


class Counting(App[None]):
    """A number."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "count"), Binding("f1", "say_helped")]
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Static("ready", id="number")
        yield Static("a line that stays", id="help")

    def action_count(self) -> None:
        """The first of many."""
        self.count_from(1)

    def count_from(self, number: int) -> None:
        """One more, and after it the next."""
        self.query_one("#number", Static).update(f"number {number}")
        if number < 300:
            self.call_after_refresh(self.count_from, number + 1)
        else:
            self.call_after_refresh(os.write, int(sys.argv[1]), b"x")

    def action_say_helped(self) -> None:
        """An answer to F1."""
        self.query_one("#help", Static).update("helped")


if __name__ == "__main__":
    Counting().run()
