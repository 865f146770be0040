"""The verb `wizard`: which driver this terminal needs, and a first page before anything slow is imported."""

import argparse

from installer.errors import AnswersError, Exit, UnfitError
from installer.terminal import is_terminal
from textual_serial import choose, early

FIRST_PAGE = (" xenstrap", "", "", " Looking at this machine ...")


def wizard(options: argparse.Namespace) -> Exit:
    """Ask on screen, show the plan, apply it."""
    if not is_terminal():
        raise UnfitError("the wizard needs a terminal, and this is none", "without one: xenstrap plan, xenstrap apply")
    try:
        choice = choose(serial=bool(options.serial), rich=bool(options.rich), size=options.size)
    except ValueError as error:
        raise AnswersError(str(error)) from error
    choice.apply()
    if choice.serial:
        early.paint(FIRST_PAGE, (3, len(FIRST_PAGE[3])), bold=(0,))
    try:
        # Textual reads which driver it shall use when it is imported.
        from screens.launch import launch

        return launch(options, "serial" if choice.serial else "rich")
    finally:
        early.give_back()
