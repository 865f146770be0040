"""The whole wizard by keystrokes over a simulated line of 9600 baud that is held now and then."""

import time
from pathlib import Path

from installer.journal import End, Journal
from tests.keystrokes import answer, apply
from tests.serial_line.line import FarEnd, program

BYTES_A_SECOND = 960
AT_ONCE = 16
HELD, EVERY = 0.3, 1000
XOFF, XON = b"\x13", b"\x11"


class SlowEnd:
    """The far end of a line that passes 960 bytes a second, and holds for 300 ms after every thousand of them."""

    def __init__(self, far: FarEnd) -> None:
        self.far = far
        self.held_at = 0

    def press(self, keys: str, *texts: str) -> None:
        """Press keys, and read at the line's pace until all of this stands there."""
        self.far.type(keys.encode())
        while not all(text in self.far.text() for text in texts):
            self.pass_time()
            assert self.far.read(AT_ONCE), f"it ended before {texts}:\n{self.far.text()}"

    def pass_time(self) -> None:
        """What the line needs for the next bytes, and a hold now and then."""
        time.sleep(AT_ONCE / BYTES_A_SECOND)
        if len(self.far.received) - self.held_at > EVERY:
            self.held_at = len(self.far.received)
            self.far.type(XOFF)
            time.sleep(HELD)
            self.far.type(XON)


def test_from_the_first_page_to_the_restart(tmp_path: Path) -> None:
    environ = {"TEXTUAL_SERIAL_XON": "1", "TEXTUAL_SERIAL_RATE": "9600"}
    with program("-m", "tests.serial_line.whole", str(tmp_path), environ=environ) as far:
        line = SlowEnd(far)
        answer(line.press, "com1", choose_speed=False)
        apply(line.press)
        far.type(b"2")
        assert far.ended() == 0
        assert far.modes() == far.modes_before
    journal = Journal(tmp_path / "state")
    assert journal.last_end() == End(status="done")
    settled = {record.after.name for record in journal.records if record.after}
    assert "/etc/default/grub.d/50-xenstrap.cfg" in settled
    assert "qemu-system-xen" not in settled
    words = "".join(file.read_text() for file in (tmp_path / "root/etc/default/grub.d").glob("*xenstrap*"))
    assert "com1=9600,8n1,0x3f8,4 console=com1,vga" in words
