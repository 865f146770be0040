"""A form made from a page's fields: each with its control, what its value came to, and what speaks against it."""

import re
from collections.abc import Iterable, Iterator

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from installer.finding import Choice as Chosen
from installer.finding import Finding
from screens.controls import Action, Choice, Tick
from screens.draft import default_text
from screens.judge import Judgement
from screens.looks import Glyphs
from screens.page import Field, Option
from screens.pages import pages

SIGNS = {"error": "ERROR", "warning": "Warning", "note": "Note", "ok": "ok"}
KEY = re.compile(r"\b[a-z0-9]+\.[a-z0-9_]+\b")
OTHER = "\0other"


class Row(Vertical):
    """One field: a mark while it has the focus, its label, its control, and a few lines about it."""

    def __init__(self, field: Field, text: str, glyphs: Glyphs) -> None:
        super().__init__(classes=f"row {field.kind}")
        self.field = field
        self.text = text
        self.glyphs = glyphs
        self.level = ""
        options = list(field.options)
        if field.other:
            options.append(Option(OTHER, f"{field.other}:"))
        else:
            known = {option.text for option in options}
            options += (
                [Option(each, each) for each in self.texts() if each not in known] if field.kind != "tick" else []
            )
        self.options = options

    def texts(self) -> list[str]:
        """The texts of a list, or the one."""
        return self.text.replace(",", " ").split() if self.field.kind == "many" else [self.text]

    def compose(self) -> ComposeResult:
        """Label, control, lines."""
        with Horizontal(classes="line"):
            yield Static("", classes="mark", markup=False)
            yield Static(self.field.word.label, classes="label", markup=False)
            with Vertical(classes="control"):
                yield from self.controls()
        yield Static("", classes="about", markup=False)

    def controls(self) -> Iterator[Tick | Choice | Input]:
        """What the user works with."""
        match self.field.kind:
            case "tick":
                yield Tick(self.glyphs, self.text == "true")
            case "text":
                yield self.input(self.text)
            case kind:
                known = {option.text for option in self.options}
                other = bool(self.field.other) and self.text not in known
                chosen = [OTHER] if other else self.texts()
                yield Choice(self.glyphs, self.options, chosen, many=kind == "many")
                if self.field.other:
                    made = self.input(self.text if other else "")
                    made.display = other
                    yield made

    def input(self, text: str) -> Input:
        """A line to type on."""
        made = Input(text, compact=True, placeholder="" if self.field.kind == "text" else "type it here")
        made.cursor_blink = False
        return made

    def on_tick_changed(self, event: Tick.Changed) -> None:
        """Ticked or not."""
        event.stop()
        self.say("true" if event.ticked else "false")

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Chosen, or about to be typed."""
        event.stop()
        if self.field.other:
            line = self.query_one(Input)
            line.display = event.texts == (OTHER,)
            self.say(line.value if line.display else event.texts[0])
        else:
            self.say(" ".join(event.texts))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typed."""
        event.stop()
        if event.input.display:
            self.say(event.value)

    def on_descendant_focus(self) -> None:
        """A mark shows where one is."""
        self.query_one(".mark", Static).update(self.glyphs.here)
        self.add_class("-here")

    def on_descendant_blur(self) -> None:
        """No longer here."""
        self.query_one(".mark", Static).update("")
        self.remove_class("-here")

    def say(self, text: str) -> None:
        """Tell the form, once for each new text."""
        if text != self.text:
            self.text = text
            self.post_message(Form.Changed(self.field, text))

    def judge(self, judgement: Judgement, reveal: bool) -> None:
        """Show what is to be said about the field; a rare one that nothing is said about may stay folded away."""
        key = self.field.key
        findings, choices = judgement.by_key.get(key.full, ()), judgement.choices.get(key.full, ())
        self.level = next((each.level for each in findings if each.level in ("error", "warning")), "")
        self.set_class(self.level == "error", "-error")
        self.set_class(self.level == "warning", "-warning")
        said = "\n".join([*chosen_lines(self.field, self.text, choices), *finding_lines(findings)])
        about = self.query_one(".about", Static)
        about.display = bool(said)
        if str(about.content) != said:
            about.update(said)
        folded = self.field.word.rare(judgement.answers) and self.text == default_text(self.field.key) and not findings
        self.display = reveal or not folded or self.has_focus_within


class Form(Vertical):
    """The fields of a page."""

    class Changed(Message):
        """A field has another text."""

        def __init__(self, field: Field, text: str) -> None:
            super().__init__()
            self.field = field
            self.text = text

    def __init__(self, rows: Iterable[Row]) -> None:
        super().__init__()
        self.rows = list(rows)
        self.reveal = False

    def compose(self) -> ComposeResult:
        """The rows, and a way to those that are folded away."""
        yield from self.rows
        yield Action("more", "More settings")

    def judge(self, judgement: Judgement) -> None:
        """Show what is to be said about each field."""
        for row in self.rows:
            row.judge(judgement, self.reveal)
        self.query_one("#do-more").display = any(not row.display for row in self.rows)

    def first_wrong(self) -> Row | None:
        """The first field with an error."""
        return next((row for row in self.rows if row.level == "error"), None)


def chosen_lines(field: Field, text: str, choices: Iterable[Chosen]) -> Iterator[str]:
    """What a default came to, and why."""
    for choice in choices:
        if text in ("auto", "") and choice.value != text:
            value = field.word.names.get(choice.value, choice.value)
            yield f"{text}: {value}, because {choice.because}".removeprefix(": ")


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Findings with their hints, in the words of the wizard."""
    for finding in findings:
        yield f"{SIGNS[finding.level]}: {in_our_words(finding.text)}"
        if finding.hint:
            yield f"  -> {in_our_words(finding.hint)}"


def in_our_words(text: str) -> str:
    """A text with the labels of fields instead of the keys of an answer file."""
    labels = {key.full: page.word(key).label for page in pages() for key in page.keys}
    return KEY.sub(lambda found: f'"{labels[found[0]]}"' if found[0] in labels else found[0], text)
