"""The pages in their order; a section that none of them asks gets a page made from its model."""

from functools import cache

from installer.keys import sections
from installer.steps import STEPS
from screens import boot, bridge, debian, guests, memory, serial, storage, system
from screens.page import Page

OWN = (debian.PAGE, storage.PAGE, bridge.PAGE, memory.PAGE, serial.PAGE, boot.PAGE, guests.PAGE, system.PAGE)
SEEN_BEFORE = ("hvm",)
"""Steps whose findings are about the machine as such: the first screen shows them."""

ONLY_ASKED = ("hooks",)
"""Pages for machines that nobody watches: shown only where the answers ask for them."""


ONLY_NEW = ("install",)
"""Sections of the pages about a new Debian."""


@cache
def pages() -> tuple[Page, ...]:
    """Every page, those that are made from a model alone first."""
    known = {section for page in OWN for section in page.sections}
    return (*(made(name) for name in sections() if name not in known), *OWN)


def made(section: str) -> Page:
    """A page from a section's model alone."""
    titles = {step.name: step.title for step in STEPS}
    return Page(
        name=section,
        title=titles.get(section, section.capitalize()),
        sentence=sections()[section].__doc__ or "",
        sections=(section,),
        steps=(section,),
        words={},
    )


def asked_pages(asked: tuple[str, ...] | None, *, new: bool = False) -> list[Page]:
    """The pages that ask any of the sections; for None all that a person is asked. Some are about a new Debian."""
    there = [page for page in pages() if new or not set(page.sections) & set(ONLY_NEW)]
    if asked is None:
        return [page for page in there if page.name not in ONLY_ASKED]
    return [page for page in there if set(page.sections) & set(asked)]
