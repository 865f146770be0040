"""What every place needs: the machine, what was typed, somebody to talk to, and the way on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from installer.answers import Answers
from installer.errors import Exit, HostError
from installer.headless import stop_between_changes
from installer.keys import Key
from installer.machine import Machine
from plain.talk import Farewell, Leave, Talk
from plain.teletype import Teletype
from plain.waiting import waited
from screens.draft import written_draft
from screens.known import Known
from screens.looks import PLAIN
from screens.ways import Verb, Ways

Result = TypeVar("Result")
PATIENCE = 10.0
"""Seconds of silence after which somebody may wonder what is going on."""


class Visit:
    """One run of the wizard on one machine."""

    def __init__(self, machine: Machine, given: Answers | None, teletype: Teletype) -> None:
        self.machine = machine
        self.known = Known(given, PLAIN)
        self.talk = Talk(teletype, self.farewell)
        self.code = Exit.DONE
        self._kept = self.known.draft
        self._waits_for = ""

    def farewell(self) -> Farewell:
        """How things stand."""
        return Farewell(self.known.left_as(), self.code)

    def say(self, *lines: str) -> None:
        """Print lines."""
        self.talk.say(*lines)

    def head(self, place: str) -> None:
        """Where one is."""
        self.say("", f"{self.known.places[place]}, {self.known.step(place)}", "")

    def choose(self, labels: Ways, names: list[str], default: str, help_text: str) -> str | None:
        """The name of one of these ways, None to go back."""
        return self.talk.choose({name: labels[name] for name in names}, default, help_text)

    @contextmanager
    def leaving_with(self, code: Exit) -> Iterator[None]:
        """Who leaves meanwhile does so with this exit code."""
        before, self.code = self.code, code
        try:
            yield
        finally:
            self.code = before

    # --- what is typed -----------------------------------------------------------------------------------------

    def type_text(self, key: Key, text: str) -> None:
        """Something was typed."""
        if text != self.known.draft.text(key):
            self.known.type_text(key, text)
            self.keep()

    def come_to(self, place: str) -> None:
        """Here a later start comes back to."""
        self.known.draft = self.known.draft.at_page(place)
        self.keep()

    def go_on(self, place: str) -> str:
        """On from a place, which is done."""
        self.known.draft = self.known.draft.at_page(place, done=[place])
        return self.known.after(place)

    def looked(self) -> None:
        """The machine was looked at: what was kept is read."""
        self._kept = self.known.draft

    def keep(self) -> None:
        """Keep the draft."""
        draft = self.known.draft
        if draft is self._kept:
            return
        try:
            self.machine.keep_draft(written_draft(draft))
        except HostError as error:
            self.say(f"Warning: {error.fact}")
        self._kept = draft

    def come_to_an_end(self, verb: Verb) -> None:
        """All is done: what was typed need not be kept any more."""
        self.known.applied() if verb == "apply" else self.known.rolled_back()
        self._kept = self.known.draft
        self.machine.drop_draft()

    # --- what takes a while ------------------------------------------------------------------------------------

    def looking(self, job: Callable[[], Result]) -> Result:
        """The result of a job that only looks."""
        return waited(job, self.remind, PATIENCE)

    def remind(self) -> None:
        """What the machine is waited for."""
        name = self.machine.waits_for
        if name and name != self._waits_for:
            self.say(f"  waiting for: {name}")
        self._waits_for = name

    def unbroken(self, job: Callable[[], Result]) -> Result:
        """The result of a job that is not to be broken off; who wants to leave does so after it."""
        with stop_between_changes() as stopped:
            result = job()
            left = stopped()
        if left:
            raise Leave(Exit.DONE)
        return result
