"""The screen of a page: its sentence, its picture, its form; it judges the answers as one types."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import DescendantFocus
from textual.widget import Widget

from screens.form import Form, Row, finding_lines
from screens.frame import Frame, text
from screens.help import about_field, about_page
from screens.page import Field, Page


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
        """The page from top to bottom."""
        wizard = self.wizard
        yield text(self.page.title, classes="title")
        yield text(self.page.sentence, classes="sentence")
        yield text(id="picture")
        yield text(id="findings")
        yield Form(
            Row(field, wizard.known.draft.text(field.key), wizard.glyphs)
            for field in self.page.fields(wizard.known.facts)
        )

    def actions(self) -> list[tuple[str, str]]:
        """On or back."""
        return [("back", "Back"), ("next", "Next")]

    def on_mount(self) -> None:
        """Judge what stands there, and begin with the first field."""
        self.judge()
        controls = [widget for widget in self.query("Tick, Choice, Input") if widget.focusable]
        (controls or [self.query_one("#do-next")])[0].focus()

    def on_resize(self, event: object) -> None:
        """The picture is as wide as there is room."""
        super().on_resize(event)  # type: ignore[arg-type]
        self.call_after_refresh(self.draw)

    def on_form_changed(self, event: Form.Changed) -> None:
        """Keep what was typed, and judge it."""
        event.stop()
        self.wizard.type_text(event.field.key, event.text)
        self.judge()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Where there is room, the help on the field with the focus stands beside it."""
        field = self.field()
        self.part("#aside").update(about_field(field) if field else "")

    def judge(self) -> None:
        """Show what is to be said."""
        judgement = self.wizard.known.judgement
        self.query_one(Form).judge(judgement)
        found = [finding for step in self.page.steps for finding in judgement.by_step.get(step, ())]
        part = self.part("#findings")
        part.update("\n".join(finding_lines(found)))
        part.display = bool(found)
        self.draw()

    def draw(self) -> None:
        """Draw the picture, if it is another one than before."""
        part = self.part("#picture")
        part.display = self.page.picture is not None
        if self.page.picture and part.size.width:
            answers, facts = self.wizard.known.judgement.answers, self.wizard.known.facts
            drawn = "\n".join(self.page.picture(answers, facts, self.wizard.glyphs, part.size.width))
            if str(part.content) != drawn:
                part.update(drawn)

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
        hidden = [row for row in form.rows if not row.display]
        form.reveal = True
        self.judge()
        for row in hidden[:1]:
            control = row.query("Tick, Choice, Input").first(Widget)
            self.call_after_refresh(control.focus)

    def on_input_submitted(self) -> None:
        """Enter on a line goes on."""
        self.action_next()

    def action_next(self) -> None:
        """On, unless something on this page cannot stay so."""
        if row := self.query_one(Form).first_wrong():
            row.query("Tick, Choice, Input").first(Widget).focus()
            self.app.bell()
        else:
            self.wizard.go_on(self.page.name)

    def action_back(self) -> None:
        """Back."""
        self.wizard.go_back(self.page.name)
