"""Terminals in wide use, which show what pyte shows: tmux, GNU screen, and Linux's own console."""

import errno
import fcntl
import os
import select
import shutil
import struct
import subprocess
import tempfile
import termios
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from tests.serial_line.line import LONGEST
from tests.serial_line.reference import Reference
from textual_serial.cells import BOLD, REVERSE, UNDERLINE, Row, background, foreground
from textual_serial.glyphs import Glyphs
from textual_serial.kinds import Depth

SIZE = (80, 24)
ENVIRON = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"LANG": "C.UTF-8"}
PLAYER = 'stty raw -echo; exec cat "$1"'


class Shows(Protocol):
    """A terminal: it is fed, and shows something some time later."""

    def feed(self, sent: bytes) -> None:
        """What comes over the line."""

    def wait_for(self, rows: list[Row]) -> None:
        """Wait until it shows this."""


def has(*programs: str) -> bool:
    """Whether all of these are installed."""
    return all(map(shutil.which, programs))


def order(*argv: str) -> str:
    """One order to a program, and what it says."""
    return subprocess.run(argv, env=ENVIRON, check=True, capture_output=True, text=True, timeout=LONGEST).stdout


@contextmanager
def pipe(folder: Path) -> Iterator[tuple[str, int]]:
    """A pipe with a name, and the handle of its end to write to; it never blocks who opens it."""
    name = str(folder / f"line-{uuid.uuid4().hex}")
    os.mkfifo(name)
    handle = os.open(name, os.O_RDWR)
    try:
        yield name, handle
    finally:
        os.close(handle)


def write(handle: int, sent: bytes) -> None:
    """All of it, as it is read."""
    while sent:
        assert select.select([], [handle], [], LONGEST)[1], "the terminal reads no more"
        sent = sent[os.write(handle, sent[: select.PIPE_BUF]) :]


class Tmux:
    """tmux, and what it says that it shows."""

    def __init__(self, words: tuple[str, ...], handle: int, glyphs: Glyphs, depth: Depth) -> None:
        self.words, self.handle, self.glyphs, self.depth = words, handle, glyphs, depth

    def feed(self, sent: bytes) -> None:
        write(self.handle, sent)

    def wait_for(self, rows: list[Row]) -> None:
        end = time.monotonic() + LONGEST
        while self.shown() != rows:
            assert time.monotonic() < end, "tmux shows something else"

    def shown(self) -> list[Row]:
        """Its screen as cells."""
        told = order(*self.words, "capture-pane", "-epN")
        seen = Reference(*SIZE, self.glyphs, self.depth)
        seen.feed(b"\x1b)0" + "\r\n".join(told.rstrip("\n").split("\n")).encode(self.glyphs.encoding))
        return seen.rows()


@contextmanager
def tmux(folder: Path, glyphs: Glyphs, depth: Depth) -> Iterator[Shows]:
    """A tmux of our own."""
    width, height = map(str, SIZE)
    # The name of a socket may not be long, as that of a test's own folder is.
    with pipe(folder) as (name, handle), tempfile.TemporaryDirectory() as sockets:
        words = ("tmux", "-u", "-f", "/dev/null", "-S", f"{sockets}/tmux")
        order(*words, "new-session", "-d", "-x", width, "-y", height, "sh", "-c", PLAYER, "sh", name)
        try:
            yield Tmux(words, handle, glyphs, depth)
        finally:
            order(*words, "kill-server")


class Screen:
    """GNU screen, and the terminal that it shows it on."""

    def __init__(self, master: int, handle: int, glyphs: Glyphs, depth: Depth) -> None:
        self.master, self.handle = master, handle
        self.seen = Reference(*SIZE, glyphs, depth)

    def feed(self, sent: bytes) -> None:
        write(self.handle, sent)

    def wait_for(self, rows: list[Row]) -> None:
        end = time.monotonic() + LONGEST
        while self.seen.rows() != rows:
            assert time.monotonic() < end, "GNU screen shows something else"
            assert select.select([self.master], [], [], LONGEST)[0], "GNU screen shows something else"
            self.seen.feed(os.read(self.master, 65536))


