"""What a step finds before (check) or after (verify): a fact, and a hint that says what to do."""

from typing import Literal

from installer.model import Model


class Finding(Model):
    """One thing worth saying; an error stops the run, a warning and a note do not.

    `key` names the answer that it belongs to ("memory.dom0"); without one, or with `fault="host"`, the
    machine itself is the reason and the exit code is 3 instead of 2.
    """

    level: Literal["error", "warning", "note", "ok"]
    text: str
    hint: str = ""
    key: str = ""
    fault: Literal["answers", "host"] = "host"


def wrong(key: str, text: str, hint: str = "") -> Finding:
    """An answer that cannot be followed."""
    return Finding(level="error", text=text, hint=hint, key=key, fault="answers")


def unfit(text: str, hint: str = "", key: str = "") -> Finding:
    """A machine that cannot do what was asked."""
    return Finding(level="error", text=text, hint=hint, key=key)


def warn(text: str, hint: str = "", key: str = "") -> Finding:
    """Something that will work but may surprise."""
    return Finding(level="warning", text=text, hint=hint, key=key)


def note(text: str, hint: str = "", key: str = "") -> Finding:
    """Something good to know."""
    return Finding(level="note", text=text, hint=hint, key=key)


def proved(text: str, key: str = "") -> Finding:
    """A check after the reboot that passed."""
    return Finding(level="ok", text=text, key=key)


class Choice(Model):
    """A value chosen for a key, and why: what "auto" came to on this machine."""

    key: str
    value: str
    because: str
