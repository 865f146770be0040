"""PCI functions as they are without us, and the IOMMU that lets guests have them."""

import re
from collections.abc import Iterator

from installer.facts import Iommu, PciDevice, Xen
from installer.host import Host
from installer.probe.modalias import PciAliases

DEVICES = "/sys/bus/pci/devices"
PCIBACK = "pciback"
TABLES = "/sys/firmware/acpi/tables"


def probe_pci(host: Host) -> tuple[PciDevice, ...]:
    """Every PCI function, from its uevent in /sys; a device that xen-pciback has is told as if it had not."""
    aliases, texts = PciAliases(host), probe_texts(host)
    drivers: dict[str, tuple[str | None, bool | None]] = {}
    return tuple(
        found for address in host.names(DEVICES) for found in probe_device(host, address, aliases, texts, drivers)
    )


def probe_device(
    host: Host,
    address: str,
    aliases: PciAliases,
    texts: dict[str, str],
    drivers: dict[str, tuple[str | None, bool | None]],
) -> Iterator[PciDevice]:
    """One function, unless it has just gone; what is found out about a driver is kept in `drivers`."""
    told = dict(line.partition("=")[::2] for line in (host.read(f"{DEVICES}/{address}/uevent") or "").splitlines())
    if "PCI_ID" not in told:
        return
    vendor, _, device = told["PCI_ID"].lower().partition(":")
    modules = aliases.modules(told.get("MODALIAS", ""))
    bound = told.get("DRIVER")
    if bound == PCIBACK:
        driver, modular = modules[0] if len(modules) == 1 else None, True if modules else None
    elif bound is None:
        driver, modular = None, None
    else:
        if bound not in drivers:
            drivers[bound] = probe_driver(host, bound)
        driver, modular = drivers[bound]
    yield PciDevice(
        address=address,
        vendor=vendor,
        device=device,
        kind=told["PCI_CLASS"].lower().zfill(6),
        text=texts.get(address, ""),
        driver=driver,
        modular=modular,
        modules=modules,
        group=iommu_group(host, address),
    )


def probe_driver(host: Host, name: str) -> tuple[str, bool]:
    """The module that a driver comes in, or the driver's own name where it is part of the kernel."""
    module = (host.link(f"/sys/bus/pci/drivers/{name}/module") or "").rpartition("/")[2]
    if module and host.exists(f"/sys/module/{module}/initstate"):
        return module, True
    return name, False


def iommu_group(host: Host, address: str) -> int | None:
    """Number of the device's IOMMU group, None where Linux knows none."""
    number = (host.link(f"{DEVICES}/{address}/iommu_group") or "").rpartition("/")[2]
    return int(number) if number.isdigit() else None


def probe_texts(host: Host) -> dict[str, str]:
    """Vendor and device in words, by address, where lspci(8) is installed: one process for all."""
    lines = host.query("lspci", "-Dmm").stdout.splitlines()
    words = ((line.partition(" ")[0], re.findall(r'"([^"]*)"', line)) for line in lines)
    return {address: f"{named[1]} {named[2]}" for address, named in words if len(named) > 2}


def probe_iommu(host: Host, xen: Xen | None = None) -> Iommu:
    """The firmware's table, which Xen renames (DMAR to XMAR), and whether Linux or Xen has the IOMMU running."""
    tables = {"DMAR" if name == "XMAR" else name for name in host.names(TABLES)}
    active = bool(host.names("/sys/class/iommu"))
    if xen:
        active = xen.io_virtualisation is True or bool({"hvm_directio", "pv_directio"} & set(xen.virt_caps))
    return Iommu(table="DMAR" if "DMAR" in tables else "IVRS" if "IVRS" in tables else None, active=active)
