"""Where the hardware cursor belongs: on the focus, for braille displays, screen readers and tired eyes."""

from typing import Any

from textual.app import App, ScreenStackError
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import DataTable, Input, ListView, OptionList, RadioSet, Select, Tree


def focus_of(app: App[Any]) -> tuple[int, int] | None:
    """The line and column of the focus on the screen; its own cursor blinks no more, as the terminal's does."""
    try:
        widget = app.focused
    except ScreenStackError:
        return None
    if widget is None or not widget.is_attached:
        return None
    if getattr(widget, "cursor_blink", False):
        setattr(widget, "cursor_blink", False)  # noqa: B010 - Input and TextArea have it, Widget has not
    x, y = widget.screen.outer_size.clamp_offset(cursor_of(widget))
    return y, x


def cursor_of(widget: Widget) -> Offset:
    """The place on the screen that a focused widget works at.

    A widget of one's own may say so itself by a property `cursor_screen_offset`, as Textual's Input does.
    """
    if isinstance(widget, Input):
        # Textual counts one too many at the end of the text.
        return widget.cursor_screen_offset - Offset(1 if widget.cursor_at_end else 0, 0)
    if hasattr(widget, "cursor_screen_offset"):
        own: Any = widget
        return Offset(*own.cursor_screen_offset)
    if isinstance(widget, Select):
        return next(iter(widget.query("SelectCurrent > #label")), widget).content_region.offset
    if isinstance(widget, ListView | RadioSet):
        chosen = _chosen_child(widget)
        return (chosen or widget).content_region.offset
    return widget.content_region.offset + Offset(0, _chosen_line(widget))


def _chosen_child(widget: ListView | RadioSet) -> Widget | None:
    if isinstance(widget, ListView):
        return widget.highlighted_child
    return next(iter(widget.query("RadioButton.-selected")), None)


def _chosen_line(widget: Widget) -> int:
    """The line in view that is highlighted."""
    if isinstance(widget, OptionList):
        left, top = widget.content_region.offset
        for line in range(widget.content_region.height):
            if widget.screen.get_style_at(left, top + line).meta.get("option") == widget.highlighted:
                return line
    elif isinstance(widget, Tree):
        return max(0, widget.cursor_line - round(widget.scroll_offset.y))
    elif isinstance(widget, DataTable):
        header = widget.header_height if widget.show_header else 0
        return header + widget.cursor_coordinate.row - round(widget.scroll_offset.y)
    return 0
