"""What speaks against a serial line."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.answers import Serial as Given
from installer.facts import Facts
from installer.finding import Finding, note, warn, wrong
from installer.steps.serial_differences import bmc_differs, grub_differs, linux_differs, names_differ, xen_differs
from installer.steps.serial_now import grub_now
from installer.steps.serial_port import Line, console_words, port_at, port_named, scanned


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
    yield from names_differ(line)
    yield from check_firmware(line, answers, facts)
    yield from bmc_differs(line, facts)
    yield from grub_differs(line, facts)
    yield from xen_differs(line, facts)
    yield from linux_differs(line, facts)
    if line.flow:
        yield check_flow(line, facts)


def check_flow(line: Line, facts: Facts) -> Finding:
    """What waits for the other end of the line, and whether that is there now."""
    uart = next((uart for uart in facts.running.uarts if uart.name == line.tty), None)
    if uart and "CTS" not in uart.signals:
        return warn(
            f"The other end of {line.tty} does not raise CTS now, for which GRUB and plain Linux would wait.",
            "take serial.flow out, unless the cable has all its wires and its other end is only switched off",
            "serial.flow",
        )
    return note(
        "GRUB and plain Linux will wait for the line's RTS/CTS signals; Xen knows no flow control.",
        "a cable without them stops the machine in GRUB",
        "serial.flow",
    )


def check_firmware(line: Line, answers: Answers, facts: Facts) -> Iterator[Finding]:
    """Where the line differs from what the firmware or Linux has."""
    spcr = facts.serial.spcr
    if spcr and spcr.io is None:
        yield note(
            "The firmware has its console on a memory-mapped serial port, which neither GRUB nor Xen can be given.",
            "set the firmware's console to a port with an I/O address (COM1, COM2)",
        )
    elif spcr and spcr.io != line.io:
        yield warn(
            f"The firmware has its console at {spcr.io:#x}, and this line is at {line.io:#x}.",
            'serial.port = "auto" follows it; else its messages and Xen\'s come out of different sockets',
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


def check_scan(answers: Answers, facts: Facts) -> Iterator[Finding]:
    """Why Xen's own search for a PCI port comes to none that the whole line could use."""
    function, port = scanned(facts, answers.serial.port)
    if port:
        said = f"{function}, the first serial port on PCI, is memory-mapped ({port.name}), which GRUB cannot be given."
        hint = "name a port by its I/O address instead"
    elif function:
        said = f"Linux has no port on {function}, which Xen would find first."
        hint = "name a port by its I/O address instead"
    else:
        said = "There is no serial port on PCI."
        hint = '"amt" looks on the board too' if answers.serial.port == "pci" else "name a port by its I/O address"
    if function or facts.serial.ports or facts.root:
        yield wrong("serial.port", said, hint)


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
    spcr, grub = facts.serial.spcr, grub_now(facts)
    if spcr and spcr.io and grub and (spcr.io, spcr.speed or grub.speed) != (grub.io, grub.speed):
        yield warn(
            f"The firmware has its console at {spcr.io:#x}, {spcr.speed or grub.speed} baud, and GRUB at {grub.place}, "
            f"{grub.speed} baud.",
            "set GRUB_SERIAL_COMMAND in /etc/default/grub to the firmware's, or serial.port to one of them",
            "serial.port",
        )
    yield from memory_mapped(facts)
    if words := console_words(facts):
        tty = words[-1].removeprefix("console=").partition(",")[0]
        yield note(
            f"GRUB starts Linux with {words[-1]}: {tty} stays Linux's console under Xen, without Xen's own messages.",
            'serial.port = "auto" gives the line to Xen',
        )


def memory_mapped(facts: Facts) -> Iterator[Finding]:
    """A console of Linux's that cannot be Xen's."""
    port = port_named(facts, facts.serial.console)
    if port and port.io is None:
        at = f" at {port.memory:#x}" if port.memory else ""
        yield note(
            f"Linux's console {port.name} is memory-mapped{at}: neither GRUB nor Xen can be given it.",
            "set serial.port if another port of this machine can be reached",
            "serial.port",
        )
