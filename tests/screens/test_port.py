"""The serial page's table and its port test, with somebody at the other end."""

import re
from pathlib import Path

import pytest

from installer.facts import Facts, Running, Serial
from screens.looks import Look
from tests.machines import machine
from tests.screens.seat import Hands, Seat, Size
from tests.serial.far_end import Answer, FarEnd, deaf, echoing
from tests.serial.ports import COM1, COM2, MACHINES, SPCR2


def on_com2(**more: object) -> Facts:
    """A machine whose firmware has its console on COM2."""
    return machine(serial=Serial(ports=(COM1, COM2), spcr=SPCR2), **more)


@pytest.mark.parametrize(("size", "look"), [((80, 24), "rich"), ((60, 20), "serial")], ids=str)
def test_the_table_says_who_is_where_and_where_they_differ(seat: Seat, size: Size, look: Look) -> None:
    seat.facts = MACHINES["firmware-com2-grub-com1"][0]

    async def go(hands: Hands) -> None:
        await hands.to("Serial console")
        await hands.press("f5")
        await hands.see("Esc closes this")
        for text in ("Firmware    0x2f8 (ttyS1), irq 3", "115200 baud, ACPI table SPCR", "! BMC (SOL)"):
            assert text in hands.screen, hands.screen
        await hands.press(*["pagedown"] * 4)
        await hands.see("! does not go together with the line")
        assert "hvc0; without Xen ttyS1" in hands.screen
        await hands.press("escape")
        assert hands.title() == "Serial console"

    seat.sit(go, size=size, look=look)


async def begin(hands: Hands, button: str) -> None:
    """Go to the page and start a test."""
    await hands.to("Serial console")
    await hands.press("ctrl+r")
    await hands.see("Test ttyS1 at 115200 baud?")
    await hands.press(button)


@pytest.mark.parametrize("look", ["rich", "serial"])
def test_the_word_that_arrived_proves_the_line(seat: Seat, look: Look) -> None:
    seat.facts = on_com2()

    async def go(hands: Hands) -> None:
        await begin(hands, "2")
        await hands.see("Which word stands at its end")
        far.until(b"\r\n", 2)
        await hands.type(re.findall(rb"The word is: (\w+)", far.heard)[0].decode())
        await hands.press("tab", "tab", "enter")
        await hands.see("The line on ttyS1 arrived: it works at 115200 baud.")
        await hands.press("escape")
        assert hands.title() == "Serial console"

    with FarEnd(seat.root, "ttyS1") as far:
        seat.sit(go, look=look)
        assert far.settings() == far.before


def test_nothing_arrived(seat: Seat) -> None:
    seat.facts = on_com2()

    async def go(hands: Hands) -> None:
        await begin(hands, "2")
        await hands.see("Which word stands at its end")
        await hands.press("tab", "enter")
        await hands.see("Nothing arrived from ttyS1 at 115200 baud.")
        await hands.see("the other end may be at another speed")

    with FarEnd(seat.root, "ttyS1"):
        seat.sit(go)


@pytest.mark.parametrize(
    ("answer", "said"), [(echoing, "The word came back on ttyS1"), (deaf, "Nothing came back on ttyS1 within 0.5 s")]
)
def test_it_listens_without_holding_up_the_screen(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, answer: Answer, said: str
) -> None:
    monkeypatch.setattr("screens.port.SECONDS", 20 if answer is echoing else 0.5)
    seat.facts = on_com2()

    async def go(hands: Hands) -> None:
        await begin(hands, "3")
        await hands.see(said)
        assert "Listening" not in hands.screen
        await hands.press("escape")
        assert hands.title() == "Serial console"

    with FarEnd(seat.root, "ttyS1", answer):
        seat.sit(go)


def test_while_it_listens_the_wizard_goes_on(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.port.SECONDS", 20)
    seat.facts = on_com2()
    far: FarEnd

    async def go(hands: Hands) -> None:
        await begin(hands, "3")
        await hands.see("Listening on ttyS1 for 20 seconds.")
        await hands.press("escape")
        await hands.see("How fast the line is", "Speed in baud")
        far.until(b"\r\n", 2)
        far.send(re.findall(rb"The word is: (\w+)", far.heard)[0])
        await hands.see("The word came back on ttyS1")

    with FarEnd(seat.root, "ttyS1") as far:
        seat.sit(go)


def test_a_port_that_is_held_is_said_and_our_own_is_proved(seat: Seat) -> None:
    seat.facts = on_com2()
    seat.host.path("/proc/712/fd").mkdir(parents=True)
    seat.host.path("/proc/712/comm").write_text("agetty\n")
    seat.host.path("/proc/712/fd/0").symlink_to("/dev/ttyS1")

    async def held(hands: Hands) -> None:
        await begin(hands, "2")
        await hands.see("ERROR: ttyS1 is held by agetty (process 712)")

    seat.sit(held)
    seat.facts = on_com2(running=Running(kernel="6.12", command_line="", tty="ttyS1", speeds={"ttyS1": 115200}))

    async def ours(hands: Hands) -> None:
        await begin(hands, "2")
        await hands.see("You read this on ttyS1: it works at 115200 baud.")

    seat.sit(ours)


def test_without_a_line_or_without_root_there_is_no_test(seat: Seat, tmp_path: Path) -> None:
    async def no_line(hands: Hands) -> None:
        await hands.to("Serial console")
        await hands.press("f6")
        await hands.see("There is no serial line to test.")

    seat.sit(no_line)
    seat.facts = on_com2()

    async def no_root(hands: Hands) -> None:
        await begin(hands, "2")
        await hands.see("ERROR: this machine is only looked at")

    seat.sit(no_root, only_look=True)
