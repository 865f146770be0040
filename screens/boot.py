"""What is installed, and how the machine starts."""

from screens.page import Page, Word, always

PAGE = Page(
    name="boot",
    title="Xen and boot menu",
    sentence="What is installed, and whether Xen starts by itself. Plain Linux stays in the boot menu in any case.",
    brief="Plain Linux stays in the boot menu in any case.",
    sections=("boot", "packages", "hvm"),
    steps=("boot", "packages", "toolstack", "start", "trial"),
    words={
        "boot.xen": Word(
            "Xen starts by itself",
            "Makes Xen the default of the boot menu, once everything that it needs is in place.",
            "If Xen does not start, choose plain Debian in the boot menu, and roll back with `xenstrap rollback`. "
            "Without the tick, choose Xen in the menu by hand.",
        ),
        "boot.trial": Word(
            "Try Xen once first",
            "The next restart tries Xen. Only if dom0 then stands as it was asked for does Xen become the default; "
            "otherwise the machine starts plain Linux again by itself.",
            "Without it Xen is the default at once; if it does not start, somebody has to choose plain Linux in the "
            "boot menu.",
        ),
        "packages.hvm": Word(
            "HVM guests (Windows)",
            "Installs QEMU as the device model of HVM guests: Windows, and any system that knows nothing of Xen.",
            "Without it only guests that know Xen run (PV and PVH: nearly every Linux). It can be added later.",
        ),
        "packages.pvgrub": Word(
            "GRUB for guests",
            "Lets PV and PVH guests start the kernel on their own disk, as a normal machine would.",
            "Without it dom0 has to keep a kernel for each guest. It can be added later.",
        ),
        "packages.extra": Word(
            "More packages",
            "Further Debian packages to install, separated by spaces, each without what apt would recommend.",
            "A name that Debian does not have stops the installation there; you can correct it and go on.",
            rare=always,
        ),
        "boot.noreboot": Word(
            "Stay halted on a crash",
            "After a crash of Xen or dom0 the machine stops, so that the last messages can be read, instead of "
            "starting again.",
            "A machine that nobody looks at stays down after a crash.",
            rare=always,
        ),
        "boot.options": Word(
            "Options for Xen",
            'Further words for the hypervisor\'s command line, separated by spaces, as "loglvl=all".',
            "A wrong word may keep Xen from starting. Plain Linux in the boot menu is the way back.",
            rare=always,
        ),
        "boot.linux_options": Word(
            "Options for dom0",
            'Further words for the Linux kernel of dom0, separated by spaces, as "panic=10".',
            "A wrong word may keep dom0 from starting. Plain Linux in the boot menu is the way back.",
            rare=always,
        ),
        "hvm.require": Word(
            "Insist on HVM and PVH",
            "Treats it as an error, not as a warning, if this machine's CPU cannot run HVM and PVH guests.",
            "Nothing breaks: xenstrap refuses such a machine until the tick is taken away.",
            rare=always,
        ),
    },
    terms={
        "HVM": "a guest that sees a complete computer and needs not know of Xen. The CPU has to support it.",
        "PV, PVH": "guests that know Xen and talk to it: lighter, and nearly every Linux can do it.",
        "GRUB": "the boot loader: the menu that the machine shows before it starts a system.",
    },
)
