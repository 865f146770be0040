"""Commands: their environment, their output, and how the log keeps them."""

import os
import selectors
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import IO

from installer.errors import HostError
from installer.running import noted, session_of


@dataclass(frozen=True)
class Output:
    """What a command left behind: its exit status and its text (undecodable bytes kept as surrogates)."""

    status: int
    stdout: str
    stderr: str


PATIENCE = 5.0
"""Seconds for a command that was asked to end."""
TICK = 1.0
"""Seconds in which a command that says nothing is looked at once more."""


def execute(
    argv: tuple[str, ...], timeout: float, env: dict[str, str], given: str | None = None, *, changes: bool = False
) -> tuple[int, str, str]:
    """Run a command in a session of its own: its status and output; what is not done in time is ended altogether.

    What is `given` it finds on its standard input; else it has none. One that `changes` the machine is noted.
    """
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=env,
    ) as process:
        try:
            text = None if given is None else given.encode("utf-8", "surrogateescape")
            with noted(process.pid, argv) if changes else nullcontext():
                said = process.communicate(text, timeout=timeout)
        except BaseException:
            end_session(process)
            raise
    stdout, stderr = (raw.decode("utf-8", "surrogateescape") for raw in said)
    return process.returncode, stdout, stderr


def end_session(process: subprocess.Popen[bytes]) -> None:
    """End a command and all that it has started: ifup(8), for one, makes a process group of its own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in session_of(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)


def begin(argv: tuple[str, ...], status: int, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, which has the descriptor `status` to write to."""
    return subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(status,),
        start_new_session=True,
        env=env,
    )


def status_lines(
    process: subprocess.Popen[bytes], argv: tuple[str, ...], status: IO[bytes], output: bytearray,
    look: Callable[[], None],
) -> Iterator[str]:  # fmt: skip
    """Lines from `status` while a command runs, which is noted; what it prints meanwhile is gathered in `output`.

    Again and again, also while it says nothing, there is a `look`: where that raises, the command is ended.
    """
    rest, stdout = b"", process.stdout
    assert stdout is not None
    with noted(process.pid, argv), stdout, selectors.DefaultSelector() as both:
        both.register(status, selectors.EVENT_READ)
        both.register(stdout, selectors.EVENT_READ)
        while both.get_map():
            for key, _ in both.select(TICK):
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    both.unregister(key.fileobj)
                elif key.fileobj is stdout:
                    output += chunk
                else:
                    *lines, rest = (rest + chunk).split(b"\n")
                    yield from (line.decode("utf-8", "surrogateescape") for line in lines)
            try:
                look()
            except BaseException:
                end_session(process)
                raise


def environment(more: dict[str, str] | None) -> dict[str, str]:
    """The environment of every command: a fixed locale and path, the caller's proxies, and `more`."""
    kept = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": "/root", "TERM": "dumb"} | kept | (more or {})


def succeed(argv: tuple[str, ...], output: Output) -> Output:
    """The output of a command that has to succeed; HostError with its last words where it did not."""
    if output.status:
        said = output.stderr or output.stdout
        last = " / ".join(said.strip().splitlines()[-5:])
        raise HostError(
            f"{' '.join(argv[:3])} failed with status {output.status}: {last}", said=said, status=output.status
        )
    return output


def record(argv: tuple[str, ...], status: int, seconds: float, text: str) -> str:
    """One command as the log keeps it."""
    head = f"$ {' '.join(argv)}  [{status}, {seconds:.2f} s]"
    return "\n".join([head, *(f"  {line}" for line in text.splitlines())])
