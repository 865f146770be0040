"""A first boot into Xen that must fail, each in its own way: plain Linux comes back by itself, and says so.

Each takes several minutes, and they run only when asked for: `tests/vm/run --long -k failing`.
"""

import base64
import time
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
ExecStart=/bin/sh -c 'echo systemd will hang now > /dev/console; kill -SEGV 1'
"""
GENERATORS = "/etc/systemd/system-generators"
GENERATOR = f"{GENERATORS}/gone"
GONE = """\
#!/bin/sh
# What systemd-fstab-generator makes of a line for a disk that is not there, under Xen alone.
[ -e /sys/hypervisor/type ] || exit 0
cat > "$1/srv.mount" <<U
[Unit]
Before=local-fs.target
[Mount]
What=/dev/disk/by-label/gone
Where=/srv
U
mkdir "$1/local-fs.target.requires" && ln -s ../srv.mount "$1/local-fs.target.requires"
"""
WAITS = """\
[Unit]
ConditionPathExists=/sys/hypervisor/type
Before=xenstrap-trial.service
[Service]
Type=oneshot
ExecStart=/bin/sleep infinity
"""
DEADLINE = "/etc/systemd/system/xenstrap-trial-deadline.timer.d"
SOON = f"mkdir {DEADLINE} && echo '[Timer]\nOnBootSec=\nOnBootSec=5min' > {DEADLINE}/soon.conf"
"""A third of the time that a dom0 has, but for the text that names it."""
TOO_LATE = "dom0 had not verified itself 15 minutes after its start"
WATCHDOG = ("-device", "i6300esb,addr=0x1e", "-action", "watchdog=reset")
HANGING = base64.b64encode(image()).decode()
HANGS = f"for each in /boot/xen-*.gz; do cp $each /root; base64 -d > $each <<< {HANGING}; done; sync"
NOT_YET = "/etc/systemd/system/xenstrap-trial.service.d"
WHOLE = "cp /root/xen-*.gz /boot"
REBOOTS = "insmod memrw\\nwrite_dword 0xfed1f410 0"
IN_TIME = f"sed -i 's/^outw {TCO + 0x12:#x} 0x3e8 /{REBOOTS}\\noutw {TCO + 0x12:#x} 0x96 /' /boot/grub/grub.cfg"
"""Ninety seconds, twice, instead of ten minutes; before QEMU 8 nobody else lets the chipset reboot (GCS, NO_REBOOT)."""


@dataclass(frozen=True)
class Fault:
    """What is broken before the restart into Xen and how it is mended; what the machine says, and `status` of it.

    Nothing but somebody who switches the machine off and on ends one that needs `power`.
    """

    broken: str
    mended: str
    heard: str
    told: str
    power: bool = False


FAULTS = {
    "dom0 finds no root": Fault(
        f"cp /boot/grub/grub.cfg /root && {NO_ROOT} /boot/grub/grub.cfg && grep -c dead-dead /boot/grub/grub.cfg",
        "cp /root/grub.cfg /boot/grub",
        r"ALERT!\s+UUID=00000000-dead",
        "Xen or dom0 crashed or hung before it could say why",
    ),
    "the toolstack does not start": Fault(
        "systemctl mask xen.service",
        "systemctl unmask xen.service",
        r"The trial has failed; restarting into plain Linux",
        "the service xen is",
    ),
    "systemd ends in emergency mode": Fault(
        f"{SOON}; mkdir -p {GENERATORS}; cat > {GENERATOR} <<'E'\n{GONE}E\nchmod +x {GENERATOR}",
        f"rm -r {GENERATOR} {DEADLINE}",
        r"You are in emergency mode",
        TOO_LATE,
    ),
    "the trial is never judged": Fault(
        f"{SOON}; cat > /etc/systemd/system/waits.service <<'E'\n{WAITS}E\nsystemctl add-wants multi-user.target waits",
        f"rm -r /etc/systemd/system/waits.service /etc/systemd/system/multi-user.target.wants/waits.service {DEADLINE}",
        r"The trial has not been judged in time; restarting into plain Linux",
        TOO_LATE,
    ),
    "systemd hangs": Fault(
        f"cat > /etc/systemd/system/freeze.service <<'E'\n{FREEZE}E\nsystemctl add-wants sysinit.target freeze",
        "rm /etc/systemd/system/freeze.service /etc/systemd/system/sysinit.target.wants/freeze.service",
        r"systemd will hang now",
        "the machine's watchdog restarted it",
    ),
    "the hypervisor hangs": Fault(
        HANGS, WHOLE, SAID, "Xen or dom0 crashed or hung before it could say why", power=True
    ),
}


@pytest.mark.long
def test_a_failing_trial_ends_in_plain_linux(boot: Boot) -> None:
    machine = boot("bookworm-bios-ifupdown", extra=WATCHDOG)
    machine.push(ROOT, THERE, project_files(ROOT))
    machine.run("modprobe i6300esb && echo i6300esb > /etc/modules-load.d/watchdog.conf && test -e /dev/watchdog")
    host = Host(machine, ANSWERS)
    machine.run(f"cat > /root/answers.toml <<'E'\n{ANSWERS}E")
    addresses = machine.run(f"ip -4 -o addr show dev {NIC} | awk '{{ print $4 }}'").stdout
    host.xenstrap("apply answers.toml --yes")
    restart_in_the_middle_of_it(machine)
    host.xenstrap("trial")
    for name, fault in FAULTS.items():
        machine.line.note(name)
        fail(machine, fault)
        assert machine.run("ip -4 -o addr show dev xenbr0 | awk '{ print $4 }'").stdout == addresses
        host.xenstrap("trial")
    machine.power_off()


@pytest.mark.long
def test_a_hypervisor_that_hangs_is_ended_by_the_watchdog_that_grub_started(boot: Boot, tmp_path: Path) -> None:
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
    fail(machine, Fault(f"{IN_TIME}; {HANGS}", WHOLE, SAID, "the machine's watchdog restarted it"))
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
    heard = time.monotonic()
    if fault.power:
        machine.kill()
        machine.start()
    else:
        machine.reboot_wait(timeout=LONG)
    machine.login(LONG)
    machine.line.note(f"plain Linux is back {time.monotonic() - heard:.0f} s after {fault.heard}")
    look_at_plain_linux(machine, fault.told)
    machine.run(fault.mended)


def restart_in_the_middle_of_it(machine: Machine) -> None:
    """Somebody restarts the new dom0 before it has verified itself, which is nobody's crash."""
    machine.run(f"mkdir {NOT_YET} && echo -e '[Unit]\nConditionPathExists=!/sys/hypervisor/type' > {NOT_YET}/not.conf")
    machine.reboot(timeout=LONG)
    assert machine.run("cat /sys/hypervisor/type").stdout == "xen\n"
    machine.reboot(timeout=LONG)
    look_at_plain_linux(machine, "dom0 was shut down, or restarted, in good order before its trial was over")
    machine.run(f"rm -r {NOT_YET}")


def look_at_plain_linux(machine: Machine, told: str) -> None:
    """It is there, with its network, and says what has happened."""
    host = Host(machine, ANSWERS)
    host.wait_until_up()
    assert machine.run("test -e /sys/hypervisor/type", check=False).rc == 1
    machine.run("ping -c 1 -W 10 10.0.2.2")
    status = host.xenstrap("status", expect=6)
    assert "The trial of Xen failed, this is plain Linux" in status
    assert told in status
    assert "the trial of Xen failed" in machine.run("cat /etc/issue.d/xenstrap.issue").stdout
