"""PCI functions, their drivers, and the same facts when xen-pciback has them."""

from pathlib import Path

import pytest

from installer.facts import Iommu, PciDevice
from installer.probe.pci import probe_iommu, probe_pci
from tests.fake_host import FakeHost
from tests.machines import XEN

ALIASES = """# Aliases extracted from modules themselves.
alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e
alias pci:v000010DEd*sv*sd*bc03sc00i00* nouveau
alias pci:v000010DEd*sv*sd*bc03sc*i* nvidiafb
alias pci:v*d*sv*sd*bc0Csc03i30* xhci_pci
alias pci:v00008086d00002918sv*sd*bc*sc*i* lpc_ich
alias acpi*:PNP0A08:* e1000e
alias usb:v*p*d*dc*dsc*dp*ic03isc*ip*in* usbhid
"""
LSPCI = """\
0000:00:08.0 "Ethernet controller" "Intel Corporation" "82574L Gigabit" -r03 -p00 "Intel Corporation" "Device 0000"
0000:00:1f.0 "ISA bridge" "Intel Corporation" "82801IB" "Red Hat, Inc." "QEMU Virtual Machine"
"""


def put_device(host: FakeHost, address: str, ids: str, kind: str, driver: str = "", group: int | None = None) -> None:
    """A function in /sys; `ids` is "8086:10D3", `kind` the class as Linux prints it, without leading noughts."""
    vendor, device = ids.split(":")
    code = kind.zfill(6).upper()
    alias = f"pci:v{vendor:0>8}d{device:0>8}sv00001AF4sd00001100bc{code[:2]}sc{code[2:4]}i{code[4:]}"
    lines = [f"DRIVER={driver}"] if driver else []
    lines += [
        f"PCI_CLASS={kind}",
        f"PCI_ID={ids}",
        "PCI_SUBSYS_ID=1AF4:1100",
        f"PCI_SLOT_NAME={address}",
        f"MODALIAS={alias}",
    ]
    host.put(f"/sys/bus/pci/devices/{address}/uevent", "\n".join(lines) + "\n")
    if group is not None:
        host.put_link(f"/sys/bus/pci/devices/{address}/iommu_group", f"../../../kernel/iommu_groups/{group}")


def put_driver(host: FakeHost, name: str, module: str, loadable: bool = True) -> None:
    """A driver and the module that it comes in."""
    host.put_link(f"/sys/bus/pci/drivers/{name}/module", f"../../../../module/{module}")
    host.put(f"/sys/module/{module}/{'initstate' if loadable else 'parameters/x'}", "live\n")


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    """A machine with a network card, a graphics card, a USB controller and two parts of the board."""
    host = FakeHost(tmp_path, {"lspci -Dmm": LSPCI})
    host.put("/proc/sys/kernel/osrelease", "6.12.1-amd64\n")
    host.put("/lib/modules/6.12.1-amd64/modules.alias", ALIASES)
    put_driver(host, "e1000e", "e1000e")
    put_driver(host, "xhci_hcd", "xhci_pci")
    put_driver(host, "pcieport", "pcieportdrv", loadable=False)
    put_driver(host, "pciback", "xen_pciback")
    put_device(host, "0000:00:08.0", "8086:10D3", "20000", "e1000e", group=8)
    put_device(host, "0000:00:1c.0", "8086:A110", "60400", "pcieport", group=4)
    put_device(host, "0000:00:1f.0", "8086:2918", "60100")
    put_device(host, "0000:01:00.0", "10DE:1B80", "30000")
    put_device(host, "0000:02:00.0", "1912:0014", "C0330", "xhci_hcd")
    return host


def test_what_is_known_of_them(host: FakeHost) -> None:
    assert probe_pci(host) == (
        PciDevice(address="0000:00:08.0", vendor="8086", device="10d3", kind="020000", driver="e1000e", modular=True,
                  text="Intel Corporation 82574L Gigabit", modules=("e1000e",), group=8),
        PciDevice(address="0000:00:1c.0", vendor="8086", device="a110", kind="060400", driver="pcieport", modular=False,
                  group=4),
        PciDevice(address="0000:00:1f.0", vendor="8086", device="2918", kind="060100", modules=("lpc_ich",),
                  text="Intel Corporation 82801IB"),
        PciDevice(address="0000:01:00.0", vendor="10de", device="1b80", kind="030000", modules=("nouveau", "nvidiafb")),
        PciDevice(address="0000:02:00.0", vendor="1912", device="0014", kind="0c0330", driver="xhci_pci", modular=True,
                  modules=("xhci_pci",)),
    )  # fmt: skip


def test_the_facts_are_the_same_when_xen_pciback_has_them(host: FakeHost) -> None:
    before = probe_pci(host)
    put_device(host, "0000:00:08.0", "8086:10D3", "20000", "pciback")
    put_device(host, "0000:02:00.0", "1912:0014", "C0330", "pciback")
    assert probe_pci(host) == before


def test_of_several_modules_none_is_guessed_but_all_are_known(host: FakeHost) -> None:
    put_device(host, "0000:01:00.0", "10DE:1B80", "30000", "pciback")
    (card,) = (device for device in probe_pci(host) if device.address == "0000:01:00.0")
    assert (card.driver, card.modular, card.modules) == (None, True, ("nouveau", "nvidiafb"))


def test_without_lspci_and_without_modules(host: FakeHost) -> None:
    host.said.clear()
    (host.root / "lib/modules/6.12.1-amd64/modules.alias").unlink()
    first = probe_pci(host)[0]
    assert (first.text, first.modules, first.driver) == ("", (), "e1000e")


def test_a_device_that_has_just_gone(host: FakeHost) -> None:
    (host.root / "sys/bus/pci/devices/0000:00:08.0/uevent").unlink()
    assert len(probe_pci(host)) == 4


def test_four_thousand_functions_take_one_process(host: FakeHost) -> None:
    for number in range(4000):
        put_device(host, f"{number >> 8:04x}:{number & 255:02x}:1f.7", f"8086:{number:04X}", "20000", "e1000e")
    exact = "".join(f"alias pci:v000010ECd{n:08X}sv*sd*bc*sc*i* m{n}\n" for n in range(12000))
    kinds = "".join(f"alias pci:v0000{n:04X}d*sv*sd*bc0{n % 9}sc*i* k{n}\n" for n in range(200))
    host.put("/lib/modules/6.12.1-amd64/modules.alias", ALIASES + exact + kinds)
    found = probe_pci(host)
    assert len(found) == 4005
    assert host.asked == ["lspci -Dmm"]


def test_the_iommu(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    assert probe_iommu(host) == Iommu()
    host.put("/sys/firmware/acpi/tables/DMAR", b"DMAR")
    assert probe_iommu(host) == Iommu(table="DMAR", active=False)
    host.put("/sys/class/iommu/dmar0/x")
    assert probe_iommu(host) == Iommu(table="DMAR", active=True)


def test_the_iommu_under_xen_which_renames_the_table(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    host.put("/sys/firmware/acpi/tables/XMAR", b"XMAR")
    assert probe_iommu(host, XEN) == Iommu(table="DMAR", active=False)
    directly = XEN.model_copy(update={"virt_caps": ("pv", "hvm", "hvm_directio", "pv_directio")})
    assert probe_iommu(host, directly) == Iommu(table="DMAR", active=True)
    assert probe_iommu(host, XEN.model_copy(update={"io_virtualisation": True})).active
    assert not probe_iommu(host, XEN.model_copy(update={"io_virtualisation": False})).active
