"""Starting the wizard on a machine."""

import argparse

from textual.driver import Driver

from installer.errors import Exit
from screens.app import Wizard
from screens.looks import Look
from screens.machines import opened


def launch(options: argparse.Namespace, look: Look) -> Exit:
    """Ask on screen, show the plan, apply it."""
    with opened(options) as (machine, given, busy):
        code = Wizard(machine, given, look, busy, driver_of(look)).run()
    return Exit(code or 0)


def driver_of(look: Look) -> type[Driver] | None:
    """The driver of a look; the serial line's is named in the environment."""
    if look == "serial":
        return None
    from screens.outlet import OutletDriver  # Textual's own, which this stands on, is not needed on a serial line

    return OutletDriver
