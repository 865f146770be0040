"""One page, question by question: those that everybody is asked, then the others if they are wanted."""

from collections.abc import Callable

from installer.finding import Finding
from installer.keys import Key
from installer.password import LONGEST, hashed
from plain.field import DEFAULT, LITERAL, about, meant, offer, prompt
from plain.talk import NO, YES, Talk
from screens.judge import is_asked
from screens.known import Known
from screens.page import Field, Page, Room
from screens.remarks import finding_lines

MORE = "Settings that hardly anybody needs. Every one has an answer already; with no, all of them stay as they are."
HELD = "This cannot stay so. It is asked again before this page is left."


class PageTalk:
    """Asks what one page asks; `type_text` takes what is typed."""

    def __init__(self, page: Page, known: Known, talk: Talk, type_text: Callable[[Key, str], None]) -> None:
        self.page = page
        self.known = known
        self.talk = talk
        self.type_text = type_text
        self.fields = page.fields(known.seen_on(page)[1])
        self.path: list[Field] = []
        self.next: Field | None = None
        self.more = False
        self.said: set[Finding] = set()

    def ask(self) -> bool:
        """Ask until the page can be left: True to go on, False to go back."""
        self.talk.say(self.page.sentence, *self.picture())
        while True:
            self.say_of_page()
            field = self.next or self.first_open()
            self.next = None
            on = self.ask_field(field) if field else self.ask_end()
            if on and not field:
                return True
            if on and field:
                self.path.append(field)
            elif on is not None:
                if not self.path:
                    return False
                self.next = self.path.pop()

    def picture(self) -> list[str]:
        """The picture of the page in words."""
        if self.page.picture is None:
            return []
        known = self.known
        width = self.talk.teletype.width
        return ["", *self.page.picture(*known.seen_on(self.page), known.glyphs, Room(width)), ""]

    def first_open(self) -> Field | None:
        """The first field that is to be asked and was not."""
        draft, judgement = self.known.draft, self.known.judgement
        return next(
            (
                field
                for field in self.fields
                if field not in self.path and (self.more or is_asked(field, draft, judgement))
            ),
            None,
        )

    def ask_field(self, field: Field) -> bool:
        """Ask for one field until its answer can stay, or is left for later: True to go on, False to go back."""
        full, hidden = field.key.full, field.kind == "secret"
        self.say_of_field(self.known.judgement.by_key.get(full, ()))
        while True:
            text = self.known.draft.text(field.key)
            self.talk.say(*offer(field, text))
            typed = self.talk.ask(prompt(field, text, self.known.judgement), about(field, self.page), hidden=hidden)
            if typed is None:
                return False
            if hidden and typed and typed != DEFAULT:
                new = self.twice(field, typed)
                if not new:
                    continue
            else:
                new = meant(field, typed, text)
            self.type_text(field.key, new)
            wrong = full in self.known.judgement.errors(self.page.names)
            refused = full in self.known.draft.values()[1]
            if refused or new != text:
                self.say_of_field(self.known.judgement.by_key.get(full, ()))
            if not wrong:
                return True
            if refused:
                self.type_text(field.key, text)
            elif new == text:
                self.talk.say(HELD)
                return True

    def twice(self, field: Field, typed: str) -> str:
        """What comes of a password that is typed a second time, "" for two that differ or are too long."""
        password = typed.removeprefix(LITERAL)
        if len(password) > LONGEST:
            self.talk.say(f"A password has at most {LONGEST} characters.")
            return ""
        again = self.talk.ask("Once more:", about(field, self.page), hidden=True)
        if again is not None and again.removeprefix(LITERAL) == password:
            return hashed(password) if field.key.hashed else password
        self.talk.say("The two are not the same.")
        return ""

    def ask_end(self) -> bool | None:
        """All is asked: whether the page can be left, True, or the way goes on in it."""
        if not self.more and len(self.path) < len(self.fields):
            typed = self.talk.ask("More settings? yes or no [no]:", MORE)
            if typed is None:
                return False
            if typed.lower() in YES:
                self.more = True
                return None
            if typed and typed.lower() not in NO:
                self.talk.say("Type yes or no.")
                return None
        self.next = self.first_wrong()
        self.path = [field for field in self.path if field != self.next]
        return None if self.next else True

    def first_wrong(self) -> Field | None:
        """The first field that cannot stay as it is."""
        wrong = self.known.judgement.errors(self.page.names)
        return next((field for field in self.fields if field.key.full in wrong), None)

    def say_of_field(self, findings: tuple[Finding, ...]) -> None:
        """What is to be said about a field."""
        self.talk.say(*finding_lines(findings))

    def say_of_page(self) -> None:
        """What is to be said about the page as a whole, once each."""
        by_step = self.known.judgement.by_step
        found = [finding for step in self.page.steps for finding in by_step.get(step, ())]
        self.talk.say(*finding_lines(finding for finding in found if finding not in self.said))
        self.said.update(found)
