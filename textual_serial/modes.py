"""The modes of the tty while the screen is ours."""

from __future__ import annotations

import os
import termios

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Modes = list[Any]


def raw(modes: Modes, flow_control: bool) -> Modes:
    """Keys one by one and unechoed, a break is none; bytes out as they are, so that a line feed goes straight down."""
    iflag, oflag, cflag, lflag, ispeed, ospeed, cc = modes
    iflag |= termios.IGNBRK
    iflag &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXANY | termios.IXOFF)
    if not flow_control:
        iflag &= ~termios.IXON
    oflag &= ~termios.OPOST
    lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    cc = list(cc)
    cc[termios.VMIN], cc[termios.VTIME] = 1, 0
    return [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]


def modes_of(tty: str) -> Modes | None:
    """The modes of a line that is not our own terminal; None where we may not look."""
    try:
        handle = os.open(os.path.join("/dev", tty), os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return termios.tcgetattr(handle)
    except termios.error:
        return None
    finally:
        os.close(handle)


def has_seven_bits(modes: Modes) -> bool:
    """Whether a line of these modes carries seven bits only."""
    return bool(modes[2] & termios.CSIZE == termios.CS7)
