"""What brings a machine back from its first boot into Xen, case by case; and the watchdog that GRUB starts for it."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.facts_watchdog import PortWrite, Wdat
from installer.resources.base import Resource
from installer.resources.boot import XEN_ENTRY, BootMenu
from installer.resources.files import File
from installer.steps.words import is_set, names
from installer.templates import render

SCRIPT = "/etc/grub.d/61_xenstrap-watchdog"
MINUTES = 10
"""Until the watchdog fires for the first time; some wait for a second one before they restart the machine."""
ENOUGH_MS = 5 * 60_000
"""More than GRUB, Xen and dom0's kernel take until that has the watchdog, on a machine with much memory too."""
ORDERS = {8: "outb", 16: "outw", 32: "outl"}
OWN = "the machine's watchdog"
LATER = "nothing: switch it off and on, and plain Linux starts"


def started_by_grub(facts: Facts) -> Wdat | None:
    """The watchdog that GRUB can start, and dom0's kernel take over, with time enough for both."""
    wdat = facts.wdat
    return wdat if wdat and wdat.grub and wdat.driven and periods(wdat) * wdat.period_ms >= ENOUGH_MS else None


def periods(wdat: Wdat) -> int:
    """Until it fires."""
    return min(wdat.most, MINUTES * 60_000 // wdat.period_ms)


def grub_watchdog(facts: Facts) -> Iterator[Resource]:
    """Have GRUB start it before Xen's trial, and only then."""
    if wdat := started_by_grub(facts):
        orders = [order(write, periods(wdat)) for write in wdat.starts]
        text = render("trial/watchdog", entry=XEN_ENTRY + facts.boot.root_uuid, orders=orders)
        yield File(name=SCRIPT, text=text, mode="0755", because="a Xen that hangs, however early, has to restart")
        yield BootMenu(name="trial, watchdog", lines=tuple(dict.fromkeys(orders)))


def order(write: PortWrite, count: int) -> str:
    """A write in GRUB's words: outw PORT VALUE [MASK]."""
    whole = (1 << write.bits) - 1
    value = count << write.shift & whole if write.counts else write.value
    kept = [] if write.mask == whole else [f"{write.mask:#x}"]
    return " ".join([ORDERS[write.bits], f"{write.port:#x}", f"{value:#x}", *kept])


def ways_back(answers: Answers, facts: Facts, minutes: int) -> Iterator[str]:
    """Case by case, what restarts the machine into plain Linux."""
    given = (*answers.boot.options, *facts.boot.xen.split())
    xens = is_set("watchdog", *given) or not (facts.under or names("watchdog", *given))
    seen = [
        *(["Xen's watchdog, once it runs"] if xens else []),
        *([f"{OWN}, once dom0 runs"] if facts.watchdog else []),
    ]
    late = "; ".join([*seen, f"else {LATER}"] if seen else [LATER])
    cases = {
        "Xen or dom0 crashes": "Xen, or dom0's kernel",
        "dom0 finds no root": "its initial RAM disk",
        "a check fails, or no verdict": f"units of systemd, after {minutes} minutes at the latest",
        "systemd hangs": OWN if facts.watchdog else LATER,
        "Xen hangs": f"{OWN}, which GRUB starts" if started_by_grub(facts) else late,
    }
    yield "What brings the machine back to plain Linux:"
    yield from (f"  {case:<28}  {way}" for case, way in cases.items())
