"""What the first page says before anything is known, apart from anything that is slow to import."""

PURPOSE = (
    "Makes this machine a Xen host: Xen starts first, this Debian goes on as the system that manages it (dom0), and "
    "other systems run beside it as guests."
)
PROMISE = (
    "You see every change before it is made, on the page Review; until then nothing is changed. Everything takes "
    "effect with the next restart, plain Linux stays in the boot menu, and all of it can be rolled back."
)
BRIEF = (
    "Makes this Debian the system that manages a Xen host (dom0). You see every change before it is made; all takes "
    "effect with the next restart and can be rolled back."
)
"""Both, on a line where each byte takes its time."""
NEW = (
    "Puts a new Debian on a disk that you choose, and makes this machine a Xen host: Xen starts first, the new Debian "
    "manages it (dom0), and other systems run beside it as guests."
)
NEW_PROMISE = (
    "You see every change before it is made, on the page Review; until then nothing is changed. What is on that disk "
    "is erased then, and cannot be brought back; no other disk is written to."
)
NEW_BRIEF = (
    "Puts a new Debian, which manages a Xen host (dom0), on a disk that you choose. You see every change before it is "
    "made; what is on that disk then cannot be brought back."
)
"""The same three for a new Debian."""
LOOKING = "Looking at this machine ..."
BRIEF_LOOKING = "Looking ..."
BRIEF_KEYS = "Enter next · Esc back · Tab moves · ^G explains · ^X quit"


def purpose(*, new: bool, brief: bool = False) -> str:
    """What this will do, and what it promises; `new` for a new Debian."""
    if brief:
        return NEW_BRIEF if new else BRIEF
    return f"{NEW}\n\n{NEW_PROMISE}" if new else f"{PURPOSE}\n\n{PROMISE}"
