"""The button of the pages with disks: every one of them, with all that lies on it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.dialogs import MARGIN, HelpDialog
from screens.fold import folded
from screens.page import Room
from screens.step import StepScreen


class TreeScreen(StepScreen):
    """A page with disks."""

    own_keys = ("F5 ^Y disks",)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5,ctrl+y", "disks", "Disks", priority=True)]

    def actions(self) -> list[tuple[str, str]]:
        """On or back, and the disks."""
        return [*super().actions(), ("disks", "Disks")]

    def action_disks(self) -> None:
        """The whole tree."""
        if self.page.whole:
            answers, facts = self.wizard.known.seen_on(self.page)
            width = self.app.size.width - MARGIN
            lines = folded(self.page.whole(answers, facts, self.wizard.glyphs, Room(width)), width)
            self.app.push_screen(HelpDialog("\n".join(lines).strip()))
