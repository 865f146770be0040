"""A line with a random word on a serial port: whether it arrives at the other end, or comes back from there."""

import os
import random
from collections.abc import Iterator, Mapping
from typing import Literal

from installer.errors import HostError
from installer.facts import Facts
from installer.host import Host
from installer.line import OpenLine
from installer.model import Model
from installer.steps.serial_port import port_named
from installer.terminal import ancestors
from installer.uart import find_taken

SYLLABLES = [f"{consonant}{vowel}" for consonant in "bdfgklmnprstv" for vowel in "aeiou"]
SECONDS = 10.0
"""How long to listen, unless something else is asked for."""
MARGIN = 2.0
"""Seconds for a line to go out, beyond what its length and speed take."""


class Asked(Model):
    """What to test: the port by its Linux name, its speed in baud, with or without RTS/CTS, the word to send."""

    tty: str
    speed: int
    flow: bool
    word: str

    @property
    def text(self) -> str:
        """The line that is written."""
        return f"\r\nxenstrap port test, {self.tty} at {self.speed} baud. The word is: {self.word}\r\n"


class Outcome(Model):
    """What came of it, as `text` says, and in `hint` what to do.

    "here": we are on this port ourselves; "written": only the other end can tell; "echo": the word came back;
    "garbled": something else did; "stuck": nothing goes out.
    """

    kind: Literal["here", "written", "echo", "garbled", "silence", "stuck"]
    text: str
    hint: str = ""

    @property
    def good(self) -> bool:
        """Whether the line is proved to work."""
        return self.kind in ("here", "echo")


def make_asked(tty: str, speed: int, *, flow: bool) -> Asked:
    """What to test, with a word that nobody can guess."""
    return Asked(tty=tty, speed=speed, flow=flow, word="".join(random.SystemRandom().choices(SYLLABLES, k=3)))


def arrived(asked: Asked, said: str) -> Outcome:
    """What it means that somebody at the other end read this word, "" for none."""
    if said.strip().lower() == asked.word:
        return Outcome(kind="echo", text=f"The line on {asked.tty} arrived: it works at {asked.speed} baud.")
    if said.strip():
        return Outcome(
            kind="garbled", text=f'"{said.strip()}" is not the word that was written to {asked.tty}.', hint=REMEDY
        )
    return Outcome(kind="silence", text=f"Nothing arrived from {asked.tty} at {asked.speed} baud.", hint=REMEDY)


REMEDY = (
    "the other end may be at another speed, or on another port (serial.port, serial.speed), or its Serial over LAN "
    "may be off; where the first text is legible and the rest is not, it is the speed"
)


def try_port(host: Host, facts: Facts, asked: Asked, seconds: float = 0.0) -> Outcome:
    """Write the line; with `seconds`, listen that long for the word. The port's settings are put back.

    HostError where the port is Xen's, is held by somebody, or cannot be opened.
    """
    if xen_has(facts, asked.tty):
        return through_xen(facts, asked)
    holders = dict(find_holders(host, asked.tty))
    if facts.running.tty == asked.tty or holders.keys() & set(ancestors(host)):
        return own_port(facts, asked)
    refuse(asked.tty, holders)
    with OpenLine(host, asked.tty, asked.speed, flow=asked.flow) as line:
        heard = line.exchange(asked.text.encode(), asked.word.encode(), seconds, MARGIN)
    if not heard.sent:
        why = "nothing at the other end raises CTS" if asked.flow else "the port takes no text"
        hint = "set serial.flow to false, or look at the cable" if asked.flow else "look at the port in the firmware"
        return Outcome(kind="stuck", text=f"The line does not go out on {asked.tty}: {why}.", hint=hint)
    if not seconds:
        return Outcome(kind="written", text=f"A line was written to {asked.tty} at {asked.speed} baud.")
    if heard.found:
        return Outcome(kind="echo", text=f"The word came back on {asked.tty}: it works at {asked.speed} baud.")
    if heard.bytes:
        return Outcome(
            kind="garbled", text=f"{len(heard.bytes)} bytes came on {asked.tty}, but not the word.", hint=REMEDY
        )
    return Outcome(kind="silence", text=f"Nothing came back on {asked.tty} within {seconds:g} s.", hint=REMEDY)


def own_port(facts: Facts, asked: Asked) -> Outcome:
    """The port is the one that this is read on."""
    speed = facts.running.speeds.get(asked.tty)
    if speed in (None, asked.speed):
        return Outcome(
            kind="here", text=f"You read this on {asked.tty}: it works{f' at {speed} baud' if speed else ''}."
        )
    raise HostError(
        f"you are on {asked.tty} yourself, at {speed} baud, and would lose sight of this at {asked.speed}",
        f"test it from another terminal, over ssh or on the screen; or set serial.speed to {speed}",
    )


def xen_has(facts: Facts, tty: str) -> bool:
    """Whether the port is the one that a running Xen has."""
    taken = find_taken("", facts.xen.command_line) if facts.xen else None
    port = port_named(facts, tty)
    return bool(taken and port and (port.io == taken.io if taken.io else port.pci))


def through_xen(facts: Facts, asked: Asked) -> Outcome:
    """The port is Xen's: it shows on hvc0, and cannot be tried otherwise."""
    if facts.running.tty.startswith("hvc"):
        return Outcome(
            kind="here", text=f"You read this on {facts.running.tty}, which Xen has on {asked.tty}: it works."
        )
    raise HostError(
        f"{asked.tty} is Xen's own port now", "look whether the login of hvc0 is at the other end: it comes through Xen"
    )


def refuse(tty: str, holders: Mapping[int, str]) -> None:
    """HostError where somebody else has the port."""
    if holders:
        login = f"its login can be seen at the other end; else `systemctl stop serial-getty@{tty}` first"
        logins = any("getty" in name or name == "login" for name in holders.values())
        raise HostError(
            f"{tty} is held by {', '.join(f'{name} (process {pid})' for pid, name in holders.items())}",
            login if logins else "end that first",
        )


def find_holders(host: Host, tty: str) -> Iterator[tuple[int, str]]:
    """The processes that have the port open, by id and name, without us."""
    for pid in filter(str.isdecimal, host.names("/proc")):
        if int(pid) == os.getpid():
            continue
        links = (host.link(f"/proc/{pid}/fd/{number}") for number in host.names(f"/proc/{pid}/fd"))
        if f"/dev/{tty}" in links:
            yield int(pid), (host.read(f"/proc/{pid}/comm") or "somebody").strip()
