"""The serial console: one line from the firmware to the login."""

from collections.abc import Sequence

from installer.answers import Answers
from installer.facts import Facts
from installer.steps.serial_port import SCANS, find_line, scanned
from installer.steps.serial_table import Speaker, speakers
from installer.uart import COMS
from screens.looks import Glyphs
from screens.page import Option, Page, Room, Word, always


def choose(key: str, facts: Facts) -> Sequence[Option]:
    """The ports that Linux knows; com1 and com2 in any case."""
    if key != "serial.port":
        return ()
    coms = {io: name for name, io in COMS.items()}
    ports = dict.fromkeys(COMS, "")
    ports |= {coms.get(port.io, f"{port.io:#x}"): port.name for port in facts.serial.ports if port.io is not None}
    known = [Option(text, f"{text} ({name})" if name else text) for text, name in ports.items()]
    known += [Option(scan, scan) for scan in SCANS if scanned(facts, scan)[0]]
    return [Option("auto", "auto"), Option("off", "off"), *known]


def table(answers: Answers, facts: Facts, glyphs: Glyphs, room: Room) -> Sequence[str]:
    """Where the firmware speaks, and where everybody else will."""
    line = find_line(answers, facts)
    rows = speakers(line, answers, facts)
    if line and glyphs.brief:
        place = f"{line.tty} ({line.com}, {line.io:#x}) at {line.speed} baud"
        differ = (f"! {row.who}, now: {row.port}{baud(row)}" for row in rows if row.differs)
        return [f"GRUB, Xen and Linux: {place}.", *differ]
    shown = [row for row in rows if (row.when == "then" and row.who != "Login") or row.who == "Firmware"]
    cells = [(row.who, row.port, baud(row).removeprefix(", ")) for row in shown]
    return [f"{who:<15}{port:<24}{rate}".rstrip() for who, port, rate in [("Who", "Port", "Speed"), *cells]]


def baud(row: Speaker) -> str:
    """The speed, where there is one."""
    return f", {row.speed} baud" if row.speed else ""


PAGE = Page(
    name="serial",
    title="Serial console",
    sentence="If you reach this machine over a serial line or the BMC (IPMI), Xen and dom0 speak there too.",
    brief="The line on which Xen and dom0 speak, beside the screen.",
    sections=("serial",),
    steps=("serial",),
    picture=table,
    choose=choose,
    words={
        "serial.port": Word(
            "Port",
            'The serial port. "auto" asks the firmware first, then takes the console that Linux has now; where '
            'neither has one, there is none. "pci" is the first serial card, "amt" the first serial port on PCI, '
            "those on the board too: Xen finds them by itself.",
            "On the wrong port you see nothing on the line; the screen shows everything in any case.",
        ),
        "serial.speed": Word(
            "Speed in baud",
            'How fast the line is. "auto" is the firmware\'s speed, else 115200.',
            "Where two ends differ the line shows garbage, or nothing.",
        ),
        "serial.login": Word(
            "Login on the line",
            "Offers a login on the line once dom0 runs.",
            "Without it the line shows messages only.",
        ),
        "serial.irq": Word(
            "Interrupt",
            "The interrupt of the port; 0 looks at the port regularly instead. Left empty, it is found by itself.",
            "With a wrong one, Xen's messages come late or not at all.",
            rare=always,
        ),
        "serial.flow": Word(
            "Flow control",
            "Hardware flow control (RTS/CTS) on GRUB's and Linux's side; Xen has none.",
            "With a cable that lacks these wires the machine waits in GRUB for ever.",
            rare=always,
        ),
    },
    terms={
        "serial line": "a cable, or the BMC's copy of one (Serial over LAN), that carries the console as text.",
        "com1, ttyS0, 0x3f8": "names of one port: Xen's, Linux's, and where the CPU finds it.",
        "hvc0": "dom0's end of the console that Xen shares with it.",
        "BMC, IPMI": "a small computer in a server that works while the server is off, and shows its console.",
        "baud": "bits per second: at 115200 baud a full screen takes a fifth of a second, at 9600 two.",
    },
)
