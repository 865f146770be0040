"""The screen of a page: its sentence, its picture, its form; it judges the answers as one types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.events import DescendantFocus, Resize
from textual.widget import Widget

from installer.finding import Finding
from screens.controls import Action, Choice, Tick
from screens.form import Form
from screens.frame import Frame, text
from screens.help import about_field, about_page
from screens.page import Field, Page, Room
from screens.purpose import BRIEF_KEYS
from screens.remarks import chosen_lines, counted, finding_lines, paragraphs
from screens.row import Row

USUAL = 30
"""Lines of a terminal on which a page may begin to say more than the least."""


class StepScreen(Frame):
    """Asks what one page asks."""

    beside = True
    brief_keys = BRIEF_KEYS
    own_keys: ClassVar[tuple[str, ...]] = ()
    """What further keys of this page do."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.begun = False

    @property
    def here(self) -> str:
        """Its page."""
        return self.page.name

    def top(self) -> ComposeResult:
        """Where one is, and what is decided here."""
        yield text(self.page.title, id="title", classes="title")
        yield text((self.brief and self.page.brief) or self.page.sentence, id="sentence", classes="sentence")

    def body(self) -> ComposeResult:
        """The page from top to bottom, as it stands."""
        known = self.wizard.known
        yield text(self.picture(), id="picture")
        yield text(self.findings("error", "warning"), id="alarms")
        yield Form(
            self.page.fields(known.seen_on(self.page)[1]), known.draft, known.judgement, self.wizard.glyphs, self.room()
        )
        yield text("" if self.brief else self.findings("note"), id="notes", classes="quiet")

    def said_keys(self) -> str:
        """What the keys do where the focus is."""
        enter = "Enter presses" if isinstance(self.focused, Action) else "Enter next"
        chooses = ["Space ticks"] if isinstance(self.focused, Tick) else []
        if isinstance(self.focused, Choice):
            chooses = ["Space ticks" if self.focused.many else "Arrows choose"]
        return " · ".join((enter, "Esc back", *chooses, *self.own_keys, "Tab moves", "F1 ^G help", "F10 ^X quit"))

    def actions(self) -> list[tuple[str, str]]:
        """On or back; on a serial line also what stands below the fields elsewhere, at the same place on every page."""
        return [("back", "Back"), ("next", "Next"), *([("more", "More")] if self.brief else [])]

    def on_mount(self) -> None:
        """Begin with the first field."""
        for part in ("#picture", "#alarms", "#notes"):
            self.part(part).display = bool(str(self.part(part).content))
        rows = list(self.query_one(Form).rows.values())
        self.show_more()
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
        self.call_after_refresh(self.show_row)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say more about the field with the focus, and have all of it in sight."""
        self.say_aside()
        if not self.brief:
            self.say_keys()
        self.call_after_refresh(self.show_row)

    def on_choice_moved(self, event: Choice.Moved) -> None:
        """The cursor stays in sight."""
        self.call_after_refresh(self.show_row)

    def show_row(self) -> None:
        """Scroll to the field with the focus and what is said about it; in a long list to the place of the cursor."""
        row, body = self.row(), self.query_one("#body")
        if row is None:
            return
        if not self.begun:
            self.begun = True
            body.scroll_home(animate=False)
        if row.region.height <= body.size.height or not isinstance(row.control, Choice):
            row.scroll_visible(animate=False)
        else:
            body.scroll_to_region(row.control.cursor_region(body), animate=False)

    def say_aside(self) -> None:
        """Where there is room, the help on the field with the focus stands beside it; in brief a few words below."""
        field = self.field()
        if self.brief:
            self.say("#aside", self.folded(self.remarks(field)))
        elif self.part("#aside").display:
            self.part("#aside").update(about_field(field) if field else "")

    def remarks(self, field: Field | None) -> Iterator[str]:
        """What the default came to whose options stand in its place, and that there is more to be said."""
        row = self.query_one(Form).rows.get(field.key.full) if field else None
        if row and isinstance(row.control, Choice) and row.control.said:
            yield row.control.said
        if notes := len([*self.notes(field)]):
            yield f"{counted(notes, 'note')}: ^G"

    def notes(self, field: Field | None) -> Iterator[Finding]:
        """What is to be noted about a field, and about the page."""
        known = self.wizard.known.judgement.by_key.get(field.key.full, ()) if field else ()
        yield from (finding for finding in known if finding.level == "note")
        yield from self.found("note")

    def reasons(self, field: Field | None) -> Iterator[str]:
        """Why the default of a field came to what it is, and the notes."""
        if field:
            known, key = self.wizard.known, field.key
            yield from chosen_lines(field, known.draft.text(key), known.judgement.choices.get(key.full, ()))
        yield from finding_lines(self.notes(field))

    def judge(self) -> None:
        """Show what is to be said, where that is something else than before."""
        known = self.wizard.known
        self.query_one(Form).judge(known.draft, known.judgement)
        self.say("#alarms", self.findings("error", "warning"))
        self.say("#notes", "" if self.brief else self.findings("note"))
        self.say("#picture", self.picture())
        self.say_aside()
        self.show_more()

    def show_more(self) -> None:
        """Whether there are further fields to unfold; elsewhere the form says so itself."""
        if self.brief:
            self.query_one("#do-more").display = self.query_one(Form).more.display

    def findings(self, *levels: str) -> str:
        """What is to be said about the page as a whole."""
        return self.folded(finding_lines(self.found(*levels)))

    def found(self, *levels: str) -> list[Finding]:
        """The same as findings."""
        by_step = self.wizard.known.judgement.by_step
        return [each for step in self.page.steps for each in by_step.get(step, ()) if each.level in levels]

    def picture(self) -> str:
        """The picture of the page, "" for a page without one."""
        known = self.wizard.known
        if self.page.picture is None:
            return ""
        spare = 0 if self.brief else max(self.app.size.height - USUAL, 0)
        drawn = self.page.picture(*known.seen_on(self.page), self.wizard.glyphs, Room(self.room(), spare))
        return "\n".join(drawn)

    def row(self) -> Row | None:
        """The row with the focus."""
        widget: Widget | None = self.focused
        while isinstance(widget, Widget):
            if isinstance(widget, Row):
                return widget
            widget = widget.parent if isinstance(widget.parent, Widget) else None
        return None

    def field(self) -> Field | None:
        """The field with the focus."""
        row = self.row()
        return row.field if row else None

    def help_text(self) -> str:
        """The field, then the page."""
        reasons = list(self.reasons(self.field())) if self.brief else []
        return "\n\n".join([*paragraphs(reasons), about_page(self.page, self.field())])

    def action_more(self) -> None:
        """Unfold the rare fields, and go to the first of them."""
        form = self.query_one(Form)
        before = {name for name, row in form.rows.items() if row.display}
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
