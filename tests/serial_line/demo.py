"""Textual's own demo without its look at the network, whose notice comes and goes by the clock."""

from unittest.mock import patch

from textual.demo.demo_app import DemoApp
from textual.demo.home import StarCount

if __name__ == "__main__":
    with patch.object(StarCount, "get_stars"):
        DemoApp().run()
