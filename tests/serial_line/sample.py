"""A wizard of a few pages, built for lines: a mark instead of colour, no frames, the cursor on the focus."""

from typing import Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from tests.serial_line.first_page import BUTTONS, CHOICES, INTRODUCTION, TITLE

LINE_CSS = """
* { background: ansi_default; color: ansi_default; }
Screen { layout: vertical; }
#title { text-style: bold; height: 2; }
Menu, Tick, Push { height: auto; }
#buttons { layout: horizontal; height: 1; }
Push { width: auto; margin-right: 2; }
Input { border: none; height: 1; padding: 0; width: 30; }
Input:focus { border: none; }
Input > .input--cursor { text-style: none; }
"""


class Menu(Widget, can_focus=True):
    """Choices with a mark before the one that is meant."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "move(1)"), Binding("up", "move(-1)")]
    chosen = reactive(0)

    class Chosen(Message):
        """The choice was made."""

    def __init__(self, *choices: str) -> None:
        super().__init__()
        self.choices = choices

    @property
    def cursor_screen_offset(self) -> Offset:
        """On the mark."""
        return self.content_region.offset + Offset(0, self.chosen)

    def render(self) -> Text:
        """One line each."""
        return Text("\n".join(f"{'>' if at == self.chosen else ' '} {line}" for at, line in enumerate(self.choices)))

    def action_move(self, by: int) -> None:
        """Up or down, never around."""
        self.chosen = max(0, min(len(self.choices) - 1, self.chosen + by))


class Tick(Widget, can_focus=True):
    """A box that shows its state by a letter."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "turn")]
    on = reactive(False)

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    @property
    def cursor_screen_offset(self) -> Offset:
        """In the box."""
        return self.content_region.offset + Offset(1, 0)

    def render(self) -> Text:
        """Box and label."""
        return Text(f"[{'x' if self.on else ' '}] {self.label}")

    def action_turn(self) -> None:
        """The other state."""
        self.on = not self.on


class Push(Widget, can_focus=True):
    """A button in angle brackets; the cursor shows which one is meant."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "push")]

    def __init__(self, label: str, to: str) -> None:
        super().__init__()
        self.label, self.to = label, to

    @property
    def cursor_screen_offset(self) -> Offset:
        """On the first letter."""
        return self.content_region.offset + Offset(2, 0)

    def render(self) -> Text:
        """The label in brackets."""
        return Text(f"< {self.label} >")

    def action_push(self) -> None:
        """The page that it leads to."""
        self.app.switch_screen(self.to)


class Buttons(Widget):
    """A line of buttons."""

    def __init__(self, *buttons: Push) -> None:
        super().__init__(*buttons, id="buttons")


class Welcome(Screen[None]):
    """The first page."""

    def compose(self) -> ComposeResult:
        yield Static(TITLE, id="title", markup=False)
        yield Static(
            INTRODUCTION,
            markup=False,
        )
        yield Menu(*CHOICES)
        yield Static("")
        yield Buttons(*(Push(label, "memory") for label in BUTTONS))


class Memory(Screen[None]):
    """A page with fields."""

    def compose(self) -> ComposeResult:
        yield Static("xenstrap  2/9  Memory", id="title", markup=False)
        yield Static("Memory of dom0, as 4G:")
        yield Input(value="2560M", select_on_focus=False)
        yield Static("")
        yield Tick("Guests may take memory from dom0")
        yield Tick("Keep 512 MiB free for devices")
        yield Static("")
        yield Buttons(Push("Next", "work"), Push("Back", "welcome"))


class Work(Screen[None]):
    """A page that counts."""

    done = reactive(0)

    def compose(self) -> ComposeResult:
        yield Static("xenstrap  9/9  At work", id="title", markup=False)
        yield Static("", id="bar", markup=False)

    def watch_done(self, done: int) -> None:
        """A bar of 40 marks and a number."""
        marks = done * 40 // 100
        self.query_one("#bar", Static).update(f"[{'#' * marks}{'.' * (40 - marks)}] {done:3} %")


class Sample(App[None]):
    """Three pages."""

    CSS = LINE_CSS
    SCREENS: ClassVar[Any] = {"welcome": Welcome, "memory": Memory, "work": Work}
    ENABLE_COMMAND_PALETTE = False

    def on_mount(self) -> None:
        """The first page."""
        self.push_screen("welcome")


if __name__ == "__main__":
    Sample().run()
