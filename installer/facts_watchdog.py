"""The machine's watchdog as its firmware describes it to any operating system (ACPI's table WDAT)."""

from typing import Literal

from installer.model import Model


class PortWrite(Model):
    """A write to an I/O port: `value` in the bits of `mask`, while the others stay as they are.

    Where it `counts`, the value is the number of periods until the watchdog fires, shifted by `shift`.
    """

    port: int
    bits: Literal[8, 16, 32]
    value: int = 0
    mask: int
    counts: bool = False
    shift: int = 0


class Wdat(Model):
    """How to start the watchdog: `starts` in this order, with at most `most` periods of so many milliseconds.

    `driven` says whether Linux has the watchdog by this table, and so takes it over wherever it has been started;
    `grub` whether this system's GRUB has the module that writes to ports.
    """

    period_ms: int
    most: int
    driven: bool
    grub: bool = True
    starts: tuple[PortWrite, ...]
