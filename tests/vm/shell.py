"""A root shell on a serial line: commands in, exit codes and exact output back."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from .recipe import ROOT_PASSWORD
from .serial_line import PATIENCE, LineError, SerialLine

# The terminal takes lines of up to 4095 bytes.
LINE_LIMIT = 3000
OUTPUT = "/run/xenstrap-vm-output"
# What is typed before the plain shell has the terminal gets lost: its prompt, unlike the typed text, says "<root>".
PLAIN_SHELL = " exec env PS1='<\\u>' PS2= HISTFILE= bash --norc --noprofile --noediting"
# $_c is the command in base64, $1 the token; the typed text itself never holds a whole marker.
RUN = (
    "PS1=;_x(){ printf '\\n<%s>\\n' $1;"
    f'bash -c "$(base64 -d<<<$_c)" </dev/null 2>&1|tee {OUTPUT};'
    f"set -- $1 ${{PIPESTATUS[0]}} $(sha256sum<{OUTPUT});"
    "printf '\\n</%s> %s %s\\n' $1 $2 $3;}"
)


class CommandError(Exception):
    """A command in the guest failed."""


@dataclass(frozen=True)
class Result:
    """What a command in the guest came to; stdout holds stderr too."""

    rc: int
    stdout: str


class Shell:
    """The shell of one login."""

    def __init__(self, line: SerialLine, give_up: Callable[[], str | None]) -> None:
        self._line = line
        self._give_up = give_up

    def login(self, timeout: float = PATIENCE) -> None:
        """Log in at the prompt that the line shows now and make the shell a plain one."""
        for _ in range(3):
            self._line.type("root")
            self._line.expect("Password: ", timeout)
            self._line.send(f"{ROOT_PASSWORD}\r")
            if self._line.expect(r"root@[^\n]*# |Login incorrect[^~]*login: ", timeout)[0].endswith("# "):
                break
        else:
            raise LineError("three logins were refused")
        self._line.type(PLAIN_SHELL)
        self._line.expect("<root>", timeout)
        self._line.type(RUN)
        self.run("dmesg -n 1")

    def run(self, command: str, timeout: float = PATIENCE, check: bool = True) -> Result:
        """Run a command with bash and return its exit code and its exact output."""
        self._line.note(command)
        rc, digest, received = self._framed(_encoded(command), timeout)
        output = received if _digest(received.encode()) == digest else self._fetched_again(digest)
        result = Result(rc, output)
        if check and rc != 0:
            raise CommandError(f"{command!r} ended with {rc}:\n{output[-4000:]}")
        return result

    def _framed(self, encoded: str, timeout: float) -> tuple[int, str, str]:
        token = secrets.token_hex(8)
        first, *more = (encoded[start : start + LINE_LIMIT] for start in range(0, len(encoded), LINE_LIMIT))
        pieces = [f"_c={first}", *(f"_c+={piece}" for piece in more)]
        for piece in pieces[:-1]:
            self._line.type(piece)
        self._line.type(f"{pieces[-1]};_x {token}")
        begin = self._line.expect(rf"<{token}>\r*\n", timeout, give_up=self._give_up)
        ending = rf"\r*\n</{token}> (\d+) ([0-9a-f]{{64}})\r*\n"
        end = self._line.expect(ending, timeout, give_up=self._give_up)
        received = re.sub(r"\r+\n", "\n", end.string[begin.end() : end.start()])
        return int(end[1]), end[2], received

    def _fetched_again(self, digest: str) -> str:
        """Fetch the output in a form that a message in its midst cannot alter unseen."""
        self._line.type(f"cp {OUTPUT} {OUTPUT}.kept")
        for _ in range(3):
            received = self._framed(_encoded(f"base64 {OUTPUT}.kept"), PATIENCE)[2]
            lines = [line for line in received.splitlines() if re.fullmatch(r"[A-Za-z0-9+/=]{1,76}", line)]
            output = base64.b64decode("".join(lines) + "==")
            if _digest(output) == digest:
                return output.decode(errors="replace")
        raise LineError("the output of a command came through damaged three times")


def _encoded(command: str) -> str:
    return base64.b64encode(command.encode()).decode()


def _digest(output: bytes) -> str:
    return hashlib.sha256(output).hexdigest()
