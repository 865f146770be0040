"""Textual's own demo without what comes and goes by the clock: its look at the network, and the blink of its cursor."""

from unittest.mock import patch

from textual.demo.demo_app import DemoApp
from textual.demo.home import StarCount
from textual.widgets import Input

if __name__ == "__main__":
    with patch.object(StarCount, "get_stars"), patch.object(Input.cursor_blink, "_default", False):
        DemoApp().run()
