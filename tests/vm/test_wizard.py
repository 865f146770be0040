"""The whole wizard by keystrokes, from a login prompt to a dom0: over a serial line, in tmux, at the keyboard."""

import json
from dataclasses import replace

import pytest

from tests.keystrokes import Com, answer, apply, look_again, walk
from tests.vm.conftest import Boot
from tests.vm.consoles import Keyboard, Tmux
from tests.vm.host import ROOT, THERE
from tests.vm.machine import Machine
from tests.vm.screen import Screen
from tests.vm.share import project_files

LONG = 3600.0
"""Seconds in which the packages come, on an emulated machine at its slowest."""
BAUD = 9600
XEN = {"com1": "com1={},8n1,0x3f8,4 console=com1,vga", "com2": "com2={},8n1,0x2f8,3 console=com2,vga"}
NEVER = ("It stopped at", "Traceback")


@pytest.mark.long
@pytest.mark.parametrize("com", ["com1", "com2"])
def test_by_keystrokes_over_a_slow_line(boot: Boot, com: Com) -> None:
    machine = boot("bookworm-bios-ifupdown", baud=BAUD if com == "com1" else 0)
    machine.push(ROOT, THERE, project_files(ROOT))
    if com == "com2":
        move_console(machine)
    screen = Screen(machine.line, LONG, NEVER)
    machine.line.type(f"stty {BAUD}; {THERE}/xenstrap")
    answer(screen.press, com, choose_speed=com == "com1")
    apply(screen.press)
    machine.line.send("2")
    machine.reboot_wait(expect=r"\(XEN\) Xen version")
    machine.login()
    look_at_dom0(machine, XEN[com].format(BAUD))

    screen = Screen(machine.line)
    machine.line.type(f"{THERE}/xenstrap")
    look_again(screen.press)
    machine.line.send("2")
    assert machine.run("echo back").stdout == "back\n"
    machine.power_off()


@pytest.mark.long
@pytest.mark.parametrize("seat", [Tmux, Keyboard])
def test_by_keystrokes_on_a_screen(boot: Boot, seat: type[Tmux | Keyboard]) -> None:
    machine = boot("bookworm-bios-ifupdown")
    machine.push(ROOT, THERE, project_files(ROOT))
    if seat is Tmux:
        machine.run("apt-get -qq update && apt-get -qq install tmux", timeout=LONG)
    screen = seat(machine, LONG, NEVER)
    screen.start(f"{THERE}/xenstrap")
    walk(screen.press)
    apply(screen.press)
    screen.type("2")
    machine.reboot_wait(expect=r"\(XEN\) Xen version")
    machine.login()
    look_at_dom0(machine, XEN["com1"].format(115200))

    screen.start(f"{THERE}/xenstrap")
    look_again(screen.press)
    screen.press("2")
    machine.power_off()


def move_console(machine: Machine) -> None:
    """A Debian whose console is on the second port, at the speed of the line."""
    moved = f"s/ttyS0,115200/ttyS1,{BAUD}/; s/--unit=0 --speed=115200/--unit=1 --speed={BAUD}/"
    machine.run(f"sed -i '{moved}' /etc/default/grub /boot/grub/grub.cfg && grep -c ttyS1,{BAUD} /boot/grub/grub.cfg")
    machine.power_off()
    machine.hardware = replace(machine.hardware, com="com2", baud=BAUD)
    machine.start()
    machine.login()


def look_at_dom0(machine: Machine, console: str) -> None:
    """The trial has passed, Xen speaks on the port that was asked for, and this login is Xen's console on it."""
    machine.run("systemctl is-system-running --wait", check=False)
    status = json.loads(machine.run(f"{THERE}/xenstrap status --json 2>/dev/null").stdout)
    assert (status["trial"], status["verified"]) == ("passed", True)
    told = machine.run("xl info").stdout
    assert console in told
    assert "dom0_mem=1536M,max:1536M" in told
    assert machine.run("ps -o tty= -p $$").stdout.strip() == "hvc0"
    assert "console=hvc0" in machine.run("cat /proc/cmdline").stdout
    # dpkg may know the name of what is not installed, and then does not fail.
    assert machine.run("dpkg-query -Wf '${db:Status-Status}' qemu-system-xen", check=False).stdout != "installed"
