"""The name of the new system's interface, which a .link file pins by its MAC (systemd.link(5))."""

from installer.facts_network import Network, Nic

NEUTRAL = "lan0"
"""A name that neither the kernel nor udev gives to any interface."""


def new_name(nic: Nic, suite: str, network: Network) -> str:
    """An interface's name in the new system: that of its own udev, else of udev here, which no other one gets there."""
    others = others_names(nic, suite, network)
    here = nic.name if nic.name.startswith("en") else ""
    return next((name for name in (nic.predicted.get(suite), here) if name and name not in others), NEUTRAL)


def others_names(nic: Nic, suite: str, network: Network) -> set[str]:
    """What udev will call the other interfaces there; where the firmware numbers two alike, it is a race."""
    return {each.predicted.get(suite, each.name) for each in network.nics if each.name != nic.name}


def why_called(nic: Nic, suite: str, network: Network) -> str:
    """Why the interface has another name in the new system than here, "" where it has the same."""
    name, predicted = new_name(nic, suite, network), nic.predicted.get(suite)
    if name == nic.name:
        return ""
    if name == predicted:
        return f"; what is {nic.name} here, udev of Debian {suite} calls {name}"
    if predicted:
        return f"; udev of Debian {suite} would call it {predicted}, and another interface too"
    return f"; udev has no lasting name for what is {nic.name} here"
