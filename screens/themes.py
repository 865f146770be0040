"""The wizard's two themes: dark and light."""

from textual.theme import Theme

DARK = Theme(
    name="xenstrap-dark",
    dark=True,
    primary="#7fb2d9",
    secondary="#8fa3b3",
    accent="#e0b36a",
    foreground="#d7dce0",
    background="#14181c",
    surface="#1b2126",
    panel="#242b32",
    success="#8cc08a",
    warning="#e0b36a",
    error="#ee8a80",
    variables={"block-cursor-text-style": "none", "footer-key-foreground": "#7fb2d9"},
)
LIGHT = Theme(
    name="xenstrap-light",
    dark=False,
    primary="#1f5c8b",
    secondary="#4b5b68",
    accent="#7a4b00",
    foreground="#1d2328",
    background="#f7f6f2",
    surface="#efede6",
    panel="#e3e0d6",
    success="#23662a",
    warning="#7a4b00",
    error="#a3261b",
    variables={"block-cursor-text-style": "none", "footer-key-foreground": "#1f5c8b"},
)
