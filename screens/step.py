"""The screen of a page: its sentence, its picture, its form; it judges the answers as one types."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import DescendantFocus, Resize
from textual.widget import Widget

from screens.form import Form
from screens.frame import Frame, text
from screens.help import about_field, about_page
from screens.page import Field, Page
from screens.remarks import finding_lines
from screens.row import Row


class StepScreen(Frame):
    """Asks what one page asks."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page

    @property
    def here(self) -> str:
        """Its page."""
        return self.page.name

    def body(self) -> ComposeResult:
        """The page from top to bottom, as it stands."""
        known = self.wizard.known
        yield text(self.page.title, classes="title")
        yield text(self.page.sentence, classes="sentence")
        yield text(self.picture(), id="picture")
        yield text(self.findings("error", "warning"), id="alarms")
        yield Form(self.page.fields(known.facts), known.draft, known.judgement, self.wizard.glyphs, self.room())
        yield text(self.findings("note"), id="notes", classes="quiet")

    def actions(self) -> list[tuple[str, str]]:
        """On or back."""
        return [("back", "Back"), ("next", "Next")]

    def on_mount(self) -> None:
        """Begin with the first field."""
        for part in ("#picture", "#alarms", "#notes"):
            self.part(part).display = bool(str(self.part(part).content))
        rows = list(self.query_one(Form).rows.values())
        (rows[0].control if rows else self.query_one("#do-next")).focus()

    def on_resize(self, event: Resize) -> None:
        """The picture is as wide as there is room."""
        super().on_resize(event)
        self.query_one(Form).width = self.room()
        self.judge()

    def on_row_changed(self, event: Row.Changed) -> None:
        """Keep what was typed, and judge it."""
        event.stop()
        self.wizard.type_text(event.field.key, event.text)
        self.judge()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Where there is room, the help on the field with the focus stands beside it."""
        if self.part("#aside").display:
            field = self.field()
            self.say("#aside", about_field(field) if field else "")

    def judge(self) -> None:
        """Show what is to be said, where that is something else than before."""
        known = self.wizard.known
        self.query_one(Form).judge(known.draft, known.judgement)
        self.say("#alarms", self.findings("error", "warning"))
        self.say("#notes", self.findings("note"))
        self.say("#picture", self.picture())

    def findings(self, *levels: str) -> str:
        """What is to be said about the page as a whole."""
        by_step = self.wizard.known.judgement.by_step
        found = (finding for step in self.page.steps for finding in by_step.get(step, ()))
        return self.folded(finding_lines(finding for finding in found if finding.level in levels))

    def picture(self) -> str:
        """The picture of the page, "" for a page without one."""
        known = self.wizard.known
        if self.page.picture is None:
            return ""
        drawn = self.page.picture(known.judgement.answers, known.facts, self.wizard.glyphs, self.room())
        return "\n".join(drawn)

    def field(self) -> Field | None:
        """The field with the focus."""
        widget: Widget | None = self.focused
        while isinstance(widget, Widget):
            if isinstance(widget, Row):
                return widget.field
            widget = widget.parent if isinstance(widget.parent, Widget) else None
        return None

    def help_text(self) -> str:
        """The field, then the page."""
        return about_page(self.page, self.field())

    def action_more(self) -> None:
        """Unfold the rare fields, and go to the first of them."""
        form = self.query_one(Form)
        before = set(form.rows)
        form.reveal = True
        self.judge()
        new = [form.rows[field.key.full] for field in form.fields if field.key.full not in before]
        for row in new[:1]:
            self.call_after_refresh(row.control.focus)

    def on_input_submitted(self) -> None:
        """Enter on a line goes on."""
        self.action_next()

    def action_next(self) -> None:
        """On, unless something on this page cannot stay so."""
        if row := self.query_one(Form).first_wrong():
            (row.line if row.line and row.line.display else row.control).focus()
            self.app.bell()
        else:
            self.wizard.go_on(self.page.name)

    def action_back(self) -> None:
        """Back."""
        self.wizard.go_back(self.page.name)
