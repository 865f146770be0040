"""A serial line of the machine, opened for a moment: raw, 8 bits, no parity, one stop bit, and left as it was."""

import errno
import fcntl
import os
import select
import struct
import termios
import time
from types import TracebackType
from typing import NamedTuple, Self

from installer.errors import HostError
from installer.host import Host

SPEEDS = {rate: getattr(termios, f"B{rate}") for rate in (9600, 19200, 38400, 57600, 115200)}
SENT = 0x01  # TIOCSER_TEMT in TIOCSERGETLSR: the UART's own buffers are empty too
LISTENS = 0.02
KEPT = 65536


class Heard(NamedTuple):
    """Whether all was sent, what came meanwhile, and whether the word was in it."""

    sent: bool
    bytes: bytes
    found: bool


class OpenLine:
    """A port of the machine, while it is open; HostError where it cannot be had."""

    def __init__(self, host: Host, tty: str, speed: int, *, flow: bool) -> None:
        host.changing(f"write to /dev/{tty}")
        self.path = host.path(f"/dev/{tty}")
        self.tty = tty
        self.speed = speed
        self.flow = flow
        self.waiting = False

    def __enter__(self) -> Self:
        try:
            self.fd = os.open(self.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise HostError(
                f"/dev/{self.tty} cannot be opened: {error.strerror}",
                "no UART answers there, or another program has it",
            ) from error
        try:
            self.former = termios.tcgetattr(self.fd)
            self.set_up()
        except (OSError, termios.error) as error:
            os.close(self.fd)
            raise HostError(f"/dev/{self.tty} cannot be set up: {error.args[-1]}", "no UART answers there") from error
        return self

    def set_up(self) -> None:
        """Raw, 8n1, at the speed; without waiting for a carrier."""
        rate = SPEEDS[self.speed]
        flags = termios.CS8 | termios.CREAD | termios.CLOCAL | (termios.CRTSCTS if self.flow else 0)
        controls = list(self.former[6])
        controls[termios.VMIN], controls[termios.VTIME] = 0, 0
        termios.tcsetattr(self.fd, termios.TCSANOW, [0, 0, flags, 0, rate, rate, controls])
        now = termios.tcgetattr(self.fd)
        if now[5] != rate or now[2] & termios.CSIZE != termios.CS8 or now[2] & (termios.PARENB | termios.CSTOPB):
            raise OSError(0, f"it does not take {self.speed} baud, 8n1")
        termios.tcflush(self.fd, termios.TCIOFLUSH)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What still waits is dropped, since closing would wait for it; the settings go back."""
        try:
            if self.waiting:
                termios.tcflush(self.fd, termios.TCOFLUSH)
            termios.tcsetattr(self.fd, termios.TCSANOW, self.former)
        except (OSError, termios.error) as error:
            raise HostError(f"/dev/{self.tty} could not be set back: {error.args[-1]}") from error
        finally:
            os.close(self.fd)

    def exchange(self, text: bytes, word: bytes, seconds: float, margin: float) -> Heard:
        """Send a text, then listen for a word: up to `seconds` after the last byte went out."""
        rest, heard, sent = text, b"", False
        self.waiting = True
        ends = time.monotonic() + len(text) * 10 / self.speed + margin
        while time.monotonic() < ends and not (sent and word in heard.lower()):
            ready, takes, _ = select.select([self.fd], [self.fd] if rest else [], [], LISTENS)
            try:
                if ready:
                    heard = (heard + self.read())[-KEPT:]
                if takes:
                    rest = rest[os.write(self.fd, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise HostError(f"/dev/{self.tty} broke off: {error.strerror}", "is the card still there?") from error
            if not sent and not rest and self.empty():
                sent, ends, self.waiting = True, time.monotonic() + seconds, False
        return Heard(sent, heard, word in heard.lower())

    def read(self) -> bytes:
        """What has come; OSError where the line was hung up."""
        came = os.read(self.fd, 4096)
        if not came:
            raise OSError(errno.EIO, "it was hung up")
        return came

    def empty(self) -> bool:
        """Whether everything has left, as far as the driver can tell."""
        if struct.unpack("i", fcntl.ioctl(self.fd, termios.TIOCOUTQ, bytes(4)))[0]:
            return False
        try:
            state = fcntl.ioctl(self.fd, termios.TIOCSERGETLSR, bytes(4))
        except OSError:
            return True  # not a UART of Linux's serial core: its queue is all that is known
        return bool(struct.unpack("I", state)[0] & SENT)