@contextmanager
def screen(folder: Path, glyphs: Glyphs, depth: Depth) -> Iterator[Shows]:
    """GNU screen on a terminal of ours: a VT100, or one with so many colours."""
    settings = folder / "screenrc"
    settings.write_text("startup_message off\nvbell off\ndefbce off\n")
    terms: dict[Depth, str] = {0: "vt100", 8: "linux", 16: "xterm-256color"}
    environ = ENVIRON | {"TERM": terms[depth]}
    if glyphs.encoding == "ascii":
        environ["LANG"] = "C"
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (SIZE[1], SIZE[0]))
    words = ("screen", "-c", str(settings), "-S", "line")
    with pipe(folder) as (name, handle), tempfile.TemporaryDirectory() as sockets:
        environ["SCREENDIR"] = sockets
        process = subprocess.Popen(
            [*words, "sh", "-c", PLAYER, "sh", name],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environ,
            start_new_session=True,
        )
        os.close(slave)
        try:
            yield Screen(master, handle, glyphs, depth)
        finally:
            try:
                subprocess.run([*words, "-X", "quit"], env=environ, check=True, capture_output=True, timeout=LONGEST)
                process.wait(LONGEST)
            finally:
                process.kill()
                os.close(master)


VT_OPENQRY, VT_DISALLOCATE = 0x5600, 0x5608
CONSOLE = "/dev/tty0"
_ORDER = (0, 4, 2, 6, 1, 5, 3, 7)
"""The colours of a PC's screen as SGR numbers them."""
_UNDERLINED = 3
"""On a screen with colours Linux shows underlined text in cyan."""


def has_console() -> bool:
    """Whether there is a console of Linux's own that we may use, and that tells what it shows."""
    return os.path.exists("/dev/vcsu") and os.access(CONSOLE, os.R_OK | os.W_OK)


class Console:
    """One of Linux's virtual terminals; it shows at once what it was sent."""

    def __init__(self, number: int) -> None:
        self.tty = os.open(f"/dev/tty{number}", os.O_RDWR | os.O_NOCTTY)
        modes = termios.tcgetattr(self.tty)
        modes[1] &= ~termios.OPOST
        termios.tcsetattr(self.tty, termios.TCSANOW, modes)
        termios.tcsetwinsize(self.tty, (SIZE[1], SIZE[0]))
        assert termios.tcgetwinsize(self.tty) == (SIZE[1], SIZE[0])
        self.letters, self.attributes = (os.open(f"/dev/{kind}{number}", os.O_RDONLY) for kind in ("vcsu", "vcsa"))
        os.pread(self.letters, 4, 0)

    def feed(self, sent: bytes) -> None:
        write(self.tty, sent)

    def wait_for(self, rows: list[Row]) -> None:
        count = SIZE[0] * SIZE[1]
        shown = zip(
            struct.unpack(f"{count}I", os.pread(self.letters, count * 4, 0)),
            os.pread(self.attributes, count * 2, 4)[1::2],
            strict=True,
        )
        wanted = [(ord(letter), in_colours(attributes)) for row in rows for letter, attributes in row]
        assert [(letter, of_blank(colours) if letter == 32 else colours) for letter, colours in shown] == [
            (letter, of_blank(colours) if letter == 32 else colours) for letter, colours in wanted
        ]

    def close(self) -> None:
        """Leave it."""
        for handle in (self.tty, self.letters, self.attributes):
            os.close(handle)


def in_colours(attributes: int) -> int:
    """How Linux shows these attributes, as a byte of a PC's screen (vt.c, build_attr)."""
    ink = _UNDERLINED if attributes & UNDERLINE else _ORDER[(foreground(attributes) or 8) - 1]
    ground = _ORDER[(background(attributes) or 1) - 1]
    if attributes & REVERSE:
        ink, ground = ground, ink
    return ground << 4 | ink ^ (8 if attributes & BOLD else 0)


def of_blank(colours: int) -> int:
    """Of a blank only the ground can be seen."""
    return colours & 0x70


@contextmanager
def console(folder: Path, glyphs: Glyphs, depth: Depth) -> Iterator[Shows]:
    """The first of Linux's virtual terminals that nobody uses; nothing is switched to it."""
    with open(CONSOLE, "r+b", buffering=0, opener=without_control) as control:
        fcntl.flock(control, fcntl.LOCK_EX)  # of two tests at once, both would get the same
        number = struct.unpack("i", fcntl.ioctl(control, VT_OPENQRY, bytes(4)))[0]
        shown = Console(number)
        try:
            yield shown
        finally:
            shown.close()
            free(control, number)


def without_control(name: str, flags: int) -> int:
    """Open a terminal that does not become ours."""
    return os.open(name, flags | os.O_NOCTTY)


def free(control: BinaryIO, number: int) -> None:
    """Let the kernel forget a virtual terminal, which is busy until its last user is cleared away (release_one_tty)."""
    end = time.monotonic() + LONGEST
    while True:
        try:
            fcntl.ioctl(control, VT_DISALLOCATE, number)
            return
        except OSError as error:
            if error.errno != errno.EBUSY or time.monotonic() > end:
                raise
