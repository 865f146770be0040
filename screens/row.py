"""One field of a form: its label, its control, and a few lines about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from installer.finding import Choice as Chosen
from screens.controls import Choice, Line, Tick
from screens.fold import folded
from screens.judge import Judgement
from screens.looks import Glyphs
from screens.page import Field, Option
from screens.remarks import chosen, chosen_lines, finding_lines
from screens.secret import Secret

OTHER = "\0other"
INDENT = 4
BESIDE = 26
"""The longest option that has room beside a label, on the narrowest of terminals."""


class Row(Vertical):
    """A field on the screen; it tells the form what is typed."""

    class Changed(Message):
        """The field has another text."""

        def __init__(self, field: Field, text: str) -> None:
            super().__init__()
            self.field = field
            self.text = text

    def __init__(self, field: Field, text: str, glyphs: Glyphs) -> None:
        self.stacked = field.kind == "many" or any(len(option.label) > BESIDE for option in field.options)
        super().__init__(classes="row stacked" if self.stacked else "row")
        self.field = field
        self.text = text
        self.glyphs = glyphs
        self.level = ""
        self.line: Input | None = None
        self.head = Static(self.label(" "), classes="label", markup=False)
        self.about = Static("", classes="about", markup=False)
        self.control = self.make_control()

    def label(self, sign: str) -> str:
        """The label, with a mark while the field has the focus."""
        return f"{sign} {self.field.word.label}"

    def make_control(self) -> Widget:
        """What the user works with; for something else than the options, a line below them."""
        field = self.field
        if field.kind == "tick":
            return Tick(self.glyphs, self.text == "true")
        if field.kind == "text":
            return Line(self.text, compact=True)
        if field.kind == "secret":
            return Secret(self.text, field.key.hashed)
        texts = field.chosen(self.text)
        if not field.other:
            return Choice(self.glyphs, field.options_with(self.text), texts, many=field.kind == "many")
        typed = self.text not in {option.text for option in field.options}
        self.line = Line(self.text if typed else "", "type it here", compact=True)
        self.line.display = typed
        return Choice(self.glyphs, [*field.options, Option(OTHER, f"{field.other}:")], [OTHER] if typed else texts)

    def compose(self) -> ComposeResult:
        """Label and control beside each other if there is room, the rest below."""
        if self.stacked:
            yield self.head
            yield self.control
        else:
            yield Horizontal(self.head, self.control, classes="line")
        if self.line:
            yield self.line
        yield self.about

    def on_descendant_focus(self) -> None:
        """A mark shows where one is."""
        self.head.update(self.label(self.glyphs.here))
        self.add_class("-here")

    def on_descendant_blur(self) -> None:
        """No longer here."""
        self.head.update(self.label(" "))
        self.remove_class("-here")

    def on_tick_changed(self, event: Tick.Changed) -> None:
        """Ticked or not."""
        event.stop()
        self.say("true" if event.ticked else "false")

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Chosen, or about to be typed."""
        event.stop()
        if self.line:
            self.line.display = event.texts == (OTHER,)
            self.say(self.line.value if self.line.display else event.texts[0])
        else:
            self.say(" ".join(event.texts))

    def on_secret_changed(self, event: Secret.Changed) -> None:
        """A password."""
        event.stop()
        self.say(event.text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typed."""
        event.stop()
        if event.input.display:
            self.say(event.value)

    def say(self, text: str) -> None:
        """Tell the form, once for each new text."""
        if text != self.text:
            self.text = text
            self.post_message(self.Changed(self.field, text))

    def judge(self, judgement: Judgement, width: int) -> None:
        """Show what is to be said about the field, in so many columns."""
        full = self.field.key.full
        findings, choices = judgement.by_key.get(full, ()), judgement.choices.get(full, ())
        self.level = next((each.level for each in findings if each.level in ("error", "warning")), "")
        self.set_class(self.level == "error", "-error")
        self.set_class(self.level == "warning", "-warning")
        if self.glyphs.brief:
            lines = [*self.came_to(choices), *finding_lines(each for each in findings if each.level != "note")]
        else:
            lines = [*chosen_lines(self.field, self.text, choices), *finding_lines(findings)]
        said = "\n".join(folded(lines, width - INDENT))
        self.about.display = bool(said)
        if str(self.about.content) != said:
            self.about.update(said)

    def came_to(self, choices: Iterable[Chosen]) -> Iterator[str]:
        """What a default came to, in brief: in the place of the options where there are some, else below."""
        values = [value for value, _ in chosen(self.field, self.text, choices)]
        if isinstance(self.control, Choice):
            self.control.say(", ".join(values))
        else:
            yield from values
