"""Devices for guests: which, what is written, and what is refused."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.facts import Facts, Iommu, PciDevice, Serial, SerialPort
from installer.facts_network import Network, Nic
from installer.facts_storage import Disk
from installer.resources.files import File
from installer.resources.initramfs import Initramfs
from installer.steps.passthrough import PassthroughStep
from tests.machines import XEN, answers, dom0, errors, machine, texts

STEP = PassthroughStep()
GOLDEN = Path(__file__).parent / "golden"
MAC = "52:54:00:00:00:0"


def device(
    address: str, ids: str = "8086:10d3", kind: str = "020000", module: str = "e1000e", **more: Any
) -> PciDevice:
    """A function with a driver that is a module."""
    vendor, number = ids.split(":")
    told = {
        "driver": module or None,
        "modular": True if module else None,
        "modules": (module,) if module else (),
    } | more
    return PciDevice(address=address, vendor=vendor, device=number, kind=kind, **told)


DEVICES = (
    device("0000:00:01.0", "8086:1901", "060400", driver="pcieport", modular=False, modules=(), group=1),
    device("0000:00:02.0", "8086:0412", "030000", "i915", group=2),
    device("0000:00:17.0", "8086:a102", "010601", "ahci", group=3),
    device("0000:01:00.0", group=4),
    device("0000:01:00.1", group=4),
    device("0000:02:00.0", group=5),
    device("0000:03:00.0", "1912:0014", "0c0330", "xhci_pci", group=6),
    device("0000:04:00.0", "10de:1b80", "030000", modules=("nouveau", "nvidiafb"), driver="nouveau", group=7),
    device("0000:05:00.0", "10de:10f0", "040300", "snd_hda_intel", group=7),
    device("0000:06:00.0", "1234:0001", "ff0000", "", group=8),
    device("0000:07:00.0", "1234:0002", "0c0320", driver="ehci_pci", modular=False, modules=(), group=9),
)
NICS = (
    Nic(name="enp2s0", mac=f"{MAC}2", kind="nic", pci="0000:02:00.0"),
    Nic(name="enp1s0f0", mac=f"{MAC}1", kind="nic", pci="0000:01:00.0"),
)


def server(**different: Any) -> Facts:
    """A server with these devices, whose root is on the disk behind 0000:00:17.0, and whose uplink is enp2s0."""
    told: dict[str, Any] = {"pci": DEVICES, "network": Network(uplink="enp2s0", nics=NICS)}
    told["disks"] = (
        Disk(id="ata-1", name="sda", bytes=1, sector=512, pci="0000:00:17.0", holds=("/", "swap")),
        Disk(id="ata-2", name="sdb", bytes=1, sector=512, pci="0000:06:00.0"),
    )
    return machine(**(told | different))


def asking(*names: str) -> Any:
    """Answers that give these devices away."""
    return answers(passthrough={"devices": list(names)})


def wanted(*names: str, **different: Any) -> dict[str, str]:
    """The files for these devices, by name."""
    found = STEP.resources(asking(*names), server(**different))
    return {thing.name: thing.text for thing in found if isinstance(thing, File)}


def conf(*names: str) -> str:
    """The text for modprobe."""
    return next(text for name, text in wanted(*names).items() if name.startswith("/etc/modprobe.d/xenstrap-pciback-"))


def said(*names: str, **different: Any) -> str:
    """What is found about giving these devices away."""
    return texts(STEP.check(asking(*names), server(**different)))


def test_nothing_is_asked_and_nothing_done() -> None:
    assert list(STEP.resources(answers(), server())) == []
    assert said() == ""
    assert texts(STEP.check(answers(), server(iommu=Iommu()))) == ""


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["0000:03:00.0"], ["0000:03:00.0"]),
        (["03:00.0"], ["0000:03:00.0"]),
        (["03:00.0", "0000:03:00.0", "1912:0014"], ["0000:03:00.0"]),
        (["8086:10d3"], ["0000:01:00.0", "0000:01:00.1", "0000:02:00.0"]),
    ],
)
def test_by_address_and_by_kind(names: list[str], found: list[str]) -> None:
    assert [choice.value for choice in STEP.choices(asking(*names), server())] == found


@pytest.mark.parametrize("release", ["initramfs-tools", "dracut"])
def test_the_files_are_the_golden_ones(release: Any) -> None:
    files = wanted("01:00.0", "01:00.1", "10de:1b80", "05:00.0", initramfs=release)
    shown = "".join(f"==> {name}\n{text}" for name, text in files.items())
    assert shown == (GOLDEN / f"{release}.txt").read_text()


# Trap 0.6: in the initial RAM disk alone xen-pciback comes too late.
def test_every_driver_waits_for_xen_pciback() -> None:
    text = conf("04:00.0", "03:00.0")
    assert "options xen-pciback hide=(0000:03:00.0)(0000:04:00.0)\n" in text
    for module in ("nouveau", "nvidiafb", "xhci_pci"):
        assert f"\nsoftdep {module} pre: xen-pciback\n" in text


def test_a_device_that_no_driver_asks_for_is_hidden_too() -> None:
    assert "softdep" not in conf("06:00.0")
    assert wanted("06:00.0")["/etc/modules-load.d/xenstrap-pciback.conf"].endswith("\nxen-pciback\n")


def test_the_initial_ram_disk_must_carry_this_very_text() -> None:
    first, second = (
        next(thing for thing in STEP.resources(asking(*names), server()) if isinstance(thing, Initramfs))
        for names in (["03:00.0"], ["03:00.0", "06:00.0"])
    )
    assert first.files[0] == second.files[0] == "xen-pciback.ko"
    assert first.files[1] != second.files[1]
    assert f"/{first.files[1]}" in wanted("03:00.0")


def test_the_hook_is_shell_and_says_that_it_needs_nothing_first(tmp_path: Path) -> None:
    hook = next(thing for thing in STEP.resources(asking("03:00.0"), server()) if "/hooks/" in thing.name)
    assert isinstance(hook, File)
    assert hook.mode == "0755"
    subprocess.run(["sh", "-n"], input=hook.text, text=True, check=True)
    assert subprocess.run(["sh", "-c", hook.text, "hook", "prereqs"], check=True, capture_output=True).stdout == b""


def test_dracuts_drop_in_is_shell() -> None:
    text = wanted("03:00.0", initramfs="dracut")["/etc/dracut.conf.d/xenstrap-pciback.conf"]
    script = f'add_drivers=" a "; install_items=" b "\n{text}\necho "$add_drivers/$install_items"'
    done = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.startswith(" a  xen-pciback / b  /etc/modprobe.d/xenstrap-pciback-")


def test_a_machine_without_an_initial_ram_disk() -> None:
    found = list(STEP.resources(asking("03:00.0"), server(initramfs="none")))
    assert not any(isinstance(thing, Initramfs) for thing in found)


# Trap 0.7: without an IOMMU the device would be stolen and never given back.
def test_without_an_iommu_it_is_refused() -> None:
    (finding,) = errors(STEP, asking("03:00.0"), server(iommu=Iommu()))
    assert finding.fault == "host"
    assert "IOMMU" in finding.text
    assert "VT-d" in finding.hint
    assert not errors(STEP, asking("03:00.0"), server(iommu=Iommu(table="IVRS")))
    under = dom0(pci=DEVICES, iommu=Iommu(table="DMAR", active=False))
    assert errors(STEP, asking("03:00.0"), under)
    assert not errors(STEP, asking("03:00.0"), under.model_copy(update={"iommu": Iommu(active=True)}))


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["09:00.0"], "error: There is no PCI device at the address 09:00.0. -> there are: 0000:01:00.0 (network"),
        (["8086:ffff"], "error: There is no PCI device of the kind 8086:ffff."),
        (["00:01.0"], "error: 0000:00:01.0 is a bridge"),
        (["07:00.0"], "error: 0000:07:00.0 is driven by ehci_pci, a part of the kernel"),
        (["02:00.0"], "error: 0000:02:00.0 is enp2s0, by which dom0 reaches the network."),
        (["00:17.0"], "error: 0000:00:17.0 is the controller of sda, on which dom0 has /, swap."),
        (["01:00.0"], "warning: 0000:01:00.1 is on the same card as 0000:01:00.*"),
        (["04:00.0"], "warning: 0000:05:00.0 is in one IOMMU group with 0000:04:00.0"),
    ],
)
def test_what_speaks_against_it(names: list[str], text: str) -> None:
    assert text in said(*names)


def test_a_runtime_way_is_told_for_a_driver_in_the_kernel() -> None:
    assert "xl pci-assignable-add 0000:07:00.0" in said("07:00.0")


def test_nothing_speaks_against_whole_cards_in_groups_of_their_own() -> None:
    assert said("03:00.0") == ""
    assert said("06:00.0") == ""
    assert said("01:00.0", "01:00.1") == ""
    assert said("04:00.0", "05:00.0") == ""


def test_the_only_graphics_device() -> None:
    assert "the only graphics device" in said("00:02.0", pci=DEVICES[:3])
    assert "graphics" not in said("00:02.0")


@pytest.mark.parametrize(
    ("uplink", "made"),
    [
        ("bond0", [Nic(name="bond0", mac=f"{MAC}9", kind="bond", lower=("enp1s0f0", "enp2s0"))]),
        ("vlan7", [Nic(name="vlan7", mac=f"{MAC}9", kind="vlan", lower=("enp2s0",))]),
        ("br0", [Nic(name="br0", mac=f"{MAC}9", kind="bridge"), Nic(name="v", mac=f"{MAC}9", kind="vlan", master="br0",
                                                                      lower=("enp2s0",))]),
    ],
)  # fmt: skip
def test_the_interfaces_below_the_uplink_are_dom0s_too(uplink: str, made: list[Nic]) -> None:
    network = Network(uplink=uplink, nics=(*NICS, *made))
    assert "0000:02:00.0 is enp2s0, by which dom0 reaches the network" in said("02:00.0", network=network)


def test_a_port_of_the_uplinks_bridge() -> None:
    nics = (NICS[0].model_copy(update={"master": "br0"}), NICS[1], Nic(name="br0", mac=f"{MAC}9", kind="bridge"))
    network = Network(uplink="br0", nics=nics)
    assert errors(STEP, asking("02:00.0"), server(network=network))
    assert not errors(STEP, asking("01:00.0"), server(network=network))


def test_the_card_with_dom0s_console() -> None:
    serial = Serial(ports=(SerialPort(name="ttyS4", io=0xE000, irq=19, pci="0000:06:00.0"),), console="ttyS4")
    assert "0000:06:00.0 is ttyS4, dom0's console" in said("06:00.0", serial=serial)


def test_after_the_reboot() -> None:
    xen = XEN.model_copy(update={"assignable": ("0000:03:00.0",)})
    told = texts(STEP.verify(asking("03:00.0", "06:00.0"), dom0(pci=DEVICES, xen=xen)))
    assert "ok: 0000:03:00.0 is left to guests" in told
    assert "error: 0000:06:00.0 cannot be given to guests" in told
    assert texts(STEP.verify(asking("03:00.0"), server())) == ""


@given(st.lists(st.sampled_from(["01:00.0", "03:00.0", "04:00.0", "05:00.0", "06:00.0"]), min_size=1))
def test_order_and_repetition_of_the_answers_change_nothing(names: list[str]) -> None:
    assert wanted(*names) == wanted(*sorted(set(names)))


def test_after_the_reboot_a_xen_without_iommu_is_noticed() -> None:
    xen = XEN.model_copy(update={"assignable": ("0000:03:00.0",)})
    told = texts(STEP.verify(asking("03:00.0"), dom0(pci=DEVICES, xen=xen, iommu=Iommu(table="IVRS", active=False))))
    assert "error: Xen does not use the IOMMU" in told
