"""A first boot into Xen that must fail, each in its own way: plain Linux comes back by itself, and says so.

Each takes several minutes, and they run only when asked for: `tests/vm/run --long -k failing`.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.vm.conftest import Boot
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


@dataclass(frozen=True)
class Fault:
    """What is broken before the restart into Xen, what the machine says then, and what `status` says of it."""

    broken: str
    heard: str
    told: str


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


def fail(machine: Machine, fault: Fault) -> None:
    """Break it, restart, and look at what comes back."""
    machine.run(fault.broken)
    machine.line.type("systemctl reboot")
    machine.reboot_wait()
    machine.reboot_wait(expect=fault.heard, timeout=LONG, failures=())
    machine.login(LONG)
    host = Host(machine, ANSWERS)
    host.wait_until_up()
    assert machine.run("test -e /sys/hypervisor/type", check=False).rc == 1
    machine.run("ping -c 1 -W 10 10.0.2.2")
    status = host.xenstrap("status", expect=6)
    assert "The trial of Xen failed, this is plain Linux" in status
    assert fault.told in status
    assert "the trial of Xen failed" in machine.run("cat /etc/issue.d/xenstrap.issue").stdout
