"""What the wizard knows: the machine, what was typed, what is to be said about it, and the places on the way."""

from installer.answers import Answers
from installer.facts import Facts
from installer.keys import Key
from installer.standing import Standing
from installer.steps.install import is_new
from screens.draft import Draft, draft_of
from screens.judge import Judgement, judge
from screens.looks import Glyphs
from screens.page import Page
from screens.pages import ONLY_NEW, asked_pages


class Known:
    """Everything apart from widgets; `facts` and `judgement` are there once the machine was looked at.

    `new` says whether a new Debian is to be made on it.
    """

    facts: Facts
    judgement: Judgement

    def __init__(self, given: Answers | None, glyphs: Glyphs) -> None:
        self.given = given
        self.glyphs = glyphs
        self.draft = draft_of(given) if given else Draft()
        self.standing = Standing()
        self.looked = False
        self.new = False

    def look(self, facts: Facts, standing: Standing, draft: Draft | None) -> None:
        """The machine was looked at; a given answer file comes before a draft, a draft before the last run."""
        self.facts = facts
        self.standing = standing
        if not self.given:
            self.draft = draft or (draft_of(standing.answers) if standing.answers else Draft())
        self.judgement = judge(self.draft, facts, standing)
        self.looked = True
        self.new = is_new(self.judgement.answers, facts)

    def stands(self, standing: Standing, facts: Facts | None = None) -> None:
        """The journal was looked at again, and perhaps the machine."""
        self.standing = standing
        self.facts = facts or self.facts
        self.judgement = judge(self.draft, self.facts, standing)

    def type_text(self, key: Key, text: str) -> None:
        """Something was typed."""
        self.draft = self.draft.with_text(key, text)
        self.judgement = judge(self.draft, self.facts, self.standing)

    def start_over(self) -> None:
        """Forget what was typed."""
        self.draft = Draft(asked=self.draft.asked)
        self.judgement = judge(self.draft, self.facts, self.standing)

    def applied(self) -> None:
        """All is applied: what was typed is in the journal now."""
        self.draft = self.draft.at_page("", done=["review", "progress"])

    def rolled_back(self) -> None:
        """Everything is as it was before."""
        self.draft = self.draft.model_copy(update={"done": (), "at": ""})

    @property
    def answers(self) -> Answers:
        """The answers as they are typed, what an answer file said about asking included."""
        return self.judgement.answers.model_copy(update={"ask": self.draft.asked})

    # --- places ------------------------------------------------------------------------------------------------

    def seen_on(self, page: Page) -> tuple[Answers, Facts]:
        """The answers and the facts that a page goes by: those of the new Debian, unless it is about making one."""
        return (self.judgement.answers, self.facts) if set(page.sections) & set(ONLY_NEW) else self.judgement.later

    @property
    def pages(self) -> list[Page]:
        """The pages that are asked."""
        return asked_pages(self.draft.asked, new=self.new)

    @property
    def places(self) -> dict[str, str]:
        """Name and title of every place on the way, in order."""
        ours = {page.name: page.title for page in self.pages}
        return {"welcome": "Welcome", **ours, "review": "Review", "progress": "Apply", "verify": "Verify"}

    def page(self, name: str) -> Page:
        """The page of that name."""
        return next(page for page in self.pages if page.name == name)

    def place(self, name: str) -> str:
        """The place of that name where answers are given; the first page for one that is not asked."""
        names = [page.name for page in self.pages]
        return name if name in ("welcome", "review", *names) else names[0] if names else "review"

    def after(self, name: str) -> str:
        """The place after another."""
        names = list(self.places)
        return names[names.index(name) + 1]

    def before(self, name: str) -> str:
        """The place before another."""
        names = list(self.places)
        return names[max(names.index(name) - 1, 0)]

    def head(self, here: str) -> str:
        """The first line: the program, the machine, and where one is."""
        machine = f"{self.facts.hostname}, {self.facts.release.name}" if self.looked else ""
        return self.glyphs.between.join(part for part in ("xenstrap", self.step(here), machine) if part)

    def step(self, here: str) -> str:
        """How far one is on the way."""
        names = list(self.places)
        return f"step {names.index(here) + 1} of {len(names)}"

    def left_as(self, *, still: bool = False) -> str:
        """What has and has not been done, and how it goes on; `still` for somebody who comes back."""
        if still and self.standing.phase == "fresh":
            return "Nothing has been changed on this machine yet."
        return {
            "fresh": "Nothing has been changed on this machine. What you typed is kept, and xenstrap goes on from here "
            "when you start it again.",
            "stopped": "Applying has not come to its end: what was done stays, and the machine starts as before. Start "
            "xenstrap again to go on, or to roll back.",
            "half back": "Rolling back has not come to its end. Start xenstrap again to go on.",
            "applied": "Everything is applied, and takes effect with the next restart.",
            "restarted": "Everything is applied and in force. What you typed since is kept, and changes nothing yet.",
            "failed": "The trial of Xen failed, and this is plain Linux. What you typed since is kept, and changes "
            "nothing yet.",
            "verified": "This machine is a verified dom0. What you typed since is kept, and changes nothing yet.",
        }[self.standing.phase]

    def rail(self, here: str) -> str:
        """The way, with what is done and where one is."""
        return "\n".join(f"{self.sign(name, here)} {title}" for name, title in self.places.items())

    def sign(self, name: str, here: str) -> str:
        """The sign of one place."""
        behind = name in self.draft.done or (here == "verify" and name != here)
        return self.glyphs.here if name == here else self.glyphs.done if behind else " "
