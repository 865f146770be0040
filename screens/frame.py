"""What every screen has: a head, a rail that shows where one is, room for itself, buttons, and the keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Resize, ScreenResume
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.confirm import Confirmation, leaving
from screens.controls import Action
from screens.dialogs import HelpDialog
from screens.fold import folded

if TYPE_CHECKING:
    from screens.app import Wizard

LEAST = (60, 20)
WIDE, LARGER = 80, 112
WIDTHS = [(0, "-narrow"), (WIDE, "-wide"), (LARGER, "-larger")]
RAIL, ASIDE = 21, 40
TWIN = re.compile(r"F\d+ (?=\^)")


class Body(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Scrolls where it is told to; the arrows are the screen's."""


class Frame(Screen[None]):
    """A screen of the wizard."""

    place: ClassVar[str] = ""
    """Its name in the rail; pages give their own."""
    beside: ClassVar[bool] = False
    """Whether it says something beside its body, where there is room."""
    keys = ""
    brief_keys = ""
    """The keys on a serial line, where they are not the same; it may swallow function keys: Ctrl does all there."""
    _shown = False
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,ctrl+g", "help", "Help", priority=True),
        Binding("f8,ctrl+n", "next", "Next", priority=True),
        Binding("escape,f7,ctrl+p", "back", "Back"),
        Binding("enter", "next", "Next"),
        Binding("f10,ctrl+x,ctrl+c", "app.leave", "Quit", priority=True),
        Binding("f9,ctrl+t", "app.light", "Light or dark", priority=True),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        *(Binding(str(digit), f"digit({digit})", show=False) for digit in range(1, 10)),
    ]

    @property
    def wizard(self) -> Wizard:
        """The program."""
        from screens.app import Wizard

        assert isinstance(self.app, Wizard)
        return self.app

    @property
    def brief(self) -> bool:
        """Whether each byte takes its time."""
        return self.wizard.glyphs.brief

    @property
    def here(self) -> str:
        """Where it is in the rail."""
        return self.place

    def compose(self) -> ComposeResult:
        """The parts, the screen's own in the middle; how wide it is, is known before they are dressed."""
        width = self.app.size.width
        self.add_class(*[name for least, name in WIDTHS if width >= least][-1:], update=False)
        yield Static("", id="small", markup=False)
        yield Static(self.wizard.known.head(self.here), id="head", markup=False)
        with Horizontal(id="middle"):
            yield Static(self.wizard.known.rail(self.here), id="rail", markup=False)
            with Vertical(id="main"):
                yield from self.top()
                with Body(id="body"):
                    yield from self.body()
            if self.beside:
                yield Static("", id="aside", markup=False)
        with Horizontal(id="actions"):
            for number, (name, label) in enumerate(self.actions(), 1):
                yield Action(name, label, number)
        yield Static(self.keys_line(), id="keys", markup=False)

    def on_screen_resume(self, event: ScreenResume) -> None:
        """What comes for the first time has its styles already; to give them once more takes a quarter of all time."""
        event.refresh_styles = self._shown
        self._shown = True

    def on_mount(self) -> None:
        """On a serial line a word takes the place of the scroll bar, which would cost as much as the text beside it."""
        if self.brief:
            self.watch(self.query_one("#body"), "show_vertical_scrollbar", self.say_keys)

    def say_keys(self) -> None:
        """The keys, and whether there is more than fits where no scroll bar says so."""
        self.say("#keys", self.keys_line(more=self.brief and self.query_one("#body").show_vertical_scrollbar))

    def said_keys(self) -> str:
        """What its keys do at the moment."""
        return self.keys

    def keys_line(self, *, more: bool = False) -> str:
        """The keys, as many as there is room for; the last two always, and how to see more."""
        keys = TWIN.sub("", self.brief_keys or self.keys) if self.brief else self.said_keys()
        if self.app.size.width < WIDE:  # where the buttons show no digits
            keys = keys.replace("Digits or Tab", "Tab")
        *others, help_key, leave_key = keys.split(" · ")
        last = [help_key, leave_key, *(["PgDn more"] if more else [])]
        between = self.wizard.glyphs.between
        while others and len(between.join([*others, *last])) > self.app.size.width - 2:
            others.pop()
        return between.join([*others, *last])

    def top(self) -> ComposeResult:
        """What stays in its place while the rest scrolls."""
        yield from ()

    def body(self) -> ComposeResult:
        """What this screen shows."""
        yield from ()

    def actions(self) -> list[tuple[str, str]]:
        """Its buttons: name and label."""
        return []

    def help_text(self) -> str:
        """What F1 says."""
        return ""

    def foretell(self, place: str, title: str, sentence: str = "") -> None:
        """Say where it goes on while that is being made: a slow line has something to do meanwhile."""
        said = {"#head": self.wizard.known.head(place), "#title": title, "#sentence": sentence}
        for part in self.query(", ".join(said)).results(Static):
            part.update(said[f"#{part.id}"], layout=False)

    def farewell(self) -> Confirmation:
        """What to say to somebody who leaves."""
        return leaving(self.wizard.known.left_as())

    def on_resize(self, event: Resize) -> None:
        """Below the least size a sentence says so."""
        width, height = event.size.width, event.size.height
        small = width < LEAST[0] or height < LEAST[1]
        self.set_class(small, "-small")
        if small:
            said = f"This terminal has {width} columns and {height} rows; the wizard needs {LEAST[0]} and {LEAST[1]}."
            self.query_one("#small", Static).update(
                f"{said} Make it larger, or use an answer file (`xenstrap example`)."
            )

    @on(Action.Pressed)
    def pressed(self, event: Action.Pressed) -> None:
        """A button calls the action of its name."""
        event.stop()
        self.call_later(self.run_action, f"screen.{event.action}")

    def action_help(self) -> None:
        """Explain what is on the screen."""
        if text := self.help_text():
            self.app.push_screen(HelpDialog(text))

    def action_next(self) -> None:
        """Enter goes on; a screen that asks says how."""

    def action_back(self) -> None:
        """Esc goes back; a screen that may says where."""

    def action_move(self, step: int) -> None:
        """Arrows go from field to field; where there is only text, they scroll."""
        if isinstance(self.focused, Input) or not self.scrolls():
            self.focus_next() if step > 0 else self.focus_previous()
        else:
            self.query_one("#body").scroll_relative(y=step, animate=False)

    def scrolls(self) -> bool:
        """Whether arrows scroll instead of moving the focus."""
        return False

    def action_page(self, step: int) -> None:
        """Page keys scroll."""
        body = self.query_one("#body")
        body.scroll_relative(y=step * max(1, body.size.height - 2), animate=False)

    def action_digit(self, digit: int) -> None:
        """A digit presses the button with that number."""
        for action in self.query("#actions Action").results(Action):
            if action.digit == digit and action.display:
                action.press()

    def offer(self, *names: str, focus: str = "") -> None:
        """Show these buttons alone, numbered as they stand."""
        digit = 0
        for action in self.query("#actions Action").results(Action):
            action.display = action.name in names
            digit += action.display
            action.number(digit if action.display else 0)
        if focus:
            self.query_one(f"#do-{focus}").focus()

    def room(self) -> int:
        """Columns that a text of this screen has."""
        width = self.app.size.width
        if self.brief:
            return width - 2
        return width - (RAIL if width >= WIDE else 0) - (ASIDE if self.beside and width >= LARGER else 0) - 3

    def folded(self, lines: Iterable[str]) -> str:
        """Lines folded at the width of this screen."""
        return "\n".join(folded(lines, self.room()))

    def say(self, selector: str, said: str) -> None:
        """Put a text where another one stands; without one, its place is given up."""
        part = self.part(selector)
        if str(part.content) != said:
            part.update(said)
            part.display = bool(said)

    def part(self, selector: str) -> Static:
        """A text on the screen."""
        return self.query_one(selector, Static)


def text(content: str = "", *, id: str | None = None, classes: str | None = None) -> Widget:
    """A text, taken literally."""
    return Static(content, id=id, classes=classes, markup=False)
