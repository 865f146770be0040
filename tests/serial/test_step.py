"""The serial line: which one, its words, and what speaks against it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.facts import Facts, Running, Serial, SerialPort, Spcr, Uart
from installer.probe.serial import console_word
from installer.resources.files import Link
from installer.steps.serial import SerialStep
from installer.steps.serial_port import Line, find_line
from installer.uart import find_taken
from tests.machines import BOOT, XEN, answers, dom0, errors, machine, texts

STEP = SerialStep()
COM1, COM2 = SerialPort(name="ttyS0", io=0x3F8, irq=4), SerialPort(name="ttyS1", io=0x2F8, irq=3)
COM3 = SerialPort(name="ttyS2", io=0x3E8, irq=5)
CARD = SerialPort(name="ttyS4", io=0xE010, irq=19, pci="0000:02:00.0")
SPCR2 = Spcr(io=0x2F8, irq=3, speed=57600)


def server(**serial: Any) -> Facts:
    """A machine with four ports, and what else is said about them."""
    return machine(serial=Serial(**({"ports": (COM1, COM2, COM3, CARD)} | serial)))


def line(given: dict[str, Any], facts: Facts) -> Line:
    """The line that these answers come to."""
    found = find_line(answers(serial=given), facts)
    assert found
    return found


def test_the_firmwares_port_comes_before_the_console_in_use() -> None:
    facts = server(spcr=SPCR2, console="ttyS0", speed=115200)
    found = line({}, facts)
    assert (found.tty, found.io, found.irq, found.speed) == ("ttyS1", 0x2F8, 3, 57600)
    assert "firmware" in found.because
    assert "Linux's console is ttyS0; under Xen it is on ttyS1 instead" in texts(STEP.check(answers(), facts))


def test_without_the_firmwares_word_it_is_the_console_in_use_and_else_none() -> None:
    assert line({}, server(console="ttyS2", speed=9600)).xen == ("com1=9600,8n1,0x3e8,5", "console=com1,vga")
    assert find_line(answers(), server()) is None
    assert list(STEP.resources(answers(), server())) == []
    assert "off" in str(list(STEP.choices(answers(), server())))


def test_a_console_whose_word_has_no_speed_keeps_the_one_that_it_has() -> None:
    facts = server(console="ttyS0")
    assert line({}, facts).speed == 9600
    at = facts.running.model_copy(update={"speeds": {"ttyS0": 57600, "ttyS1": 38400}})
    facts = facts.model_copy(update={"running": at})
    assert line({}, facts).speed == 57600
    assert line({"port": "com2"}, facts).speed == 115200, "nobody's console"
    assert "console on ttyS0 at 57600 baud" in texts(STEP.check(answers(serial={"speed": 115200}), facts))


@pytest.mark.parametrize(("signals", "level"), [(("RTS", "DTR"), "warning"), (("RTS", "CTS", "DTR"), "note")])
def test_flow_control_without_the_wire_for_it(signals: tuple[str, ...], level: str) -> None:
    facts = server(console="ttyS0", speed=115200)
    uarts = (Uart(name="ttyS0", kind="16550A", io=0x3F8, irq=4, signals=signals),)
    facts = facts.model_copy(update={"running": facts.running.model_copy(update={"uarts": uarts})})
    found = [each for each in STEP.check(answers(serial={"flow": True}), facts) if each.key == "serial.flow"]
    assert [each.level for each in found] == [level]
    assert ("CTS now" in found[0].text) == (level == "warning")


def test_a_firmwares_port_that_is_not_there_is_not_taken() -> None:
    facts = machine(serial=Serial(ports=(COM1,), spcr=SPCR2))
    assert find_line(answers(), facts) is None


def test_the_choices_are_answers_with_reasons() -> None:
    shown = {choice.key: (choice.value, choice.because) for choice in STEP.choices(answers(), server(spcr=SPCR2))}
    assert shown == {
        "serial.port": ("com2", "ttyS1: the firmware has its console there (ACPI table SPCR)"),
        "serial.speed": ("57600", "the firmware's (ACPI table SPCR)"),
        "serial.irq": ("3", "ttyS1 has it"),
    }
    card = {choice.key: choice for choice in STEP.choices(answers(serial={"port": "0xe010"}), server())}
    assert card["serial.port"].value == "0xe010"
    assert "polled" in card["serial.irq"].because


def test_off_is_off() -> None:
    facts = server(spcr=SPCR2, console="ttyS0")
    assert list(STEP.resources(answers(serial={"port": "off"}), facts)) == []


@pytest.mark.parametrize(
    ("given", "xen", "grub", "linux"),
    [
        ({"port": "com1"}, "com1=115200,8n1,0x3f8,4", "--unit=0 --speed=115200", "console=ttyS0,115200n8"),
        ({"port": "com2", "speed": 9600}, "com2=9600,8n1,0x2f8,3", "--port=0x2f8 --speed=9600", "console=ttyS1,9600n8"),
        ({"port": "0x3e8"}, "com1=115200,8n1,0x3e8,5", "--port=0x3e8 --speed=115200", "console=ttyS2,115200n8"),
        (
            {"port": "0x3e8", "irq": 0},
            "com1=115200,8n1,0x3e8,0",
            "--port=0x3e8 --speed=115200",
            "console=ttyS2,115200n8",
        ),
        ({"port": "0xe010"}, "com1=115200,8n1,0xe010,0", "--port=0xe010 --speed=115200", "console=ttyS4,115200n8"),
    ],
)
def test_one_port_in_three_languages(given: dict[str, Any], xen: str, grub: str, linux: str) -> None:
    found = line(given, server())
    assert found.xen[0] == xen
    assert found.grub == f"serial {grub} --word=8 --parity=no --stop=1"
    assert found.linux == linux


def test_flow_control_on_the_sides_that_know_it() -> None:
    found = line({"port": "com1", "flow": True}, server())
    assert found.grub.endswith(" --rtscts=on")
    assert found.linux == "console=ttyS0,115200n8r"
    assert found.xen[0] == "com1=115200,8n1,0x3f8,4"


def test_an_interrupt_that_xen_cannot_use_is_polled() -> None:
    shared = CARD.model_copy(update={"irq": 11})
    assert line({"port": "0xe010"}, machine(serial=Serial(ports=(shared,)))).irq == 0
    facts = machine(serial=Serial(ports=(COM1.model_copy(update={"irq": 26}),)))
    assert line({"port": "com1"}, facts).irq == 0


@pytest.mark.parametrize(
    ("given", "serial", "said"),
    [
        ({"port": "0x2e8"}, {}, "error: Linux knows no serial port at 0x2e8. -> there are: 0x3f8 (ttyS0)"),
        ({"port": "com1"}, {"ports": ()}, 'Linux knows no serial port at 0x3f8. -> this machine has none; "off" does'),
        ({"irq": 4}, {}, "error: serial.irq is set, but there is no serial line."),
        ({"port": "off", "speed": 9600}, {}, "error: serial.speed is set, but there is no serial line. -> take serial"),
        ({"port": "com2", "irq": 4}, {}, "warning: Linux has ttyS1 at interrupt 3, not 4."),
        ({"speed": 9600}, {"spcr": SPCR2}, "warning: The firmware speaks at 57600 baud, the line at 9600."),
        (
            {"port": "com1"},
            {"spcr": SPCR2},
            "warning: The firmware has its console at 0x2f8, and this line is at 0x3f8.",
        ),
        ({}, {"spcr": SPCR2.model_copy(update={"flow": True})}, "note: The firmware uses RTS/CTS flow control"),
        ({"port": "com1", "flow": True}, {}, "note: GRUB and plain Linux will wait for the line's RTS/CTS"),
        ({"port": "com1"}, {"spcr": Spcr(io=None, irq=0, speed=None)}, "memory-mapped serial port"),
    ],
)
def test_what_speaks_against_it(given: dict[str, Any], serial: dict[str, Any], said: str) -> None:
    assert said in texts(STEP.check(answers(serial=given), server(**serial)))


def test_nothing_speaks_against_an_ordinary_line() -> None:
    assert texts(STEP.check(answers(), server(spcr=SPCR2))) == ""
    assert texts(STEP.check(answers(), server())) == ""


def test_without_root_ports_are_not_known_and_not_missed() -> None:
    facts = machine(serial=Serial(), root=False)
    assert not errors(STEP, answers(serial={"port": "com1"}), facts)


# Trap 0.14: without a line of Xen's own, Linux keeps its console; nothing needs a fix.
def test_a_console_of_linux_is_left_alone_when_the_line_is_off() -> None:
    boot = BOOT.model_copy(update={"linux": "console=ttyS0,115200"})
    facts = machine(boot=boot, serial=Serial(ports=(COM1,), console="ttyS0", speed=115200))
    off = answers(serial={"port": "off"})
    assert list(STEP.resources(off, facts)) == []
    assert "note: GRUB starts Linux with console=ttyS0,115200: ttyS0 stays Linux's console" in texts(
        STEP.check(off, facts)
    )


def test_no_login_masks_the_ones_that_systemd_would_start() -> None:
    given = answers(serial={"port": "com2", "login": False})
    links = [thing for thing in STEP.resources(given, server()) if isinstance(thing, Link)]
    assert {(link.name, link.target) for link in links} == {
        ("/etc/systemd/system/serial-getty@hvc0.service", "/dev/null"),
        ("/etc/systemd/system/serial-getty@ttyS1.service", "/dev/null"),
    }
    assert not [
        thing for thing in STEP.resources(answers(serial={"port": "com2"}), server()) if isinstance(thing, Link)
    ]


@pytest.mark.parametrize(
    ("linux", "wanted"),
    [
        ("quiet", ("console=tty0", "console=ttyS0,115200n8")),
        ("console=ttyS0,115200", ()),
        ("console=ttyS0,115200n8", ()),
        ("console=ttyS0,9600", ("console=ttyS0,115200n8",)),
        ("console=ttyS0", ("console=ttyS0,115200n8",)),
        ("console=ttyS1,115200", ("console=tty0", "console=ttyS0,115200n8")),
    ],
)
def test_plain_linux_gets_the_console_unless_it_has_it(linux: str, wanted: tuple[str, ...]) -> None:
    facts = server().model_copy(update={"boot": BOOT.model_copy(update={"linux_default": linux})})
    menu = list(STEP.resources(answers(serial={"port": "com1"}), facts))[1]
    assert menu.linux == wanted  # type: ignore[attr-defined]


def running(
    xen: str = "com1=115200,8n1,0x3f8,4 console=com1,vga",
    linux: str = "console=tty0 console=hvc0",
    consoles: tuple[str, ...] = ("tty0", "hvc0"),
    gettys: tuple[str, ...] = ("tty1", "hvc0"),
) -> Facts:
    """A dom0 with its console on COM1."""
    started = Running(kernel="6.12", command_line=f"placeholder {linux}", consoles=consoles, gettys=gettys)
    told = XEN.model_copy(update={"command_line": f"placeholder {xen}"})
    return dom0(xen=told, running=started, serial=Serial(ports=(COM1,), console="ttyS0", speed=115200))


@pytest.mark.parametrize(
    ("facts", "login", "said"),
    [
        (running(), True, "ok: Xen and dom0 (hvc0) have their console on the serial line at 0x3f8, 115200 baud"),
        (running(), True, "ok: there is a login on the serial line"),
        (running(gettys=()), False, "ok: there is no login on the serial line, as asked"),
        (running(xen="dom0_mem=1G"), True, "error: Xen runs without com1=115200,8n1,0x3f8,4 console=com1,vga"),
        (running(consoles=("tty0",)), True, "error: dom0's console is not on the serial line (hvc0)"),
        (running(linux="console=ttyS0 console=hvc0"), True, "error: dom0 was started with console=ttyS0"),
        (running(gettys=("tty1",)), True, "error: there is no login on the serial line"),
        (running(), False, "error: there is a login on the serial line"),
    ],
)
def test_after_the_reboot(facts: Facts, login: bool, said: str) -> None:
    assert said in texts(STEP.verify(answers(serial={"login": login}), facts))


def test_after_the_reboot_nothing_is_said_of_a_line_that_is_off() -> None:
    assert texts(STEP.verify(answers(serial={"port": "off"}), running())) == ""


@given(
    io=st.integers(0x100, 0xFFF8), irq=st.integers(0, 15), speed=st.sampled_from([9600, 19200, 38400, 57600, 115200]),
    flow=st.booleans(), tty=st.integers(0, 31),
)  # fmt: skip
def test_what_is_rendered_reads_back(io: int, irq: int, speed: int, flow: bool, tty: int) -> None:
    line = Line(tty=f"ttyS{tty}", io=io, irq=irq, linux_irq=irq, speed=speed, flow=flow, because="")
    taken = find_taken("", " ".join(line.xen))
    assert taken
    assert (taken.io, taken.irq, taken.speed) == (io, irq, speed)
    assert console_word(line.linux) == (f"ttyS{tty}", speed)
