"""The near end of a serial line: everything it says is kept, and waited for with regular expressions."""

import codecs
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

# Long enough for the emulated machine at its slowest; it bounds a hang, it paces nothing.
PATIENCE = 900.0
ECHO_PATIENCE = 60.0
# Xen's input ring holds 128 bytes and drops the rest: a piece is sent when the one before has come back.
PIECE = 48
# No pattern may span more than this, so that waiting through long output stays linear.
LONGEST_MATCH = 8192
LAST_LINES = 40

Search = Callable[[str, int], int | None]


class LineError(Exception):
    """The line did not say what was waited for."""


class LateError(LineError):
    """It did not come in time."""


class SerialLine:
    """A connected serial line with its transcript."""

    def __init__(self, connection: socket.socket, transcript: Path) -> None:
        self._connection = connection
        self._transcript = transcript.open("a", encoding="utf-8", newline="")
        self._path = transcript
        self._changed = threading.Condition()
        self._text = ""
        self._position = 0
        self._closed = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        try:
            while received := self._connection.recv(65536):
                text = decoder.decode(received)
                with self._changed:
                    self._text += text
                    self._transcript.write(text)
                    self._transcript.flush()
                    self._changed.notify_all()
        except OSError:
            pass
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def text(self) -> str:
        """Return everything that the line has said."""
        with self._changed:
            return self._text

    def close(self) -> None:
        """Wait for the reader, whose other end has gone, and close the transcript."""
        self._connection.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._connection.close()
        self._transcript.close()

    def wake(self) -> None:
        """Let whoever waits look again at its reason to give up."""
        with self._changed:
            self._changed.notify_all()

    def note(self, remark: str) -> None:
        """Write a remark of ours into the transcript."""
        with self._changed:
            self._transcript.write(f"\n#### {time.strftime('%T')} {remark}\n")

    def send(self, text: str) -> None:
        """Send text as it is."""
        self._connection.sendall(text.encode())

    def type(self, line: str) -> None:
        """Type a line where it is echoed, and Return; characters lost on the way are typed again."""
        for attempts_left in (2, 1, 0):
            try:
                for start in range(0, len(line), PIECE):
                    piece = line[start : start + PIECE]
                    self.send(piece)
                    self.wait(_in_order(piece), f"the echo of {piece!r}", ECHO_PATIENCE, None)
                self.send("\r")
                return
            except LineError:
                if self._closed or not attempts_left:
                    raise
                self.send("\x15")

    def expect(
        self,
        pattern: str,
        timeout: float = PATIENCE,
        failures: Iterable[str] = (),
        give_up: Callable[[], str | None] | None = None,
    ) -> re.Match[str]:
        """Wait for a pattern after the last one, unless a failure's pattern or a reason to give up comes first."""
        wanted = re.compile(pattern, re.MULTILINE)
        failure = re.compile("|".join(failures), re.MULTILINE) if failures else None
        matches: list[re.Match[str]] = []

        def search(text: str, start: int) -> int | None:
            match = wanted.search(text, start)
            early = failure.search(text, start, match.start() if match else len(text)) if failure else None
            if early:
                raise LineError(self._story(f"{early[0]!r} came before {pattern!r}"))
            if match is None:
                return None
            matches.append(match)
            return match.end()

        self.wait(search, repr(pattern), timeout, give_up)
        return matches[0]

    def wait(
        self, search: Search, wanted: str, timeout: float, give_up: Callable[[], str | None] | None = None
    ) -> None:
        """Wait until a search through what the line has said, from what was found last, finds its end."""
        deadline = time.monotonic() + timeout
        with self._changed:
            start = self._position
            while True:
                seen = len(self._text)
                if (end := search(self._text, start)) is not None:
                    self._position = end
                    return
                if self._closed:
                    raise LineError(self._story(f"QEMU ended while {wanted} was waited for"))
                if give_up and (reason := give_up()):
                    raise LineError(self._story(f"{reason} while {wanted} was waited for"))
                left = deadline - time.monotonic()
                if left <= 0:
                    raise LateError(self._story(f"{wanted} did not come within {timeout:.0f} s"))
                self._changed.wait(left)
                start = max(start, seen - LONGEST_MATCH)

    def _story(self, what: str) -> str:
        readable = re.sub(r"\x1b\[[0-9;?=]*[A-Za-z]|[^\n\x20-\uffff]", "", self._text[-20000:])
        lines = [line.rstrip() for line in readable.splitlines() if line.strip()][-LAST_LINES:]
        return "\n".join([f"{what}; the line last said ({self._path} has all):", *lines])


def _in_order(piece: str) -> Search:
    """Find the characters of a piece in order: a message in their midst must not hide them."""

    def search(text: str, start: int) -> int | None:
        for character in piece:
            start = text.find(character, start) + 1
            if not start:
                return None
        return start

    return search
