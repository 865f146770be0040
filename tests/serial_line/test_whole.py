"""The whole wizard by keystrokes: over a simulated line of 9600 baud that is held now and then, and cut once."""

import time
from pathlib import Path

import pytest

from installer.journal import End, Journal
from tests.keystrokes import Com, Press, answer, apply, from_memory, look_again, resume, to_memory
from tests.serial_line.line import LONGEST, FarEnd, program

BYTES_A_SECOND = 960
AT_ONCE = 16
HELD, EVERY = 0.3, 1000
XOFF, XON = b"\x13", b"\x11"
SLOW = {"TEXTUAL_SERIAL_XON": "1", "TEXTUAL_SERIAL_RATE": "9600"}
WHOLE = ("-m", "tests.serial_line.whole")


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


def quick(far: FarEnd) -> Press:
    """Press keys, and read as fast as it comes."""

    def press(keys: str, *texts: str) -> None:
        far.type(keys.encode())
        far.until_text(*texts)

    return press


def settings(folder: Path) -> str:
    """What was settled for GRUB."""
    return "".join(file.read_text() for file in (folder / "root/etc/default/grub.d").glob("*xenstrap*"))


def test_over_a_line_that_is_slow_and_held_and_cut(tmp_path: Path) -> None:
    with program(*WHOLE, str(tmp_path), environ=SLOW) as far:
        to_memory(SlowEnd(far).press)
        far.cut()
        assert far.program.wait(LONGEST) in (0, 120)
    with program(*WHOLE, str(tmp_path), environ=SLOW) as far:
        line = SlowEnd(far)
        resume(line.press)
        from_memory(line.press, "com1", choose_speed=False)
        apply(line.press)
        far.type(b"2")
        assert far.ended() == 0
        assert far.modes() == far.modes_before
    journal = Journal(tmp_path / "state")
    assert journal.last_end() == End(status="done")
    settled = {record.after.name for record in journal.records if record.after}
    assert "/etc/default/grub.d/50-xenstrap.cfg" in settled
    assert "qemu-system-xen" not in settled
    assert "com1=9600,8n1,0x3f8,4 console=com1,vga" in settings(tmp_path)


@pytest.mark.parametrize(
    ("com", "baud", "words"),
    [
        ("com1", 115200, "com1=9600,8n1,0x3f8,4 console=com1,vga"),
        ("com2", 9600, "com2=9600,8n1,0x2f8,3 console=com2,vga"),
    ],
)
def test_the_keys_of_the_machine_tests_find_their_pages(tmp_path: Path, com: Com, baud: int, words: str) -> None:
    """What tests/vm/test_wizard.py types, on a machine like that one: so that it does not go stale unseen."""
    with program(*WHOLE, str(tmp_path), com, str(baud)) as far:
        answer(quick(far), com, choose_speed=com == "com1")
        apply(quick(far))
        far.type(b"2")
        assert far.ended() == 0
    assert words in settings(tmp_path)
    with program(*WHOLE, str(tmp_path), com, str(baud)) as far:
        look_again(quick(far))
        far.type(b"2")
        assert far.ended() == 0
        assert far.modes() == far.modes_before
