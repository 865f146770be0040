"""The modes of the tty while the screen is ours."""

from __future__ import annotations

import termios

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Modes = list[Any]


def raw(modes: Modes, flow_control: bool) -> Modes:
    """Keys one by one and unechoed; bytes out as they are, so that a line feed goes straight down."""
    iflag, oflag, cflag, lflag, ispeed, ospeed, cc = modes
    iflag &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXANY | termios.IXOFF)
    if not flow_control:
        iflag &= ~termios.IXON
    oflag &= ~termios.OPOST
    lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    cc = list(cc)
    cc[termios.VMIN], cc[termios.VTIME] = 1, 0
    return [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
