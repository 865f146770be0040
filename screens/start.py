"""The verb `wizard`: which driver this terminal needs, and a first page before anything slow is imported."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from textwrap import wrap

from installer.errors import AnswersError, Exit, HostError
from installer.tty import require_terminal, speed_through_xen
from screens.purpose import BRIEF, BRIEF_KEYS, BRIEF_LOOKING
from textual_serial import choose, early
from textual_serial.settings import USUAL_SIZE, size_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from screens.looks import Look

IN_LINES = " xenstrap --plain asks in lines alone."
"""For terminals that may know nothing else."""
TITLE = 2
"""The line of the title."""


def wizard(options: argparse.Namespace) -> Exit:
    """Ask on screen, show the plan, apply it."""
    require_terminal()
    try:
        choice = choose(serial=bool(options.serial), rich=bool(options.rich), size=options.size)
        choice.apply()
        if choice.serial:
            paint_first_page(choice.line)
    except ValueError as error:
        raise AnswersError(str(error)) from error
    try:
        # Textual reads which driver it shall use when it is imported.
        return load_launch()(options, "serial" if choice.serial else "rich")
    finally:
        early.give_back()


def paint_first_page(line: str) -> None:
    """Paint it, as fast as the line takes it."""
    if speed := speed_through_xen(line):
        os.environ.setdefault("TEXTUAL_SERIAL_RATE", str(speed))
    early.paint(first_page(os.environ.get("TERM", ""), *(size_of(0) or USUAL_SIZE)), bold=(TITLE,))


def first_page(term: str, width: int, height: int) -> list[str]:
    """What stands there before anything else, and stays: the first screen as far as it knows nothing of the machine."""
    head = [" xenstrap", IN_LINES if term in ("", "dumb") else "", " Welcome"]
    lines = [*head, *(f" {line}" for line in wrap(BRIEF, width - 2)), "", f" {BRIEF_LOOKING}"]
    keys = " " + BRIEF_KEYS.replace(" · ", ", ")
    return [*lines, *[""] * (height - len(lines) - 1), keys] if len(keys) < width and len(lines) < height else lines


def import_without_openssl() -> None:
    """Import what uses OpenSSL where it is there, and can do without: on a small machine that is 4 MiB for nothing."""
    absent = [name for name in ("ssl", "_hashlib") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type] # the documented way to say that there is none
    try:
        import asyncio  # noqa: F401
        import hmac  # noqa: F401
    finally:
        for name in absent:
            del sys.modules[name]


def load_launch() -> Callable[[argparse.Namespace, Look], Exit]:
    """What starts the wizard; HostError where the package is missing that nothing else needs."""
    import_without_openssl()
    gc.disable()  # there is hardly any garbage in what is imported, and much to be looked through
    try:
        from screens.launch import launch
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "textual":
            raise
        raise HostError(
            "the wizard needs the Python package textual, which could not be fetched",
            f"`xenstrap --plain` asks the same line by line without it; to try again, remove {sys.prefix}",
        ) from error
    finally:
        gc.enable()
    return launch
