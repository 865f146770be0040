"""Textual programs on slow serial lines: a driver that sends differences only, in a VT100's words.

Importing this package imports neither Textual nor anything else that is slow; see README.md.
"""

from __future__ import annotations

from textual_serial.choose import Choice, choose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from textual_serial.driver import SerialDriver

__all__ = ["Choice", "SerialDriver", "choose"]


def __getattr__(name: str) -> object:
    """The driver, imported with Textual on first use."""
    if name != "SerialDriver":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from textual_serial.driver import SerialDriver

    return SerialDriver
