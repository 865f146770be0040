"""What speaks against a serial line."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.answers import Serial as Given
from installer.facts import Facts
from installer.finding import Finding, note, warn, wrong
from installer.steps.serial_port import Line, console_words, port_at


def check_line(line: Line, answers: Answers, facts: Facts) -> Iterator[Finding]:
    """What speaks against this line."""
    port = port_at(facts, line.io)
    if port is None and (facts.serial.ports or facts.root):
        there = ", ".join(f"{port.io:#x} ({port.name})" for port in facts.serial.ports if port.io is not None)
        yield wrong("serial.port", f"Linux knows no serial port at {line.io:#x}.",
                    f"there are: {there}" if there else 'this machine has none; "off" does without')  # fmt: skip
    if port and answers.serial.irq and port.irq and answers.serial.irq != port.irq:
        yield warn(
            f"Linux has {port.name} at interrupt {port.irq}, not {line.irq}.",
            "leave serial.irq out, or set 0 to poll the port",
            "serial.irq",
        )
    yield from check_firmware(line, answers, facts)
    if line.flow:
        yield note(
            "GRUB and plain Linux will wait for the line's RTS/CTS signals; Xen knows no flow control.",
            "a cable without them stops the machine in GRUB",
            "serial.flow",
        )


def check_firmware(line: Line, answers: Answers, facts: Facts) -> Iterator[Finding]:
    """Where the line differs from what the firmware or Linux has."""
    spcr = facts.serial.spcr
    if spcr and spcr.io is None:
        yield note(
            "The firmware has its console on a memory-mapped serial port, which neither GRUB nor Xen can be given."
        )
    elif spcr and spcr.io != line.io:
        yield warn(
            f"The firmware has its console at {spcr.io:#x}, and this line is at {line.io:#x}.",
            "the firmware's messages and Xen's will come out of different sockets",
            "serial.port",
        )
    elif spcr and spcr.speed and spcr.speed != line.speed:
        yield warn(
            f"The firmware speaks at {spcr.speed} baud, the line at {line.speed}.",
            f"set the firmware's console to {line.speed}, or leave serial.speed out",
            "serial.speed",
        )
    if spcr and spcr.io == line.io and spcr.flow and not line.flow:
        yield note(
            "The firmware uses RTS/CTS flow control on this line.", "serial.flow = true does so too", "serial.flow"
        )
    if facts.serial.console and facts.serial.console != line.tty:
        yield warn(
            f"Linux's console is {facts.serial.console}; under Xen it is on {line.tty} instead.",
            f"set serial.port if you look at {facts.serial.console}",
            "serial.port",
        )


def check_off(answers: Answers, facts: Facts) -> Iterator[Finding]:
    """What is asked of a line that there is not, and what happens to a console that Linux has."""
    fresh = Given()
    for key in ("irq", "speed", "flow", "login"):
        if getattr(answers.serial, key) != getattr(fresh, key):
            where = (
                'set serial.port to "com1", "com2" or an I/O port'
                if answers.serial.port == "auto"
                else f"take serial.{key} out"
            )
            yield wrong(f"serial.{key}", f"serial.{key} is set, but there is no serial line.", where)
    if words := console_words(facts):
        tty = words[-1].removeprefix("console=").partition(",")[0]
        yield note(
            f"GRUB starts Linux with {words[-1]}: {tty} stays Linux's console under Xen, without Xen's own messages.",
            'serial.port = "auto" gives the line to Xen',
        )
