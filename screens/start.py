"""The verb `wizard`: which driver this terminal needs, and a first page before anything slow is imported."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from installer.errors import AnswersError, Exit, HostError
from installer.terminal import require_terminal
from textual_serial import choose, early

if TYPE_CHECKING:
    from screens.looks import Look

FIRST_PAGE = (" xenstrap", "", "", " Looking at this machine ...")
IN_LINES = (" xenstrap --plain asks in lines alone.", "")
"""For terminals that may know nothing else."""


def wizard(options: argparse.Namespace) -> Exit:
    """Ask on screen, show the plan, apply it."""
    require_terminal()
    try:
        choice = choose(serial=bool(options.serial), rich=bool(options.rich), size=options.size)
    except ValueError as error:
        raise AnswersError(str(error)) from error
    choice.apply()
    if choice.serial:
        early.paint(first_page(os.environ.get("TERM", "")), (3, len(FIRST_PAGE[3])), bold=(0,))
    try:
        # Textual reads which driver it shall use when it is imported.
        return load_launch()(options, "serial" if choice.serial else "rich")
    finally:
        early.give_back()


def first_page(term: str) -> tuple[str, ...]:
    """What stands there before anything else."""
    first, *rest = FIRST_PAGE
    return (first, *IN_LINES, *rest[2:]) if term in ("", "dumb") else FIRST_PAGE


def load_launch() -> Callable[[argparse.Namespace, Look], Exit]:
    """What starts the wizard; HostError where the package is missing that nothing else needs."""
    try:
        from screens.launch import launch
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "textual":
            raise
        raise HostError(
            "the wizard needs the Python package textual, which could not be fetched",
            f"`xenstrap --plain` asks the same line by line without it; to try again, remove {sys.prefix}",
        ) from error
    return launch
