"""Each finding of each step is seen on its screen, beside the field that it is about."""

from collections import defaultdict

import pytest
from textual.widgets import Static

from installer.answers import Hooks
from screens.draft import draft_of
from screens.form import Form
from screens.looks import Look
from screens.remarks import in_our_words
from screens.step import StepScreen
from screens.welcome import WelcomeScreen
from tests.screens.case import Case
from tests.screens.finding_cases import cases
from tests.screens.findings import enough, sites
from tests.screens.seat import Hands, Seat

CASES = dict(cases())


def test_whatever_the_code_may_say_is_said_of_some_case() -> None:
    assert {site for new in enough().values() for site in new} == sites()


@pytest.mark.parametrize("look", ["rich", "serial"])
def test_each_finding_is_seen_on_its_screen(seat: Seat, look: Look) -> None:
    async def go(hands: Hands) -> None:
        await hands.until(lambda: hands.app.known.looked)
        told = {name: set(new.values()) for name, new in enough().items()}
        by_place: dict[str, list[str]] = defaultdict(list)
        for name, texts in told.items():
            for place in places(hands, CASES[name], texts):
                by_place[place].append(name)
        for place, names in by_place.items():
            look_at(hands, CASES[names[0]])
            hands.app.go_to(place)
            await hands.see(hands.app.known.places[place])
            await hands.until(lambda place=place: here(hands) == place)  # type: ignore[misc]
            for name in names:
                look_at(hands, CASES[name])
                told[name] -= {text for text in told[name] if flat(in_our_words(text)) in shown(hands)}
        assert not {name: texts for name, texts in told.items() if texts}

    seat.sit(go, look=look)


def look_at(hands: Hands, case: Case) -> None:
    """The machine of a case, as it would be with these answers typed."""
    asked = ("hooks",) if case.answers.hooks != Hooks() else None
    hands.app.known.look(case.facts, case.standing, draft_of(case.answers).model_copy(update={"asked": asked}))


def places(hands: Hands, case: Case, texts: set[str]) -> list[str]:
    """The places where these texts, said of a case, belong."""
    look_at(hands, case)
    known = hands.app.known
    by_key, by_step = known.judgement.by_key, known.judgement.by_step
    keys = {key for key, found in by_key.items() if any(each.text in texts for each in found)}
    steps = {step for step, found in by_step.items() if any(each.text in texts for each in found)}
    return [*(page.name for page in known.pages if page.names & keys or set(page.steps) & steps), "welcome"]


def here(hands: Hands) -> str:
    """The place that stands on the screen."""
    screen = hands.app.screen
    assert isinstance(screen, StepScreen | WelcomeScreen)
    return screen.here


def shown(hands: Hands) -> str:
    """All that is to be read on the screen, scrolled to or not; in brief, what is noted stands in the help."""
    screen = hands.app.screen
    if isinstance(screen, WelcomeScreen):
        screen.show_machine()
        said = [screen.help_text()] if screen.brief else []
    else:
        assert isinstance(screen, StepScreen)
        screen.judge()
        form = screen.query_one(Form)
        said = [str(row.about.content) for row in form.rows.values() if row.display]
        notes = [each for field in form.fields for each in screen.notes(field) if screen.brief]
        said += [in_our_words(each.text) for each in notes]
    parts = screen.query("#against, #findings, #alarms, #notes").results(Static)
    return flat(" ".join([*said, *(str(part.content) for part in parts if part.display)]))


def flat(text: str) -> str:
    """A text without what folding did to it."""
    return " ".join(text.split())
