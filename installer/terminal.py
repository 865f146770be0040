"""The terminal that we are on."""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from installer.errors import UnfitError


def say(text: str) -> None:
    """A line of narration on standard error; a terminal that has gone away does not stop us, the log has it all."""
    try:
        for line in folded([text], sys.stderr):
            print(line.encode("utf-8", "backslashreplace").decode("utf-8"), file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - stands in for the lost terminal for good


def folded(lines: Iterable[str], stream: TextIO) -> Iterator[str]:
    """Lines folded at the width of the terminal that `stream` is, if it is one; what belongs to a file stays whole.

    The diff of a file is known by its mark after six blanks.
    """
    if not stream.isatty():
        yield from lines
        return
    width = max(40, shutil.get_terminal_size().columns - 1)
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        if len(line) <= width or line.startswith((*(f"      {mark}" for mark in "+- @"), "{")):
            yield line
        else:
            yield from textwrap.wrap(
                line,
                width,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
                drop_whitespace=True,
            )


def own_tty() -> str:
    """Name of the terminal on standard input or error, as "ttyS0", "" without one."""
    for handle in (0, 2):
        try:
            return os.ttyname(handle).removeprefix("/dev/")
        except OSError:
            continue
    return ""


def ssh_ends() -> tuple[str, str] | None:
    """The other's address and ours, where we are connected by ssh (SSH_CONNECTION, ssh(1)).

    sudo hides it from us, not from its shell.
    """
    pid = os.getpid()
    while pid > 1:
        try:
            said = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
        except OSError:  # somebody else's process
            return None
        for each in said:
            if each.startswith(b"SSH_CONNECTION="):
                words = each.partition(b"=")[2].decode("ascii", "replace").split()
                if len(words) == 4:
                    return words[0], words[2]
        pid = int(next(line.split()[1] for line in status.splitlines() if line.startswith("PPid:")))
    return None


def require_terminal() -> None:
    """UnfitError unless somebody can type to us and see what we show."""
    if not is_terminal():
        raise UnfitError("the wizard needs a terminal, and this is none", "without one: xenstrap plan, xenstrap apply")


def is_terminal() -> bool:
    """Whether somebody can type to us and see what we show."""
    return sys.stdin.isatty() and sys.stdout.isatty()
