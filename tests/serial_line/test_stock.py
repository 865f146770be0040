"""Textual's own widgets as they come: the same cells as under the stock driver, and the cursor on the focus."""

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import (
    Button,
    Checkbox,
    Collapsible,
    DataTable,
    Footer,
    Header,
    Input,
    Label,
    ListItem,
    ListView,
    OptionList,
    ProgressBar,
    RadioButton,
    RadioSet,
    Select,
    SelectionList,
    Switch,
    TabbedContent,
    TextArea,
    Tree,
)

from tests.serial_line.states import Shown, States, shown
from textual_serial.kinds import Depth, Repertoire


class Stock(App[None]):
    """One of each."""

    CSS = "TextArea { height: 5; }"

    def compose(self) -> ComposeResult:
        yield Header()
        with VerticalScroll(can_focus=False):
            yield Input("typed", select_on_focus=False)
            yield Checkbox("checked")
            yield Switch()
            yield RadioSet(RadioButton("near", value=True), RadioButton("far"), RadioButton("gone"))
            yield OptionList("alpha", "beta", "gamma")
            yield SelectionList(("red", 1), ("green", 2))
            yield ListView(ListItem(Label("first")), ListItem(Label("second")))
            yield Select([("small", 1), ("large", 2)], allow_blank=False)
            table: DataTable[str] = DataTable(cursor_type="row")
            table.add_columns("name", "size")
            table.add_rows([["eth0", "1500"], ["eth1", "9000"]])
            yield table
            tree: Tree[None] = Tree("root")
            tree.root.expand()
            tree.root.add_leaf("leaf")
            yield tree
            yield TextArea("above\nbelow")
            with TabbedContent("left", "right"):
                yield ProgressBar(total=100)
                yield Label("on the right")
            with Collapsible(title="folded"):
                yield Label("unfolded")
            yield Button("push")
        yield Footer()


STOPS = (
    (Input, "", "typed"),
    (Checkbox, "", "checked"),
    (Switch, "enter", ""),
    (RadioSet, "down", "far"),
    (OptionList, "down", "beta"),
    (SelectionList, "down", "green"),
    (ListView, "down", "second"),
    (Select, "", "small"),
    (DataTable, "down", "eth1"),
    (Tree, "down", "leaf"),
    (TextArea, "down", "below"),
)
"""In the order of Tab: a widget, a key pressed at it, and what stands in the line of the cursor then."""


async def go_round(screen: Shown) -> None:
    """From widget to widget, then along the last ones."""
    await screen.step()
    for kind, key, text in STOPS:
        await screen.step("tab") if kind is not Input else await screen.step("home", "end")
        assert isinstance(screen.app.focused, kind), screen.app.focused
        if key:
            await screen.step(key)
        y, x = screen.reference.cursor()
        assert text in screen.text().splitlines()[y], f"{kind.__name__}: {y}, {x}\n{screen.text()}"
        assert screen.app.focused.region.contains(x, y)
    for _ in range(4):
        screen.app.screen.focus_next()
        await screen.step("enter")


@pytest.mark.parametrize(("depth", "repertoire"), [(0, "ascii"), (16, "utf8")])
def test_every_widget_looks_as_under_the_stock_driver(depth: Depth, repertoire: Repertoire) -> None:
    async def go() -> None:
        async with shown(Stock(driver_class=States), depth=depth, repertoire=repertoire) as screen:
            await go_round(screen)

    asyncio.run(go())
