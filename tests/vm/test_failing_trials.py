"""A first boot into Xen that must fail, each in its own way: plain Linux comes back by itself, and says so.

Each takes several minutes, and they run only when asked for: `tests/vm/run --long -k failing`.
"""

import base64
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.trial.wdat import TCO, table
from tests.vm.conftest import Boot
from tests.vm.hang import SAID, image
from tests.vm.host import LONG, ROOT, THERE, Host
from tests.vm.machine import Machine
from tests.vm.qemu import NIC
from tests.vm.share import project_files

ANSWERS = 'storage.where = "none"\n'
NO_ROOT = r"sed -i '/xen-gnulinux-simple-/,/^}/ s/root=UUID=[^ ]*/root=UUID=00000000-dead-dead-dead-000000000000/'"
FREEZE = """\
[Unit]
ConditionPathExists=/sys/hypervisor/type
DefaultDependencies=no
After=local-fs.target systemd-journald.service
[Service]
Type=oneshot
ExecStart=/bin/kill -SEGV 1
"""
WATCHDOG = ("-device", "i6300esb,addr=0x1e", "-action", "watchdog=reset")
HANGING = base64.b64encode(image()).decode()
HANGS = f"for each in /boot/xen-*.gz; do cp $each /root; base64 -d > $each <<< {HANGING}; done; sync"
IN_TIME = f"sed -i 's/^outw {TCO + 0x12:#x} 0x3e8 /outw {TCO + 0x12:#x} 0x96 /' /boot/grub/grub.cfg"
"""Ninety seconds, twice, instead of ten minutes."""


@dataclass(frozen=True)
class Fault:
    """What is broken before the restart into Xen, what the machine says then, and what `status` says of it.

    Nothing but somebody who switches the machine off and on ends one that needs `power`.
    """

    broken: str
    heard: str
    told: str
    power: bool = False


FAULTS = {
    "dom0 finds no root": Fault(
        f"{NO_ROOT} /boot/grub/grub.cfg && grep -c dead-dead /boot/grub/grub.cfg",
        r"ALERT!\s+UUID=00000000-dead",
        "Xen or dom0 crashed or hung before it could say why",
    ),
    "the toolstack does not start": Fault(
        "systemctl mask xen.service",
        r"The trial has failed; restarting into plain Linux",
        "the service xen is",
    ),
    "systemd hangs": Fault(
        f"cat > /etc/systemd/system/freeze.service <<'E'\n{FREEZE}E\nsystemctl add-wants sysinit.target freeze",
        r"Freezing execution",
        "Xen or dom0 crashed or hung before it could say why",
    ),
    "the hypervisor hangs": Fault(HANGS, SAID, "Xen or dom0 crashed or hung before it could say why", power=True),
}


@pytest.mark.long
def test_a_failing_trial_ends_in_plain_linux(boot: Boot, machine_directory: Path) -> None:
    machine = boot("bookworm-bios-ifupdown", extra=WATCHDOG)
    machine.push(ROOT, THERE, project_files(ROOT))
    machine.run("modprobe i6300esb && echo i6300esb > /etc/modules-load.d/watchdog.conf && test -e /dev/watchdog")
    host = Host(machine, ANSWERS)
    machine.run(f"cat > /root/answers.toml <<'E'\n{ANSWERS}E")
    addresses = machine.run(f"ip -4 -o addr show dev {NIC} | awk '{{ print $4 }}'").stdout
    host.xenstrap("apply answers.toml --yes")
    machine.power_off()
    image = machine.snapshot(machine_directory / "applied")
    for name, fault in FAULTS.items():
        with Machine(image, machine_directory / name.replace(" ", "-"), machine.hardware) as broken:
            broken.login()
            fail(broken, fault)
            assert broken.run("ip -4 -o addr show dev xenbr0 | awk '{ print $4 }'").stdout == addresses
            broken.power_off()


@pytest.mark.long
def test_a_hypervisor_that_hangs_is_ended_by_the_watchdog_that_grub_started(
    boot: Boot, machine_directory: Path, tmp_path: Path
) -> None:
    """The table is ours, the watchdog is that of the chipset; what hangs at first is Xen itself in the end."""
    (tmp_path / "WDAT").write_bytes(table())
    chipset = ("-acpitable", f"file={tmp_path}/WDAT", "-global", "ICH9-LPC.noreboot=false")
    machine = boot("bookworm-bios-ifupdown", extra=chipset)
    machine.push(ROOT, THERE, project_files(ROOT))
    assert machine.run("cat /sys/class/watchdog/watchdog0/identity").stdout == "wdat_wdt\n"
    host = Host(machine, ANSWERS)
    machine.run(f"cat > /root/answers.toml <<'E'\n{ANSWERS}E")
    assert "the machine's watchdog, which GRUB starts" in host.xenstrap("plan answers.toml")
    host.xenstrap("apply answers.toml --yes")
    fail(machine, Fault(f"{IN_TIME}; {HANGS}", SAID, "the machine's watchdog restarted it"))
    machine.run("cp /root/xen-*.gz /boot")
    host.xenstrap("trial")
    machine.reboot()
    host.wait_until_up()
    (status,) = host.events("status")
    assert (status["trial"], status["verified"], status["pending"]) == ("passed", True, [])
    assert machine.run("cat /sys/class/watchdog/watchdog0/state").stdout == "active\n"
    assert machine.run("grep -c outw /boot/grub/grub.cfg", check=False).stdout == "0\n"
    machine.power_off()


def fail(machine: Machine, fault: Fault) -> None:
    """Break it, restart, and look at what comes back."""
    machine.run(fault.broken)
    machine.line.type("systemctl reboot")
    machine.reboot_wait()
    machine.line.expect(fault.heard, LONG, ())
    if fault.power:
        machine.kill()
        machine.start()
    else:
        machine.reboot_wait(timeout=LONG)
    machine.login(LONG)
    host = Host(machine, ANSWERS)
    host.wait_until_up()
    assert machine.run("test -e /sys/hypervisor/type", check=False).rc == 1
    machine.run("ping -c 1 -W 10 10.0.2.2")
    status = host.xenstrap("status", expect=6)
    assert "The trial of Xen failed, this is plain Linux" in status
    assert fault.told in status
    assert "the trial of Xen failed" in machine.run("cat /etc/issue.d/xenstrap.issue").stdout
