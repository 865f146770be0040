"""The wizard on a small Debian that can be changed: `python -m tests.serial_line.whole FOLDER [COM [BAUD]]`.

It stands at a line of 9600 baud on COM, whose console is at BAUD by GRUB's settings. Its restart boots Xen, and the
trial of that passes.
"""

import sys
from pathlib import Path

from installer.facts import Facts
from installer.journal import Journal, Verified
from screens.app import Wizard
from tests.captured.test_captured import facts
from tests.keystrokes import IO, Com
from tests.machines import dom0
from tests.screens.seat import Seat

LINE = 9600
INTERFACES = "auto lo\niface lo inet loopback\n\nallow-hotplug enp0s2\niface enp0s2 inet dhcp\n"
TTY: dict[Com, str] = {"com1": "ttyS0", "com2": "ttyS1"}
IRQ: dict[Com, int] = {"com1": 4, "com2": 3}


def at_the_line(com: Com, baud: int) -> Facts:
    """A captured machine with its only port and its console there, and us on it."""
    tty = TTY[com]
    text = facts("bookworm-bios-ifupdown-native").model_dump_json()
    for before, after in (("ttyS0", tty), ("115200", str(baud)), ("--unit=0", f"--unit={tty[-1]}")):
        assert before in text
        text = text.replace(before, after)
    moved = Facts.model_validate_json(text)
    port = moved.serial.ports[0].model_copy(update={"io": int(IO[com], 16), "irq": IRQ[com]})
    return moved.model_copy(
        update={
            "serial": moved.serial.model_copy(update={"ports": (port,)}),
            "running": moved.running.model_copy(update={"tty": tty, "speeds": {tty: LINE}}),
        }
    )


def lay(seat: Seat) -> None:
    """The settings that those facts were taken from."""
    words = f'GRUB_CMDLINE_LINUX_DEFAULT="{seat.facts.boot.linux_default}"'
    for name, text in {"network/interfaces": INTERFACES, "default/grub": f"GRUB_DEFAULT=0\n{words}\n"}.items():
        seat.host.path(f"/etc/{name}").write_text(text)


def main(folder: Path, com: str = "com1", baud: str = str(LINE)) -> int | None:
    """One start of the wizard."""
    seat = Seat(folder)
    journal = Journal(seat.state)
    if seat.host.path("/sys/hypervisor/type").read_text() == "xen\n":
        seat.facts = dom0()
        if not journal.last_verified():
            journal.add(Verified(passed=True, report=[]))
    else:
        seat.facts = at_the_line("com2" if com == "com2" else "com1", int(baud))
        seat.host.root_uuid = seat.facts.boot.root_uuid
        if journal.last_run() is None:
            lay(seat)
    return Wizard(seat.machine(), None, "serial").run()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
