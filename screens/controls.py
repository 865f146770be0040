"""The controls that Textual does not have in this shape: one line high, and legible without any colour."""

from collections.abc import Sequence
from itertools import accumulate

from rich.text import Text
from textual.events import Click, Key
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from screens.looks import Glyphs
from screens.page import Option

GAP = 2
SHORT = 16
ROOMY = 80


class Line(Input):
    """A line to type on; its cursor keeps still."""

    cursor_blink = reactive(False, init=False)


class Tick(Widget, can_focus=True):
    """Yes or no."""

    class Changed(Message):
        """It was ticked, or the tick was taken away."""

        def __init__(self, ticked: bool) -> None:
            super().__init__()
            self.ticked = ticked

    def __init__(self, glyphs: Glyphs, ticked: bool) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.ticked = ticked

    def render(self) -> Text:
        """The box."""
        return Text(self.glyphs.ticked if self.ticked else self.glyphs.bare)

    def on_key(self, event: Key) -> None:
        """Space turns it."""
        if event.key == "space":
            event.stop()
            self.turn()

    def on_click(self, event: Click) -> None:
        """So does a click."""
        self.turn()

    def turn(self) -> None:
        """From yes to no, or back."""
        self.ticked = not self.ticked
        self.refresh()
        self.post_message(self.Changed(self.ticked))


class Choice(Widget, can_focus=True):
    """One of several options, or many of them: short ones beside each other, long ones below each other.

    Arrows go from option to option; where many may be chosen, space takes and leaves. From the ends of a column arrows
    go on to the next field. In brief, all are shown only while it has the focus.
    """

    class Changed(Message):
        """Something else is chosen."""

        def __init__(self, texts: tuple[str, ...]) -> None:
            super().__init__()
            self.texts = texts

    class Moved(Message):
        """The cursor is elsewhere."""

    def __init__(self, glyphs: Glyphs, options: Sequence[Option], chosen: Sequence[str], *, many: bool = False) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.options = options
        self.many = many
        self.chosen = [option.text for option in options if option.text in chosen]
        self.at = next((n for n, option in enumerate(options) if option.text in self.chosen), 0)
        self.wide = not many and all(len(option.label) <= SHORT for option in options)
        self.said = ""

    @property
    def closed(self) -> bool:
        """Whether only what is chosen is shown."""
        return self.glyphs.brief and not self.has_focus

    @property
    def column(self) -> bool:
        """Whether the options stand below each other."""
        return all(len(row) == 1 for row in self.rows(self.size.width))

    def say(self, said: str) -> None:
        """What the option that is chosen came to."""
        if said != self.said:
            self.said = said
            self.refresh()

    def on_focus(self) -> None:
        """All options, or no longer."""
        if self.glyphs.brief:
            self.refresh(layout=True)

    on_blur = on_focus

    def drawn(self, number: int) -> str:
        """One option with its sign."""
        option, glyphs = self.options[number], self.glyphs
        on, off = (glyphs.ticked, glyphs.bare) if self.many else (glyphs.chosen, glyphs.free)
        pointer = (glyphs.here if number == self.at and self.has_focus else " ") if self.many else ""
        return f"{pointer}{on if option.text in self.chosen else off} {option.label}"

    def rows(self, width: int) -> list[list[int]]:
        """The numbers of the options, line by line."""
        if not self.wide:
            return [[number] for number in range(len(self.options))]
        rows: list[list[int]] = [[]]
        taken = 0
        for number in range(len(self.options)):
            needs = len(self.drawn(number)) + GAP
            if rows[-1] and taken + needs - GAP > width:
                rows.append([])
                taken = 0
            rows[-1].append(number)
            taken += needs
        return rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the options need."""
        return 1 if self.closed else len(self.rows(width))

    def render(self) -> Text:
        """All options; the one at the cursor stands out, if only by its sign."""
        text = Text()
        if self.closed:
            labels = [option.label for option in self.options if option.text in self.chosen]
            return text.append(self.said or ", ".join(labels) or "none")
        stands_out = self.has_focus and not self.glyphs.brief
        for line, row in enumerate(self.rows(self.size.width)):
            text.append("\n" if line else "")
            for place, number in enumerate(row):
                text.append(" " * GAP if place else "")
                text.append(self.drawn(number), "bold" if stands_out and number == self.at else "")
        return text

    def on_key(self, event: Key) -> None:
        """Move, choose."""
        before, after = ("up", "down") if self.column else ("left", "right")
        target = self.at + {before: -1, after: 1}.get(event.key, 0)
        if target != self.at and 0 <= target < len(self.options):
            self.go(target)
        elif event.key == "space" and self.options:
            self.turn(self.options[self.at].text)
        elif target == self.at or self.column:
            return
        event.stop()

    def on_click(self, event: Click) -> None:
        """A click chooses what it hits."""
        row = self.rows(self.size.width)[event.y]
        ends = accumulate(len(self.drawn(number)) + GAP for number in row)
        hit = next((number for number, end in zip(row, ends, strict=True) if event.x < end), None)
        if hit is not None:
            self.go(hit)
            if self.many:
                self.turn(self.options[hit].text)

    def go(self, number: int) -> None:
        """Put the cursor there; where one is chosen, that one is."""
        self.at = number
        if not self.many and self.chosen != [self.options[number].text]:
            self.turn(self.options[number].text)
        self.refresh()
        self.post_message(self.Moved())

    def cursor_region(self, within: Widget) -> Region:
        """The line of the cursor, in a scrolled widget around this one."""
        line = next(place for place, row in enumerate(self.rows(self.size.width)) if self.at in row)
        start = self.region.offset - within.content_region.offset + within.scroll_offset
        return Region(start.x, start.y + line, self.size.width, 1)

    def turn(self, text: str) -> None:
        """Choose it; where many may be, take it or leave it."""
        if not self.many:
            self.chosen = [text]
        elif text in self.chosen:
            self.chosen.remove(text)
        else:
            self.chosen.append(text)
        self.refresh()
        self.post_message(self.Changed(tuple(option.text for option in self.options if option.text in self.chosen)))


class Action(Widget, can_focus=True):
    """A button on one line, with the digit that presses it from anywhere."""

    class Pressed(Message):
        """It was pressed."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.action = name

    def __init__(self, name: str, label: str, digit: int = 0) -> None:
        super().__init__(name=name, id=f"do-{name}")
        self.label = label
        self.digit = digit

    def number(self, digit: int) -> None:
        """Give it another digit."""
        if digit != self.digit:
            self.digit = digit
            self.refresh(layout=True)

    def render(self) -> Text:
        """Its label between brackets, between arrows while it has the focus, by itself while it cannot be pressed."""
        text = f"{self.digit} {self.label}" if self.digit and self.app.size.width >= ROOMY else self.label
        before, after = ("  ", "  ") if self.disabled else ("> ", " <") if self.has_focus else ("[ ", " ]")
        return Text(f"{before}{text}{after}")

    def get_content_width(self, container: object, viewport: object) -> int:
        """As wide as it says."""
        return len(self.render().plain)

    def on_key(self, event: Key) -> None:
        """Enter and space press it; left and right go to its neighbours."""
        if event.key in ("enter", "space"):
            event.stop()
            self.press()
        elif event.key in ("left", "right"):
            event.stop()
            self.screen.focus_next(Action) if event.key == "right" else self.screen.focus_previous(Action)

    def on_click(self, event: Click) -> None:
        """So does a click."""
        self.press()

    def press(self) -> None:
        """Tell the screen."""
        if not self.disabled:
            self.post_message(self.Pressed(self.name or ""))
