"""Choosing PCI devices, and naming them for people."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts, PciDevice

BRIDGE = "06"
KINDS = {
    "01": "storage controller",
    "02": "network interface",
    "03": "graphics",
    "04": "sound or video",
    "07": "serial port or modem",
    "0c03": "USB controller",
    "0d": "wireless",
    "0b": "processor",
    "12": "accelerator",
}
OFFERED = ("02", "03", "0c03", "01", "04", "07", "0d", "12")
MOST_OFFERED = 8


def long_address(name: str) -> str:
    """An address with its PCI domain: "01:00.0" is "0000:01:00.0"."""
    return name if name.count(":") != 1 else f"0000:{name}"


def matches(name: str, device: PciDevice) -> bool:
    """Whether a name from the answers, an address or vendor:device, means this device."""
    return long_address(name) == device.address if "." in name else name == f"{device.vendor}:{device.device}"


def select(answers: Answers, facts: Facts) -> list[PciDevice]:
    """The devices that the answers name, each once, by address."""
    names = answers.passthrough.devices
    return [device for device in facts.pci if any(matches(name, device) for name in names)]


def missing(answers: Answers, facts: Facts) -> Iterator[tuple[str, str]]:
    """Fact and hint for each name that means no device here."""
    for name in answers.passthrough.devices:
        if not any(matches(name, device) for device in facts.pci):
            kind = "at the address" if "." in name else "of the kind"
            yield f"There is no PCI device {kind} {name}.", f"there are: {'; '.join(candidates(facts)) or 'none'}"


def candidates(facts: Facts) -> list[str]:
    """The first of the devices that somebody may want to give away, in words."""
    there = offered(facts)
    rest = [f"{len(there) - MOST_OFFERED} more"] if len(there) > MOST_OFFERED else []
    return [f"{device.address} ({named(device)})" for device in there[:MOST_OFFERED]] + rest


def offered(facts: Facts) -> list[PciDevice]:
    """Devices that somebody may want to give away, the likeliest kinds first."""
    return [device for kind in OFFERED for device in facts.pci if device.kind.startswith(kind)]


def named(device: PciDevice) -> str:
    """A device in words, with its ids."""
    kind = next((text for code, text in KINDS.items() if device.kind.startswith(code)), "device")
    return f"{device.text or kind}, {device.vendor}:{device.device}"
