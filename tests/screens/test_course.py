"""How far an apply has come, and an estimate that promises no more than apt's own progress tells."""

from typing import Any

import pytest

from installer.answers import Answers
from installer.engine import Event
from installer.headless import plan_for
from installer.host import NoHost
from screens.course import Course
from screens.looks import GLYPHS
from tests.machines import machine

PLAN = plan_for(Answers(), machine(), NoHost(), None)


class Clock:
    """Seconds, as a test has them."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def course(clock: Clock) -> Course:
    return Course(PLAN, clock)


def event(kind: str, **more: Any) -> Event:
    """Something that happens to Xen's package."""
    fields = {"event": kind, "step": "packages", "id": "package:xen-system-amd64", "title": "Xen", "action": "+"}
    return Event.model_validate(fields | {"done": 3, "of": len(PLAN.changes)} | more)


def test_without_apts_word_nothing_is_promised(course: Course) -> None:
    assert course.remaining() == "the packages take most of the time"
    course.packages.clear()
    assert course.remaining() == ""


def test_the_estimate_goes_by_the_way_behind_and_begins_anew_with_each_phase(course: Course, clock: Clock) -> None:
    course.take(event("settling"))
    course.take(event("progress", text="fetching: 1 of 40", percent=0.0))
    clock.now += 60
    course.take(event("progress", text="fetching: 2 of 40", percent=4.0))
    assert course.remaining() == "an estimate follows once apt has come further"
    course.take(event("progress", text="fetching: 10 of 40", percent=25.0))
    assert course.remaining() == "about 3 min more for fetching"
    course.take(event("progress", text="installing: Unpacking xen", percent=1.0))
    assert course.remaining() == "an estimate follows once apt has come further"
    clock.now += 30
    course.take(event("progress", text="installing: Setting up xen", percent=91.0))
    assert course.remaining() == "less than a minute more for installing"
    assert course.time() == "1 min 30 s"


def test_the_bar_and_the_steps_say_how_much_is_done(course: Course) -> None:
    course.take(event("settling"))
    course.take(event("progress", text="installing: xen", percent=50.0))
    bar = course.bar(GLYPHS["rich"], 30)
    assert len(bar) == 30
    assert bar.startswith("[██░")
    assert bar.endswith(f"░] 3 of {course.of}")
    assert "› Xen itself" in course.steps(GLYPHS["rich"])
    for step, count in course.all.items():
        for _ in range(count):
            course.take(event("settled", step=step, done=course.of))
    assert all(line.startswith("✓ ") for line in course.steps(GLYPHS["rich"]))
    assert "░" not in course.bar(GLYPHS["rich"], 30)


def test_a_step_that_waits_for_what_serves_several_says_how_far_it_is(course: Course) -> None:
    course.take(event("settled", step="memory"))
    assert "  Memory of dom0  1 of 2" in [line.replace("›", " ") for line in course.steps(GLYPHS["rich"])]
