"""What the first page says before anything is known, apart from anything that is slow to import."""

PURPOSE = (
    "Makes this machine a Xen host: Xen starts first, this Debian goes on as the system that manages it (dom0), and "
    "other systems run beside it as guests."
)
PROMISE = (
    "You see every change before it is made, on the page Review; until then nothing is changed. Everything takes "
    "effect with the next restart, plain Linux stays in the boot menu, and all of it can be taken back."
)
BRIEF = (
    "Makes this Debian the system that manages a Xen host (dom0). You see every change before it is made; all of it "
    "takes effect with the next restart and can be taken back."
)
"""Both, on a line where each byte takes its time."""
LOOKING = "Looking at this machine ..."
