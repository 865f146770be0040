"""What forbids a bridge over an interface of this machine."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from installer.answers import Answers
from installer.facts import Facts
from installer.facts_network import Interfaces, Nic, Profile
from installer.finding import Finding, unfit, wrong
from installer.network.ifupdown import MOVABLE, own_stanzas
from installer.steps.bridge_choice import bridge_manager, bridge_nic

PLAIN_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
OTHERS = ("ifupdown2", "ifupdown-ng")
NAME_IT = "give the MAC address of another interface in bridge.nic, or set bridge.enabled = false"


def obstacles(answers: Answers, facts: Facts) -> Iterator[Finding]:
    """Every reason against the bridge that the answers ask for, or that "auto" would make."""
    nic = bridge_nic(answers, facts)
    if nic is None:
        yield missing(answers, facts)
        return
    yield from unfit_kind(nic)
    if facts.network.nic(answers.bridge.name):
        yield wrong(
            "bridge.name",
            f"This machine has an interface {answers.bridge.name} already, which xenstrap did not make.",
            "choose another name in bridge.name",
        )
    match bridge_manager(answers, facts):
        case "ifupdown":
            yield from unfit_interfaces(nic, facts.network.interfaces)
        case "none":
            yield nobodys(nic)
        case _:
            yield from unfit_profiles(nic, facts.network.profiles)
    manager, unread = bridge_manager(answers, facts), facts.network.unread
    if doubtful := [name for name in unread if manager != "ifupdown" or name.startswith("/etc/network/")]:
        yield unfit(f"Only root may read {', '.join(doubtful)}, which may configure {nic.name}.", "run it as root")


def missing(answers: Answers, facts: Facts) -> Finding:
    """No interface to make the bridge over."""
    listed = "; ".join(map(described, facts.network.nics)) or "none"
    if answers.bridge.nic != "auto":
        return wrong(
            "bridge.nic", f"No interface has the MAC address {answers.bridge.nic}.", f"the interfaces are: {listed}"
        )
    if facts.network.uplink:
        return unfit(f"The default route leads over {facts.network.uplink}, which is none of the machine's interfaces.",
                     f"give one of these in bridge.nic: {listed}", "bridge.nic")  # fmt: skip
    return unfit(
        "No interface has a default route, so that none can be chosen for the bridge.",
        f"connect the machine, or give one of these in bridge.nic: {listed}",
        "bridge.nic",
    )


def described(nic: Nic) -> str:
    """An interface with what tells it from others."""
    carrier = {True: "cable connected", False: "no cable", None: "down"}[nic.carrier]
    return ", ".join(part for part in (f"{nic.name} {nic.permanent or nic.mac}", nic.driver, carrier) if part)


def unfit_kind(nic: Nic) -> Iterator[Finding]:
    """An interface of a kind that no bridge takes, or that is somebody's port already."""
    if nic.kind == "wifi":
        yield unfit(
            f"{nic.name} is a Wi-Fi interface: an access point drops what comes from other MAC addresses than its "
            "client's, so that guests behind a bridge would receive and never be heard.",
            "connect a cable and give its interface in bridge.nic, or set bridge.enabled = false and route guests "
            "over a network of their own (vif-nat)",
            "bridge.nic",
        )
    elif nic.kind == "bridge":
        yield unfit(
            f"{nic.name} carries the default route and is a bridge already, which xenstrap did not make.",
            f'leave bridge.enabled = "auto", and guests join {nic.name}; or give another interface in bridge.nic',
            "bridge.enabled",
        )
    elif nic.kind == "other" or not nic.mac:
        yield unfit(f"{nic.name} is no Ethernet interface, and cannot be a bridge's port.", NAME_IT, "bridge.nic")
    elif nic.master:
        yield unfit(
            f"{nic.name} is a part of {nic.master} already.",
            f"leave bridge.nic to {nic.master}'s own address, or take {nic.name} out of it first",
            "bridge.nic",
        )
    if not PLAIN_NAME.match(nic.name):
        yield unfit(f"The interface's name {nic.name!r} cannot be written into files.", NAME_IT, "bridge.nic")


def unfit_interfaces(nic: Nic, interfaces: Interfaces) -> Iterator[Finding]:
    """interfaces(5) that we cannot take over."""
    if interfaces.flavour in OTHERS:
        yield unfit(
            f"The network is configured by {interfaces.flavour}, whose bridges xenstrap does not know.",
            "install ifupdown in its place, or make the bridge by hand and set bridge.enabled = false",
        )
    if any(fnmatchcase(nic.name, pattern) for pattern in interfaces.mappings):
        yield unfit(
            f"/etc/network/interfaces gives {nic.name} another name (mapping), by which it is configured.",
            f"configure {nic.name} by its own name first",
        )
    for stanza in own_stanzas(nic, interfaces):
        if any(key.startswith(("wpa-", "wpa_")) for key, _ in stanza.options):
            yield guarded(nic, stanza.path)
        if stanza.method not in MOVABLE or stanza.family not in ("inet", "inet6"):
            yield unfit(
                f"{stanza.path}, line {stanza.line}: the method {stanza.method} ({stanza.family}) of {nic.name} "
                "cannot move to a bridge.",
                "give bridge.nic another interface, or change the stanza first",
            )


def unfit_profiles(nic: Nic, profiles: tuple[Profile, ...]) -> Iterator[Finding]:
    """A file of networkd or NetworkManager that we cannot take over."""
    for profile in profiles:
        if profile.nic in (nic.name, *nic.lower) and any(section.name == "802-1x" for section in profile.sections):
            yield guarded(nic, profile.path)


def guarded(nic: Nic, path: str) -> Finding:
    """A port that the switch opens only to who logs in."""
    return unfit(
        f"{path}: the switch behind {nic.name} asks for a login (802.1X), and would refuse the guests.",
        "use a port of the switch without 802.1X, or set bridge.enabled = false",
        "bridge.nic",
    )


def nobodys(nic: Nic) -> Finding:
    """An interface that no file configures."""
    return unfit(
        f"{nic.name} is configured by none of ifupdown, systemd-networkd and NetworkManager, or by one that is "
        "switched off.",
        f"configure {nic.name} by one of them so that it comes up at boot, or set bridge.enabled = false",
        "bridge.enabled",
    )
