"""The whole wizard by keystrokes, as a person at a serial line types them: the same on any machine."""

from collections.abc import Callable
from typing import Literal

Press = Callable[..., None]
"""Press keys, and wait until all of the texts that follow stand on the screen."""
Com = Literal["com1", "com2"]
IO = {"com1": "0x3f8", "com2": "0x2f8"}
ENTER, TAB, LEAVE = "\r", "\t", "\x18"


def answer(press: Press, com: Com, *, choose_speed: bool) -> None:
    """From the first page to Review, on a line of 9600 baud: some answers are changed, the others stay as they are."""
    press("", "Welcome", "> 1 Start <")
    press(ENTER, "Where guests keep their disks.", "> Guests' disks in")
    press(ENTER, "A bridge, a switch", "> Make a bridge")
    press(ENTER, "Memory and CPUs", "> Memory")
    press("1536M", "dom0 1536 MiB")
    press(ENTER, "Serial console", "> Port", f"auto: {com}")
    if choose_speed:
        press(TAB, "> Speed in baud")
        press("2", "at 9600 baud")
    press("", f"({com}, {IO[com]}) at 9600 baud")
    press(ENTER, "Xen and boot menu", "> Xen starts by itself")
    press(TAB * 2, "> For Windows and others  [x]")
    press(" ", "> For Windows and others  [ ]")
    press(ENTER, "Guests", "> At a restart")
    press(ENTER, "Review", "changes:", "[ 4 Apply ]")


def apply(press: Press) -> None:
    """From Review until all is done."""
    press("4", "Make these", "> 1 Not yet <")
    press("2", "Applied", "> 1 Restart now <")
    press("1", "Restart this machine now?")
