"""What a fresh machine of a base image is, before anything is done to it."""

import json

from tests.vm.live import LIVE_MEDIUM
from tests.vm.machine import Machine
from tests.vm.mirror import host_mirror
from tests.vm.qemu import DISK_ID, MAC, NIC
from tests.vm.recipe import RECIPES


def look_at_a_live_system(machine: Machine) -> None:
    """What it is started from lies below, and its root forgets everything."""
    assert machine.run("findmnt --noheadings --output FSTYPE /").stdout == "overlay\n"
    assert machine.run(f"findmnt --noheadings --output FSTYPE {LIVE_MEDIUM}").stdout == "ext4\n"


def look_at_a_fresh_debian(machine: Machine) -> None:
    """A Debian of its suite, firmware and network, at rest, its sources signed; without Python, unless it has begun."""
    suite, firmware, network = machine.image.name.split("-")
    assert f"VERSION_CODENAME={suite}\n" in machine.run("cat /etc/os-release").stdout
    assert machine.run("test -d /sys/firmware/efi", check=False).rc == (0 if firmware == "uefi" else 1)
    assert machine.run("systemctl is-system-running --wait").stdout.strip() == "running"
    begun = machine.run("command -v python3", check=False).rc == 0
    assert begun == RECIPES[machine.image.name].begun
    assert machine.run(f"ls /dev/disk/by-id/{DISK_ID}").rc == 0
    assert "GNU GRUB" in machine.line.text
    unit = {"ifupdown": "networking", "networkd": "systemd-networkd", "nm": "NetworkManager"}[network]
    assert machine.run(f"systemctl is-active {unit}").stdout == "active\n"
    [link] = json.loads(machine.run(f"ip -j -4 address show dev {NIC} scope global").stdout)
    [address] = link["addr_info"]
    assert (address["local"], address["dynamic"]) == ("10.0.2.15", True)
    assert MAC in machine.run(f"cat /sys/class/net/{NIC}/address").stdout
    sources = machine.run("cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null", check=False).stdout
    assert host_mirror().archive in sources
    assert "trusted=yes" not in sources
