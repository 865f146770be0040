"""The terminal that we are on."""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from installer.host import Host

PARENT = re.compile(rb"^PPid:\s*(\d+)", re.MULTILINE)
SERIAL = re.compile(r"(tty(S|AMA|USB|ACM)|hvc)\d+")


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


def own_tty(host: Host) -> str:
    """Name of the terminal on standard input or error, as "ttyS0", "" without one.

    Where that is a pty that sudo or su made between a serial line and us, it is the line.
    """
    names = [own_terminal(), *(name for pid in ancestors(host) if (name := terminal_of(pid)))]
    return next((name for name in names if SERIAL.fullmatch(name)), names[0])


def own_terminal() -> str:
    """Name of the terminal on standard input or error alone."""
    for handle in (0, 2):
        try:
            return os.ttyname(handle).removeprefix("/dev/")
        except OSError:
            continue
    return ""


def ssh_ends(host: Host) -> tuple[str, str] | None:
    """The other's address and ours, where we are connected by ssh (SSH_CONNECTION, ssh(1)).

    sudo hides it from us, not from its shell.
    """
    for pid in (os.getpid(), *ancestors(host)):
        said = host.read_at(f"/proc/{pid}/environ", 0, 1 << 20)
        if said is None:  # somebody else's process
            return None
        for each in said.split(b"\0"):
            if each.startswith(b"SSH_CONNECTION="):
                words = each.partition(b"=")[2].decode("ascii", "replace").split()
                if len(words) == 4:
                    return words[0], words[2]
    return None


def ancestors(host: Host) -> Iterator[int]:
    """The processes that we were started by: our shell, its login or sudo, and so on."""
    pid = os.getpid()
    while found := PARENT.search(host.read_at(f"/proc/{pid}/status", 0, 1 << 16) or b""):
        pid = int(found[1])
        if pid <= 1:
            return
        yield pid


def terminal_of(pid: int) -> str:
    """Name of the terminal that a process reads from and belongs to, "" without one, or if we may not look."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        name, number = os.readlink(f"/proc/{pid}/fd/0"), os.stat(f"/proc/{pid}/fd/0").st_rdev
    except OSError:
        return ""
    return name.removeprefix("/dev/") if number and number == int(stat.rpartition(")")[2].split()[4]) else ""
