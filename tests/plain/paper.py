"""Somebody at a terminal of paper: what was printed on it, and what is typed at each question."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from installer.answers import Answers
from installer.facts import Facts
from installer.keys import Key
from installer.machine import Machine
from installer.standing import Standing
from plain.page import PageTalk
from plain.talk import Farewell, Leave, Talk
from plain.teletype import Teletype
from plain.visit import Visit
from plain.wizard import converse
from screens.draft import Draft, default_text
from screens.known import Known
from screens.looks import PLAIN
from screens.page import Page
from screens.pages import pages
from screens.remarks import our_words
from tests.machines import machine
from tests.screens.seat import Seat

LINES = re.compile(rb"[ -~\n]*")
MANY = 200
Script = Iterator[str]


class Paper:
    """Typed and printed on, both in order; a script answers each question, and the end of it is the end of input."""

    def __init__(self, columns: int = 80, *, utf8: bool = False) -> None:
        self.printed = bytearray()
        self.sent = bytearray()
        self.answered = 0
        self.asked = 0
        self.count = 0
        self.columns = columns
        self.teletype = Teletype(columns, utf8=utf8, write=self._write, read=self._read)
        self.script: Script = iter(())

    def _write(self, piece: bytes) -> None:
        self.printed += piece
        self.sent += piece

    def _read(self) -> bytes:
        self.count += 1
        assert self.count < MANY, f"it goes round and round:\n{self.text[-3000:]}"
        self.asked = len(self.printed)
        self.sent += b"\n"  # Enter, as the terminal driver echoes it
        try:
            typed = next(self.script)
        except StopIteration:
            typed = "\x04"
        self.answered = self.asked
        if typed == "\x04":
            return b""
        if typed == "\x03":
            raise KeyboardInterrupt
        self.printed += typed.encode() + b"\n"
        return typed.encode() + b"\n"

    @property
    def text(self) -> str:
        """Everything that stands on the paper."""
        return self.printed.decode()

    @property
    def said(self) -> str:
        """What came since the last answer, the question included, as one reads it."""
        return " ".join(self.printed[self.answered :].decode().split())

    @property
    def question(self) -> str:
        """What the last question is about: its words before the brackets."""
        *_, found = re.finditer(r"(?:^|\n)(\S[^\n\[]*)(?: \[(?:[^\n]|\n )*)?:? $", self.text)
        return found[1].rstrip(":")

    def check(self) -> None:
        """Nothing was sent but printable characters and line feeds, in lines that fit."""
        assert LINES.fullmatch(bytes(self.sent)), [line for line in self.sent.split(b"\n") if not LINES.fullmatch(line)]
        assert all(len(line) <= self.columns for line in self.sent.split(b"\n")), self.text

    # --- scripts -----------------------------------------------------------------------------------------------

    def see(self, *texts: str) -> None:
        """All of this came since the last answer."""
        for text in texts:
            assert text in self.said, f"{text!r} is not in {self.said!r}\n\n{self.text}"

    def to(self, question: str) -> Script:
        """Enter at every question until this one."""
        while self.question != question:
            yield ""

    def to_review(self) -> Script:
        """Enter until nothing is done by Enter alone."""
        yield from self.to("What next")
        while "Save answers" not in self.said:
            yield ""
            yield from self.to("What next")


class Desk(Seat):
    """One machine, its state directory, and one run of the wizard in lines after the other."""

    def __init__(self, folder: Path, facts: Facts | None = None) -> None:
        super().__init__(folder, facts)
        self.paper = Paper()
        self.visit: Visit

    def type(
        self,
        script: Callable[[Paper], Script],
        *,
        machine: Machine | None = None,
        given: Answers | None = None,
        hold: bool = False,
        columns: int = 80,
    ) -> int:
        """Run the wizard and type; its exit code."""
        self.paper = Paper(columns)
        self.paper.script = script(self.paper)
        made = machine or self.machine()
        with self.held(made, hold=hold) as busy:
            self.visit = Visit(made, given, self.paper.teletype)
            try:
                return int(converse(self.visit, busy))
            finally:
                self.paper.check()


def answer(paper: Paper, texts: dict[str, str], keys: dict[str, Key]) -> Script:
    """Answer each question that is about a key by a text, the rare ones too, until the review.

    Every answer is typed once; a question that comes again gets Enter.
    """
    names = {word.label: full for full, word in our_words().items()}
    typed: set[str] = set()
    while True:
        full = names.get(paper.question, "")
        if paper.question == "More settings? yes or no":
            yield "yes"
        elif full and full not in typed:
            typed.add(full)
            text = texts.get(full, default_text(keys[full]))
            yield f"={text}" if text else "-"
        elif "Save answers" in paper.said:
            return
        else:
            yield ""


def ask(
    page: Page, script: Any, typed: dict[str, str] | None = None, facts: Facts | None = None
) -> tuple[Paper, Known]:
    """Ask one page of a script, until that ends."""
    known = Known(None, PLAIN)
    known.look(facts or machine(), Standing(), Draft(typed=typed or {}))
    paper = Paper()
    paper.script = script(paper)
    talk = Talk(paper.teletype, lambda: Farewell("That is all."))
    try:
        PageTalk(page, known, talk, known.type_text).ask()
    except Leave:
        assert paper.text.endswith("That is all.\n")
    paper.check()
    return paper, known


def page_of(full: str) -> Page:
    """The page that asks a key."""
    return next(page for page in pages() if full in page.names)
