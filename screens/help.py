"""What F1 says: what a field means, what comes of a wrong answer, and the words of the trade."""

import re
from collections.abc import Iterator, Sequence

from installer.keys import allowed, kinds
from screens.draft import TRUTH
from screens.page import Field, Page

QUOTED = re.compile(r'"([^"]*)"')

KEYS = """Keys
  Enter  Ctrl-N  F8   on to the next page
  Esc    Ctrl-P  F7   back to the page before
  Tab, arrows         from field to field
  Arrows, space       choose, tick
  Digits              press the buttons
  Page up and down    scroll
  F1   Ctrl-G         this help
  F9   Ctrl-T         light or dark
  F10  Ctrl-X         quit; what was typed is kept"""

WELCOME = (
    "Xen is a hypervisor: a small program that starts before Linux and shares one machine among several systems. "
    "The system that manages it is called dom0 (control domain), the others are guests (domU, virtual machines). "
    "PV and PVH guests know Xen and talk to it, as nearly every Linux can; an HVM guest sees a complete computer, as "
    "Windows needs.",
    "The wizard asks a handful of questions. Each has an answer already that fits this machine, but for a disk to "
    "erase and passwords: Enter on every page gives a good dom0. What you type is kept; you may leave and go on later.",
    "If something is wrong: until you choose Apply on the page Review, nothing is changed. Afterwards Roll back puts "
    "everything back as it was, but for a disk that was erased: choose it here, or type `xenstrap rollback`.",
    "For a screen reader or a terminal that only knows lines, `xenstrap --plain` asks the same question by question.",
)
PLAN_LINES = (
    "Every line is something that will be made (+), changed (~) or rolled back (-); what is right already (=) is left "
    "alone."
)
UNTOUCHED = "Nothing has been changed so far."
REVIEW = (
    f"{PLAN_LINES} Enter on a line unfolds it: the reason, and the exact text.",
    "xl is the command that starts guests and stops them. Word to the operator is what the machine says of itself at "
    "each login.",
    "Apply asks once more. While it runs you may stop it between two changes, and go on later.",
    "Save answers writes a file from which `xenstrap apply FILE --yes` does exactly this, here or on a machine of "
    "the same kind. Save plan writes what you see here, unfolded, to read or to show around.",
    f"If it is wrong: go back with Esc and change an answer. {UNTOUCHED}",
)
PROGRESS = (
    "What is done is marked, what is at work has the arrow. The changes are made one after the other, and each is "
    "looked at again before the next. What serves several steps at once, as the boot menu, comes last; until then they "
    "are done in part. The log unfolds what each of them says; the whole of it is in /var/lib/xenstrap/log.",
    "You may stop between two changes (F10): what is done stays, and starting xenstrap again goes on from there. "
    "Closing this terminal stops it in the same way.",
    "If something fails, it stops there and says so. Nothing restarts by itself. Retry shows what is left to do, "
    "Change goes back to the answers, and Roll back asks, then puts everything back as it was before xenstrap, "
    "but for a disk that was erased.",
)
VERIFY = (
    "Each line is one thing that was looked at on the running machine: whether Xen runs and this is its dom0, "
    "whether memory, CPUs, bridge and console are as they were asked for, and whether every file still "
    "stands as applied.",
    "FAIL says what is wrong and where to look. You can change your answers and apply again, or roll back.",
)

BUSY = (
    "Only one xenstrap at a time may change a machine. The other one may run on the serial console, in a second ssh "
    "session, or without a screen.",
    "Take over asks it to stop. It does so between two changes, keeps what was typed, and ends; then this one goes on "
    "where it was. Leave does nothing to it.",
    "The guard of the network and the judge of a trial are parts of xenstrap that the machine starts by itself, to "
    "keep a new bridge, or Xen, or bring back what was before. They end by themselves; nobody takes over from them, "
    "nor from a command that goes on after its xenstrap was killed.",
)


WAYS = {
    "resume": "Continue goes on where you stopped.",
    "start": "Start begins with the first page; what you typed before still stands there.",
    "over": "Start over forgets what you typed.",
    "retry": "Try Xen again starts Xen once more as a trial, at a restart that it asks for.",
    "rollback": "Roll back asks, then puts everything back as it was before xenstrap, as `xenstrap rollback` does.",
}
"""What the ways on from the first screen come to, where there are several."""


def ways_on(names: Sequence[str]) -> list[str]:
    """The same for those that there are."""
    return [" ".join(WAYS[name] for name in names if name in WAYS)] if len(names) > 1 else []


def help_on(paragraphs: tuple[str, ...]) -> str:
    """Help on a screen without fields."""
    return "\n\n".join([*paragraphs, KEYS])


def about_page(page: Page, field: Field | None) -> str:
    """Help on a page, the field with the focus first."""
    parts = [about_field(field)] if field else [page.sentence]
    if page.terms:
        parts.append("\n".join(["Words", *terms(page)]))
    return "\n\n".join([*parts, KEYS])


def terms(page: Page) -> list[str]:
    """The words of the trade on a page."""
    return [f"  {term}: {text}" for term, text in page.terms.items()]


def about_field(field: Field) -> str:
    """What one field means."""
    return "\n\n".join([field.word.label, *field_parts(field)])


def field_parts(field: Field) -> Iterator[str]:
    """Meaning, danger, what may be typed, and the key in an answer file."""
    yield field.word.means or field.key.description
    if field.word.wrong:
        yield f"If it is wrong: {field.word.wrong}"
    if kinds(field.key.annotation) != {bool} and (field.kind == "text" or field.other):
        yield f"Allowed: {called(field, allowed(field.key.annotation))}."
    others = [f'"{name}" for {label}' for name, label in field.word.names.items() if name not in TRUTH]
    yield f"In an answer file: {field.key.full}" + (f" ({', '.join(others)})" if others else "")


def called(field: Field, said: str) -> str:
    """A text with the values of a field as its options are called."""
    return QUOTED.sub(lambda found: f'"{field.word.names.get(found[1], found[1])}"', said)
