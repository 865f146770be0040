"""The course of an apply, as far as events have told: what is done, what is at work, how long it may still take."""

from collections import deque
from collections.abc import Callable, Iterator

from installer.engine import Event
from installer.journal import Journal
from installer.plan import Plan
from screens.draft import Draft
from screens.looks import Glyphs
from screens.pages import pages
from screens.times import ago, lasted

DOING = {"apply": "Applying", "rollback": "Rolling back"}
"""What a run is called while it is at work, by its verb."""
KEPT_LINES = 400
LAST = 8
TELLING = 5.0
"""Below this percentage an estimate would be a guess."""


class Course:
    """Consumes events; `clock` gives seconds."""

    def __init__(self, plan: Plan, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.started = clock()
        self.of = len(plan.changes)
        self.done = 0
        self.now = ""
        self.said = ""
        self.percent: float | None = None
        self.log: deque[str] = deque(maxlen=KEPT_LINES)
        self.packages = {each.resource.id for each in plan.pending if each.resource.kind == "package"}
        self.all = {step.name: len(step.changes) for step in plan.steps if step.changes}
        self.left = dict(self.all)
        self.titles = {step.name: step.title for step in plan.steps if step.changes}
        self.at = ""
        self._phase = ""
        self._phase_start = (self.started, 0.0)

    def take(self, event: Event) -> None:
        """One event."""
        self.done = event.done
        self.at = event.step
        if event.event in ("kept", "settled"):
            self.left[event.step] -= 1
            self.packages.discard(event.id)
            self.percent = None
            self.log.append(f"{'=' if event.event == 'kept' else 'done'} {event.title}")
        elif event.event == "settling":
            self.now, self.said, self.percent = event.title, "", None
            self.log.append(f"{event.action} {event.title}")
        else:
            self.progress(event)

    def progress(self, event: Event) -> None:
        """A word from within a change."""
        if event.text != self.said:
            self.log.append(f"  {event.text}")
        phase = event.text.partition(":")[0]
        percent = event.percent or 0.0
        if phase != self._phase or percent < self._phase_start[1]:
            self._phase, self._phase_start = phase, (self.clock(), percent)
        self.said, self.percent = event.text, event.percent

    def elapsed(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.started

    def remaining(self) -> str:
        """An honest estimate: from apt's own progress where it gives one, else only what is known to be slow."""
        if self.percent is None:
            return "the packages take most of the time" if self.packages else ""
        since, first = self._phase_start
        way = self.percent - first
        if way < TELLING:
            return "an estimate follows once apt has come further"
        seconds = (self.clock() - since) * (100 - self.percent) / way
        minutes = round(seconds / 60)
        what = self._phase or "this"
        return f"about {minutes} min more for {what}" if minutes else f"less than a minute more for {what}"

    def bar(self, glyphs: Glyphs, width: int) -> str:
        """How much is done, to scale and in numbers."""
        words = f" {self.done} of {self.of}"
        cells = min(glyphs.cells, max(10, width - len(words) - 2))
        part = self.done + (self.percent or 0) / 100 if self.done < self.of else self.done
        full = min(cells, int(cells * part / max(self.of, 1)))
        return f"[{glyphs.bars[0] * full}{glyphs.bars[2] * (cells - full)}]{words}"

    def steps(self, glyphs: Glyphs) -> list[str]:
        """Each step with its sign."""
        return [self.step(name, glyphs) for name in self.all]

    def step(self, name: str, glyphs: Glyphs) -> str:
        """One step; one that is partly done says how far, for the boot menu comes last for all of them."""
        left, every = self.left[name], self.all[name]
        sign = glyphs.done if not left else glyphs.here if name == self.at else " "
        partly = f"  {every - left} of {every}" if 0 < left < every else ""
        return f"{sign} {self.titles[name]}{partly}"

    def time(self) -> str:
        """How long it has taken."""
        return lasted(self.elapsed())


def course_lines(journal: Journal, draft: Draft | None) -> Iterator[str]:
    """Of another one's run: what was done last, and what is at work; without one, where answers were kept."""
    run = journal.last_run()
    if run is None or journal.last_end() is not None:
        yield "Nothing is being changed at the moment."
        places = {page.name: page.title for page in pages()} | {"review": "Review"}
        if draft and draft.at in places:
            yield f"What was typed so far was kept {ago(draft.kept)}, at {places[draft.at]}."
        return
    started = max(number for number, record in enumerate(journal.records) if record.run)
    done = [record.after for record in journal.records[started:] if record.after]
    begun = ago(journal.records[started].time)
    yield f"{DOING[run.verb]}: {len(done)} changes are done."
    yield f"It began {begun}."
    yield from (f"  done {after.kind} {after.name}" for after in done[-LAST:])
    yield from (f"  at work {before.kind} {before.fields['name']}" for before in journal.in_flight()[:LAST])
