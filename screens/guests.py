"""What guests do when the host restarts, and which devices they get."""

from collections.abc import Sequence

from installer.facts import Facts
from installer.steps.pci_devices import BRIDGE, named
from screens.page import Option, Page, Word, always


def choose(key: str, facts: Facts) -> Sequence[Option]:
    """The PCI devices that could be given away."""
    if key != "passthrough.devices":
        return ()
    devices = [device for device in facts.pci if not device.kind.startswith(BRIDGE)]
    return [Option(device.address, f"{device.address} {named(device)}") for device in devices]


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
        ),
    },
    terms={
        "IOMMU": "a part of the processor (Intel VT-d, AMD-Vi) that keeps a guest's device out of others' memory.",
        "passthrough": "giving a real device to one guest alone.",
    },
)
