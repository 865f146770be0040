"""A form made from a page's fields; those that hardly anybody needs come when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from screens.controls import Action
from screens.draft import Draft
from screens.judge import Judgement, is_asked
from screens.looks import Glyphs
from screens.page import Field
from screens.row import Row


class Form(Vertical):
    """The fields of a page."""

    def __init__(self, fields: Sequence[Field], draft: Draft, judgement: Judgement, glyphs: Glyphs, width: int) -> None:
        super().__init__()
        self.width = width
        self.fields = fields
        self.glyphs = glyphs
        self.reveal = False
        self.rows: dict[str, Row] = {}
        for field in fields:
            if self.wanted(field, draft, judgement):
                self.make(field, draft, judgement)
        self.more = Action("more", "More settings")
        self.more.display = len(self.rows) < len(fields)

    def compose(self) -> ComposeResult:
        """The rows, and a way to the others."""
        yield from self.rows.values()
        if not self.glyphs.brief:
            yield self.more

    def wanted(self, field: Field, draft: Draft, judgement: Judgement) -> bool:
        """Whether a field is on the screen."""
        return self.reveal or is_asked(field, draft, judgement)

    def make(self, field: Field, draft: Draft, judgement: Judgement) -> Row:
        """The row of a field."""
        row = self.rows[field.key.full] = Row(field, draft.text(field.key), self.glyphs)
        row.judge(judgement, self.width)
        return row

    def judge(self, draft: Draft, judgement: Judgement) -> None:
        """Show what is to be said about each field; one that is wanted now appears in its place."""
        previous: Widget | None = None
        for field in self.fields:
            row, wanted = self.rows.get(field.key.full), self.wanted(field, draft, judgement)
            if row:
                row.judge(judgement, self.width)
                row.display = wanted or row.has_class("-here")
            elif wanted:
                row = self.make(field, draft, judgement)
                self.mount(row, after=previous) if previous else self.mount(row, before=0)
            previous = row or previous
        self.more.display = sum(row.display for row in self.rows.values()) < len(self.fields)

    def first_wrong(self) -> Row | None:
        """The first field with an error, in their order."""
        found = (self.rows[field.key.full] for field in self.fields if field.key.full in self.rows)
        return next((row for row in found if row.level == "error"), None)
