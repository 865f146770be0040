"""What guests do when the host restarts, and which devices they get."""

from collections.abc import Sequence

from installer.facts import Facts, PciDevice
from installer.steps.passthrough import can_translate
from installer.steps.pci_devices import named, offered
from installer.steps.pci_refusals import check_device
from screens.page import Option, Page, Word, always

MOST = 100
"""Devices among which one may want to look for one."""


def choose(key: str, facts: Facts) -> Sequence[Option]:
    """The PCI devices that could be given away; of very many an address is typed."""
    if key != "passthrough.devices" or len(offered(facts)) > MOST:
        return ()
    devices = sorted(offered(facts), key=lambda device: is_needed(device, facts))
    return [Option(device.address, label(device, facts)) for device in devices]


def is_needed(device: PciDevice, facts: Facts) -> bool:
    """Whether dom0 itself stands on a device."""
    return any(finding.level == "error" for finding in check_device(device, facts))


def label(device: PciDevice, facts: Facts) -> str:
    """A device as one looks for it: where it is, what it is here, and what it is."""
    nics = [nic.name for nic in facts.network.nics if nic.pci == device.address]
    disks = [disk.name for disk in facts.disks if disk.pci == device.address]
    own = ["dom0 needs it"] if is_needed(device, facts) else []
    return f"{device.address.removeprefix('0000:')} {', '.join((*nics, *disks, *own, named(device)))}"


def can_give(facts: Facts) -> bool:
    """Whether a guest could get a device of this machine."""
    return can_translate(facts) and bool(offered(facts))


PAGE = Page(
    name="guests",
    title="Guests",
    sentence="What becomes of guests when this machine restarts, and which devices belong to them alone.",
    brief="What becomes of guests when this machine restarts.",
    sections=("guests", "passthrough"),
    steps=("guests", "passthrough"),
    choose=choose,
    words={
        "guests.on_host_reboot": Word(
            "At a restart",
            '"Save" writes each guest\'s memory to disk and goes on where it was; "shut down" asks each to stop '
            "cleanly, as if its power button had been pressed.",
            "Saving takes as much space below /var as the guests have memory; without it they are shut down.",
            names={"save": "save to disk", "shutdown": "shut down"},
        ),
        "guests.autostart": Word(
            "Start with the host",
            "Names of guests that start with the machine, separated by spaces: NAME stands for /etc/xen/NAME.cfg.",
            "A name without such a file is reported at the start and does no other harm.",
        ),
        "guests.stop_wait": Word(
            "Wait for each",
            "How many seconds a guest may take to shut down before it is switched off.",
            "Too short: a guest is cut off while it still writes. Too long: the restart waits for a hanging guest.",
            rare=always,
        ),
        "passthrough.devices": Word(
            "Devices for guests",
            "PCI devices that dom0 leaves alone, so that a guest can have them for itself (passthrough): a network "
            "card, a graphics card, a disk controller.",
            "dom0 cannot use such a device any more. What dom0 itself stands on is refused.",
            rare=always,
            usual=can_give,
        ),
    },
    terms={
        "IOMMU": "a part of the CPU (Intel VT-d, AMD-Vi) that keeps a guest's device out of others' memory.",
        "passthrough": "giving a real device to one guest alone.",
    },
)
