"""Starting the wizard on a machine."""

import argparse

from installer.errors import Exit
from screens.app import Wizard
from screens.looks import Look
from screens.machines import opened


def launch(options: argparse.Namespace, look: Look) -> Exit:
    """Ask on screen, show the plan, apply it."""
    with opened(options) as (machine, given, busy):
        code = Wizard(machine, given, look, busy).run()
    return Exit(code or 0)
