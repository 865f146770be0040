"""The whole wizard by keystrokes, as a person at a serial line types them: the same on any machine."""

from collections.abc import Callable
from typing import Literal

Press = Callable[..., None]
"""Press keys, and wait until all of the texts that follow stand on the screen."""
Com = Literal["com1", "com2"]
IO = {"com1": "0x3f8", "com2": "0x2f8"}
ENTER, TAB, LEAVE = "\r", "\t", "\x18"
RIGHT, DOWN = "\x1b[C", "\x1b[B"


def answer(press: Press, com: Com, *, choose_speed: bool) -> None:
    """From the first page to Review, on a line of 9600 baud: some answers are changed, the others stay as they are."""
    to_memory(press)
    from_memory(press, com, choose_speed=choose_speed)


def to_memory(press: Press) -> None:
    """From the first page to a field on the page of the memory, and something typed there."""
    press("", "Welcome", "> 1 Start <")
    press(ENTER, "Where guests keep their disks.", "> Guests' disks in")
    press(ENTER, "A bridge, a switch", "> Make a bridge")
    press(ENTER, "Memory and CPUs", "> Memory")
    press("1536M", "dom0 1536 MiB")


def resume(press: Press) -> None:
    """The line was cut on the page of the memory: a new start comes back to it, with what was typed."""
    press("", "You stopped at Memory and CPUs", "> 1 Continue <")
    press(ENTER, "> Memory", "1536M", "dom0 1536 MiB")


def from_memory(press: Press, com: Com, *, choose_speed: bool) -> None:
    """From there to Review."""
    press(ENTER, "Serial console", "> Port", f"auto: {com}")
    if choose_speed:
        press(TAB, "> Speed in baud")
        press(RIGHT, "at 9600 baud")
    press("", f"({com}, {IO[com]}) at 9600 baud")
    press(ENTER, "Xen and boot menu", "> Xen starts by itself")
    press(TAB * 2, "> HVM guests (Windows)    [x]")
    press(" ", "> HVM guests (Windows)    [ ]")
    press(ENTER, "Guests", "> At a restart")
    press(ENTER, "Review", "changes:", "[ 4 Apply ]")


def walk(press: Press) -> None:
    """From the first page to Review on whatever screen, by what stands there in both looks; two answers are changed."""
    press("", "> 1 Start <")
    press(ENTER, "Guests' disks in")
    press(ENTER, "Make a bridge")
    press(ENTER, "Xen about")
    press("1536M", "dom0 1536 MiB")
    press(ENTER, "Speed in baud")
    press(ENTER, "HVM guests (Windows)    [x]")
    press(TAB * 2 + " ", "HVM guests (Windows)    [ ]")
    press(ENTER, "At a restart")
    press(ENTER, "changes:", "[ 4 Apply ]")


def apply(press: Press) -> None:
    """From Review until all is done, and to the question whether to restart, which "2" answers with yes."""
    press("4", "Make these", "> 1 Not yet <")
    press("2", "Applied", "> 1 Restart now <")
    press("1", "Restart this machine now?")


def look_again(press: Press) -> None:
    """At the next start of the wizard, in a dom0 that has passed its trial; "2" leaves it then."""
    press("", "Everything is applied.", "Verify ]")
    press(LEAVE, "> 1 Stay <")
