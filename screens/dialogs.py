"""Short questions over a screen: what a term means, whether to leave, whether to go ahead, where to save."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from screens.confirm import Confirmation
from screens.controls import Action, Line
from screens.fold import folded

MARGIN = 18
"""Columns of a dialog that are not its text's."""


def hanging(text: str, width: int) -> Iterator[str]:
    """A text whose indented lines, hints and words explained, keep their indent where they are folded."""
    for line in text.split("\n"):
        yield from folded([line], width) if line.startswith(" ") else [line]


def keys(dialog: Screen[Any], *said: str) -> Static:
    """What its keys do, below all else."""
    from screens.app import Wizard

    assert isinstance(dialog.app, Wizard)
    return Static(dialog.app.glyphs.between.join(said), classes="quiet", markup=False)


class HelpDialog(ModalScreen[None]):
    """A text to read; most keys close it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,space,q,f1,ctrl+g,f10,ctrl+x,ctrl+c", "dismiss", priority=True),
        Binding("down", "scroll(1)"),
        Binding("up", "scroll(-1)"),
        Binding("pagedown", "scroll(8)"),
        Binding("pageup", "scroll(-8)"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        """The text, and how to go on."""
        with Vertical(classes="dialog"):
            with VerticalScroll(id="scroll", can_focus=False):
                yield Static("\n".join(hanging(self.text, self.app.size.width - MARGIN)), markup=False)
            yield keys(self, "Esc closes this", "arrows scroll")

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#scroll").scroll_relative(y=lines, animate=False)


class Question(ModalScreen[str]):
    """A question with its answers as buttons; the first one is the safe one and has the focus.

    It returns the name of the button that was pressed, "" for Esc. Where something is to be typed, buttons beyond the
    first work only while the line above them, which then has the focus, holds it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up"),
        Binding("left,up", "app.focus_previous"),
        Binding("right,down", "app.focus_next"),
        Binding("f10,ctrl+x,ctrl+c", "give_up", priority=True),
        *(Binding(str(digit), f"digit({digit})", show=False) for digit in range(1, 10)),
    ]
    AUTO_FOCUS = "Input, Action"

    def __init__(self, asked: Confirmation) -> None:
        super().__init__()
        self.asked = asked

    def compose(self) -> ComposeResult:
        """The question, a line where something has to be typed, the buttons."""
        with Vertical(classes="dialog"):
            with VerticalScroll(id="scroll", can_focus=False):
                yield Static(self.asked.text, markup=False)
            if self.asked.typed:
                yield Line(placeholder="type it here", compact=True)
            with Horizontal(classes="buttons"):
                for number, (name, label) in enumerate(self.asked.answers, 1):
                    yield Action(name, label, number)
            if self.asked.typed:
                yield keys(self, "Tab to the buttons", "Esc goes back")

    def on_mount(self) -> None:
        """Nothing is typed yet."""
        self.allow("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look whether it is the right thing."""
        self.allow(event.value)

    def on_input_submitted(self) -> None:
        """Enter on the line does nothing but go to the safe button."""
        self.query(Action).first().focus()

    def allow(self, value: str) -> None:
        """Let the dangerous buttons be pressed, or not."""
        for action in list(self.query(Action))[1:]:
            action.disabled = not self.asked.allows(value)

    @on(Action.Pressed)
    def pressed(self, event: Action.Pressed) -> None:
        """Answered."""
        event.stop()
        self.dismiss(event.action)

    def action_give_up(self) -> None:
        """Not answered."""
        self.dismiss("")

    def action_digit(self, digit: int) -> None:
        """A digit presses the button with that number."""
        for action in self.query(Action):
            if action.digit == digit:
                action.press()


class SaveDialog(ModalScreen[str]):
    """Asks for the name of a file; "" for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up"),
        Binding("f10,ctrl+x,ctrl+c", "give_up", priority=True),
    ]
    AUTO_FOCUS = "Input"

    def __init__(self, text: str, name: str, fault: str = "") -> None:
        super().__init__()
        self.text = text
        self.file = name
        self.fault = fault

    def compose(self) -> ComposeResult:
        """The line, and what was wrong with the last name."""
        with Vertical(classes="dialog"):
            yield Static(self.text, markup=False)
            yield Line(self.file, compact=True, select_on_focus=False)
            if self.fault:
                yield Static(f"ERROR: {self.fault}", classes="fault", markup=False)
            yield keys(self, "Enter saves", "Esc does not")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Named."""
        self.dismiss(event.value.strip())

    def action_give_up(self) -> None:
        """Not named."""
        self.dismiss("")
