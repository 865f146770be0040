"""The line behind a pty: sudo, su and script make one, and so do GNU screen and tmux."""

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

import pytest

from tests.serial_line.line import LONGEST, ROOT
from textual_serial.ttys import behind_multiplexer

ASK = """
import os, re, sys
from installer import terminal
from installer.host import Host
from textual_serial import ttys
line, file = sys.argv[1:]
ttys.is_serial = lambda tty: tty == line
behind = ttys.line_behind()
terminal.SERIAL = re.compile(line.removeprefix("/dev/"))
here = terminal.own_tty(Host()) == line.removeprefix("/dev/")
open(file, "w").write(f"{behind and behind.tty} {behind and behind.direct} {here} {os.ttyname(0) != line}")
"""


def told_behind(folder: Path, *argv: str) -> list[str]:
    """What a program is told that stands for ASK in a command on a pty that plays a serial line.

    The driver: which line, and whether that comes to us as it is; the engine: whether it says the same; and whether the
    program has another terminal itself.
    """
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    line, file = os.ttyname(slave), folder / "told"
    ask = shlex.join([sys.executable, "-c", ASK, line, str(file)])
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    kept |= {"PYTHONPATH": str(ROOT), "TERM": "vt100", "LANG": "C.UTF-8"}
    with tempfile.TemporaryDirectory() as sockets:
        process = subprocess.Popen(
            [ask if word == "ASK" else word for word in argv],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=kept | {"SCREENDIR": sockets, "TMUX_TMPDIR": sockets},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        try:
            process.wait(LONGEST)
        finally:
            process.kill()
            os.close(master)
    return [word.replace(line, "LINE") for word in file.read_text().split()]


def test_sudos_own_pty_does_not_hide_the_line(tmp_path: Path) -> None:
    """script makes one as sudo does, and is on every Debian."""
    assert told_behind(tmp_path, "script", "-qc", "ASK", "/dev/null") == ["LINE", "True", "True", "True"]


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_tmux_shows_us_on_its_clients_line(tmp_path: Path) -> None:
    words = ("tmux", "-f", "/dev/null", "new-session", "ASK")
    assert told_behind(tmp_path, *words) == ["LINE", "False", "False", "True"]


@pytest.mark.skipif(not shutil.which("screen"), reason="GNU screen is not installed")
def test_screen_shows_us_on_its_displays_line(tmp_path: Path) -> None:
    settings = tmp_path / "screenrc"
    settings.write_text("startup_message off\n")
    words = ("screen", "-c", str(settings), "-S", "named", "sh", "-c", "ASK")
    assert told_behind(tmp_path, *words) == ["LINE", "False", "True", "True"]


@pytest.mark.parametrize(("sty", "line"), [("1234.ttyS0.host", "ttyS0"), ("1234.pts-0.host", None), ("1234.x", None)])
def test_who_may_not_look_into_screen_is_told_where_it_was_started(sty: str, line: str | None) -> None:
    nobody = 1 << 30
    behind = behind_multiplexer(nobody, {"STY": sty})
    assert (behind and behind.tty) == line
