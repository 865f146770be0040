"""Memory and CPUs: how much of the machine dom0 keeps."""

from collections.abc import Sequence

from installer.answers import Answers
from installer.facts import Facts
from installer.steps.memory import dom0_mib
from screens.looks import Glyphs
from screens.page import Page, Room, Word, always

XEN_MIB = 128


def bar(answers: Answers, facts: Facts, glyphs: Glyphs, room: Room) -> Sequence[str]:
    """The machine's memory to scale: dom0, Xen itself, what is left for guests."""
    whole = max(facts.memory_mib, 1)
    mine = min(dom0_mib(answers, facts), whole)
    xen = min(XEN_MIB + whole // 128, whole - mine)
    said = (f"dom0 {size(mine)}", f"Xen about {size(xen)}", f"guests {size(whole - mine - xen)}")
    shares = [f"{glyph} {each}".lstrip() for glyph, each in zip(glyphs.bars, said, strict=True)]
    legend = "   ".join([*shares, f"of {size(whole)}"])
    if not glyphs.draws:
        return (legend,)
    cells = min(glyphs.cells, max(room.width - 2, 10))
    first = max(1, round(cells * mine / whole))
    second = max(1, round(cells * xen / whole)) if xen else 0
    third = max(0, cells - first - second)
    full, half, light = glyphs.bars
    return (f"[{full * first}{half * second}{light * third}]", legend)


def size(mib: int) -> str:
    """A size as people say it."""
    return f"{mib / 1024:.1f} GiB".replace(".0 ", " ") if mib >= 4096 or mib % 1024 == 0 else f"{mib} MiB"


PAGE = Page(
    name="memory",
    title="Memory and CPUs",
    sentence="How much of this machine its control system, dom0, keeps for itself. The rest is for guests.",
    brief="What dom0 keeps for itself; the rest is for guests.",
    sections=("memory", "cpus"),
    steps=("memory", "cpus"),
    picture=bar,
    words={
        "memory.dom0": Word(
            "Memory",
            'The memory of dom0, as "2048M" or "4G", or "auto". It is fixed: dom0 never grows into the guests\' '
            "memory, nor shrinks to make room for them.",
            "With too little, dom0 becomes slow or kills programs when many guests run; with too much, less is left "
            "for guests. It can be changed later: start xenstrap again, apply, restart.",
        ),
        "cpus.dom0": Word(
            "CPUs",
            'How many CPUs dom0 may use at a time: a number, or "auto". Guests still use all of them.',
            "With one, dom0 slows every guest's disk and network. With very many, it takes time from guests under "
            "load. It can be changed later.",
        ),
        "cpus.pin": Word(
            "Tie to real ones",
            "Ties each CPU of dom0 to one real CPU. It makes times more even on large machines.",
            "Nothing breaks. Guests may be pushed aside on these CPUs.",
            rare=always,
        ),
    },
    terms={
        "CPU": "a core of a processor, or a thread of one: what Linux counts as one CPU.",
        "Xen": "a hypervisor: a small program that starts before Linux and shares the machine among systems.",
        "dom0": "this Debian, running on Xen. It drives the hardware and manages the guests.",
        "guest": "another system that runs on Xen beside dom0 (also called domU, or virtual machine).",
    },
)
