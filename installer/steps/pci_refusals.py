"""What speaks against giving a PCI device away."""

from collections.abc import Iterator, Sequence

from installer.facts import Facts, PciDevice
from installer.facts_network import Nic
from installer.finding import Finding, warn, wrong
from installer.steps.pci_devices import BRIDGE

KEY = "passthrough.devices"


def check_device(device: PciDevice, facts: Facts, storage: str = "") -> Iterator[Finding]:
    """What dom0 would lose with this device, or why it cannot be hidden; `storage` is the guests' disk."""
    address = device.address
    if device.kind.startswith(BRIDGE):
        yield wrong(KEY, f"{address} is a bridge, which other devices stand behind.", "name those devices instead")
    elif device.modular is False:
        yield wrong(
            KEY,
            f"{address} is driven by {device.driver}, a part of the kernel, which has it before xen-pciback can.",
            f"leave it out, and hide it while dom0 runs: xl pci-assignable-add {address}",
        )
    if nics := [nic.name for nic in uplink_nics(facts) if nic.pci == address]:
        yield wrong(KEY, f"{address} is {nics[0]}, by which dom0 reaches the network.", "give guests another one")
    for disk in facts.disks:
        if disk.pci == address and disk.holds:
            yield wrong(
                KEY,
                f"{address} is the controller of {disk.name}, on which dom0 has {', '.join(disk.holds)}.",
                "give guests another one, or a disk of their own",
            )
        elif disk.pci == address and disk.id == storage:
            yield wrong(KEY, f"{address} is the controller of {disk.name}, which shall hold the guests' disks.",
                        "give guests another one, or choose another place in storage.where")  # fmt: skip
    for port in facts.serial.ports:
        if port.pci == address and port.name == facts.serial.console:
            yield wrong(KEY, f"{address} is {port.name}, dom0's console.", "give guests another one")
    if device.kind.startswith("03") and not any(other.kind.startswith("03") for other in facts.pci if other != device):
        yield warn(
            f"{address} is the only graphics device: dom0's screen stays dark.", "have a serial line or ssh", KEY
        )


def uplink_nics(facts: Facts) -> list[Nic]:
    """The interface with the default route, and those that it stands on: below a VLAN, in a bond or a bridge."""
    found = {facts.network.uplink} - {None}
    while True:
        more = {nic.name for nic in facts.network.nics if nic.master in found}
        more |= {lower for nic in facts.network.nics if nic.name in found for lower in nic.lower}
        if more <= found:
            return [nic for nic in facts.network.nics if nic.name in found]
        found |= more


def check_neighbours(chosen: Sequence[PciDevice], facts: Facts) -> Iterator[Finding]:
    """Devices that should go along: the other functions of a card, and those that the IOMMU cannot tell apart."""
    addresses = {device.address for device in chosen}
    others = [device for device in facts.pci if device.address not in addresses and not device.kind.startswith(BRIDGE)]
    slots, groups = {device.address[:-2] for device in chosen}, {device.group for device in chosen} - {None}
    for slot in sorted(slots):
        if left := [device.address for device in others if device.address[:-2] == slot]:
            yield warn(
                f"{', '.join(left)} is on the same card as {slot}.*, and stays with dom0.",
                "a guest that resets the card resets it too: name it as well",
                KEY,
            )
    for group in sorted(group for group in groups if group is not None):
        if left := [d.address for d in others if d.group == group and d.address[:-2] not in slots]:
            mine = ", ".join(device.address for device in chosen if device.group == group)
            yield warn(
                f"{', '.join(left)} is in one IOMMU group with {mine}: the hardware cannot keep them apart.",
                "a guest with the one can reach the other's memory: name it as well",
                KEY,
            )
