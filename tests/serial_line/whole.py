"""The wizard on a small Debian that can be changed: `python -m tests.serial_line.whole FOLDER`."""

import sys
from pathlib import Path

from installer.facts import Facts
from screens.app import Wizard
from tests.captured.test_captured import facts
from tests.screens.seat import Seat


def slow(known: Facts) -> Facts:
    """The same machine, with its console at 9600 baud."""
    return Facts.model_validate_json(known.model_dump_json().replace("115200", "9600"))


if __name__ == "__main__":
    seat = Seat(Path(sys.argv[1]))
    seat.facts = slow(facts("trixie-uefi-networkd-native"))
    seat.host.root_uuid = seat.facts.boot.root_uuid
    sys.exit(Wizard(seat.machine(), None, "serial").run())
