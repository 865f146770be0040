"""The terminal that we are on."""

import os
import sys


def say(text: str) -> None:
    """A line of narration on standard error; a terminal that has gone away does not stop us, the log has it all."""
    try:
        print(text.encode("utf-8", "backslashreplace").decode("utf-8"), file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - stands in for the lost terminal for good


def own_tty() -> str:
    """Name of the terminal on standard input or error, as "ttyS0", "" without one."""
    for handle in (0, 2):
        try:
            return os.ttyname(handle).removeprefix("/dev/")
        except OSError:
            continue
    return ""


def ssh_client() -> str | None:
    """Address that we are connected from by ssh (SSH_CONNECTION, ssh(1))."""
    words = os.environ.get("SSH_CONNECTION", "").split()
    return words[0] if words else None
