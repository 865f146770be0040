"""Answers and machines make plans: every release, firmware and network on record, as people read them.

XENSTRAP_WRITE_GOLDEN=1 writes the golden files anew; read the difference before keeping it.
"""

import os
from itertools import product
from pathlib import Path

import pytest

from installer.answer_file import parse_answers
from installer.facts import Facts, Firmware, Iommu, Kernel, PciDevice, Release
from installer.headless import plan_for
from installer.host import NoHost
from installer.probe.network import probe_network
from installer.report import plan_lines
from tests.machines import BOOT, machine
from tests.network.cases import MANAGERS, build

GOLDEN = Path(__file__).parent / "golden"
NAMES = {
    "bookworm": ("Debian GNU/Linux 12 (bookworm)", "6.1.0-56-amd64"),
    "trixie": ("Debian GNU/Linux 13 (trixie)", "6.12.117-amd64"),
    "forky": ("Debian GNU/Linux forky/sid", "7.2.12-amd64"),
}
FULL = """
[hvm]
require = true
[packages]
extra = ["lvm2"]
[boot]
options = ["loglvl=all", "guest_loglvl=all"]
linux_options = ["panic=10"]
[memory]
dom0 = "4G"
[cpus]
dom0 = 4
pin = true
[bridge]
name = "br-guests"
ipv4 = "198.51.100.10/24"
gateway4 = "198.51.100.1"
dns = ["198.51.100.53"]
ipv6 = "none"
txqueuelen = 2000
[serial]
port = "com1"
speed = 57600
login = false
[guests]
on_host_reboot = "shutdown"
stop_wait = 60
autostart = ["mail", "web"]
[passthrough]
devices = ["8086:10d3"]
"""
ANSWERS = {"empty": "", "full": FULL}


def recorded(folder: Path, release: str, firmware: str, manager: str) -> Facts:
    """A server of that release, firmware and network, with a NIC to give away."""
    name, kernel = NAMES[release]
    card = PciDevice(
        address="0000:04:00.0",
        vendor="8086",
        device="10d3",
        kind="020000",
        text="Intel Corporation 82574L Gigabit Network Connection",
        driver="e1000e",
        modules=("e1000e",),
        modular=True,
    )
    return machine(
        release=Release(id="debian", codename=release, name=name),
        firmware=Firmware(kind="uefi" if firmware == "uefi" else "bios", secure_boot=False, board="Vendor Server"),
        boot=BOOT.model_copy(update={"kernels": (Kernel(version=kernel, dom0=True),)}),
        network=probe_network(build(folder, manager, "dhcp")),
        pci=(card,),
        iommu=Iommu(table="DMAR"),
        initramfs="dracut" if release == "forky" else "initramfs-tools",
    )


CASES = [
    *((*case, "empty") for case in product(NAMES, ("bios", "uefi"), MANAGERS)),
    *((release, "uefi", manager, "full") for release, manager in zip(NAMES, MANAGERS, strict=True)),
]


@pytest.mark.parametrize(("release", "firmware", "manager", "name"), CASES)
def test_the_plan_is_the_golden_one(tmp_path: Path, release: str, firmware: str, manager: str, name: str) -> None:
    file = parse_answers(ANSWERS[name], f"{name}.toml")
    plan = plan_for(file.answers, recorded(tmp_path, release, firmware, manager), NoHost(), None)
    text = "\n".join(plan_lines(plan, file.place)) + "\n"
    golden = GOLDEN / f"{release}-{firmware}-{manager}-{name}.txt"
    if os.environ.get("XENSTRAP_WRITE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()


def test_firmware_makes_no_difference_to_what_is_wanted(tmp_path: Path) -> None:
    plans = [
        plan_for(
            parse_answers("", "empty").answers,
            recorded(tmp_path / firmware, "trixie", firmware, "ifupdown"),
            NoHost(),
            None,
        )
        for firmware in ("bios", "uefi")
    ]
    assert plans[0].hash == plans[1].hash
