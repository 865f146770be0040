"""Whether we are on a terminal, and how fast that is: asked before anything else, and so without slow imports."""

import sys

from installer.errors import UnfitError


def require_terminal() -> None:
    """UnfitError unless somebody can type to us and see what we show."""
    if not is_terminal():
        raise UnfitError("the wizard needs a terminal, and this is none", "without one: xenstrap plan, xenstrap apply")


def is_terminal() -> bool:
    """Whether somebody can type to us and see what we show."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def speed_through_xen(line: str) -> int | None:
    """Speed of the line behind hvc0, which knows of none: Xen's, by our own settings; None elsewhere."""
    if not line.removeprefix("/dev/").startswith("hvc"):
        return None
    from installer.uart import SERIAL_DROP_IN, find_taken

    try:
        with open(SERIAL_DROP_IN, encoding="utf-8") as file:
            taken = find_taken(file.read(), "")
    except FileNotFoundError:
        return None
    return taken.speed if taken else None
