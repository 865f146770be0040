"""The network: which interface the guests share, and how dom0 is reached over it."""

from collections.abc import Iterator, Sequence

from installer.answers import Answers
from installer.facts import Facts
from installer.facts_network import Nic
from installer.steps.bridge import wants_bridge
from installer.steps.bridge_choice import bridge_nic
from screens.fold import folded
from screens.looks import Glyphs
from screens.page import Option, Page, Room, Word, always

SHOWN = ("nic", "bond", "wifi", "vlan", "bridge")
MOST = 6


def choose(key: str, facts: Facts) -> Sequence[Option]:
    """The interfaces that a bridge could be made over."""
    if key != "bridge.nic":
        return ()
    found = [Option(nic.permanent or nic.mac, f"{nic.name}  {nic.permanent or nic.mac}") for nic in usable(facts)]
    return [Option("auto", "auto"), *found]


def in_order(facts: Facts) -> list[Nic]:
    """The interfaces of the machine itself: first by which one gets out, or is here, then those with a cable."""
    network = facts.network
    nics = [nic for nic in network.nics if nic.kind in SHOWN]
    return sorted(nics, key=lambda nic: (nic.name != network.uplink, nic.name != network.ssh_over, not nic.carrier))


def usable(facts: Facts) -> list[Nic]:
    """The interfaces that are not part of another."""
    return [nic for nic in in_order(facts) if nic.mac and not nic.master]


def table(answers: Answers, facts: Facts, glyphs: Glyphs, room: Room) -> Sequence[str]:
    """The interfaces as they are, and what will move onto the bridge."""
    nics, most = in_order(facts), MOST + room.spare
    longest = max((len(nic.name) for nic in nics[:most]), default=0)
    lines = [f"{nic.name:<{longest}}  {', '.join(said(nic, facts, brief=glyphs.brief))}" for nic in nics[:most]]
    if len(nics) > most:
        lines.append(f"and {len(nics) - most} more")
    known = folded(lines or ["This machine has no network interface."], room.width)
    between = [] if glyphs.brief else [""]
    return [*known, *between, *moves(answers, facts, brief=glyphs.brief)]


def said(nic: Nic, facts: Facts, *, brief: bool) -> Iterator[str]:
    """What tells an interface from others."""
    yield {True: "connected" if brief else "cable connected", False: "NO CABLE", None: "down"}[nic.carrier]
    if nic.speed:
        yield f"{nic.speed // 1000} Gbit/s" if nic.speed % 1000 == 0 else f"{nic.speed} Mbit/s"
    if nic.kind != "nic":
        yield {"wifi": "Wi-Fi"}.get(nic.kind, nic.kind)
    if not brief:
        yield from filter(None, (nic.driver, nic.permanent or nic.mac))
    if nic.name == facts.network.uplink:
        yield "default route"
    if nic.name == facts.network.ssh_over:
        yield f"your ssh from {facts.network.ssh_from}"


def origin(address: str) -> str:
    """Where an address that is not fixed comes from."""
    return "DHCP or the router" if ":" in address else "DHCP"


def moves(answers: Answers, facts: Facts, *, brief: bool) -> Iterator[str]:
    """What becomes of the addresses at the restart."""
    nic, bridge = bridge_nic(answers, facts), answers.bridge
    if nic is None or not wants_bridge(answers, facts):
        yield "No bridge is made; the network stays as it is."
        return
    taken = [f"{bridge.ipv4} instead of IPv4 as now"] if "/" in bridge.ipv4 else []
    now = facts.network.now.addresses.get(nic.name, ())
    kept = [
        f"{each.text} ({origin(each.text)})" if each.dynamic and not brief else each.text
        for each in now
        if (bridge.ipv6 if ":" in each.text else bridge.ipv4) == "keep"
    ]
    moved = ", ".join([*kept, *taken]) or "its configuration"
    when = "When all is applied" if bridge.live else "At the restart"
    if brief:
        yield f"{when} {bridge.name} takes over {moved} and the MAC of {nic.name}."
        return
    yield f"{when} {bridge.name} takes over from {nic.name}: {moved}, and the MAC address."
    yield "Until then nothing changes."


def no_fixed_ipv4(answers: Answers) -> bool:
    """Whether dom0 gets no fixed IPv4 address."""
    return "/" not in answers.bridge.ipv4


def no_fixed_ipv6(answers: Answers) -> bool:
    """Whether dom0 gets no fixed IPv6 address."""
    return "/" not in answers.bridge.ipv6


def no_fixed(answers: Answers) -> bool:
    """Whether dom0 gets no fixed address at all."""
    return no_fixed_ipv4(answers) and no_fixed_ipv6(answers)


PAGE = Page(
    name="bridge",
    title="Network",
    sentence="A bridge is a switch inside this machine: it joins the guests to the network that dom0 is on.",
    brief="A bridge, a switch inside this machine, joins guests to dom0's network.",
    sections=("bridge",),
    steps=("bridge",),
    picture=table,
    choose=choose,
    words={
        "bridge.enabled": Word(
            "Make a bridge",
            'Whether guests get a bridge. "auto" makes one wherever this machine\'s network allows it, and says why '
            "where it does not.",
            "Without a bridge guests have no network until you make one for them. Nothing changes before the restart; "
            "if what answers now (the gateway, name servers) does not answer over the bridge within 75 seconds of it, "
            "the former network comes back by itself.",
            names={"true": "yes", "false": "no"},
        ),
        "bridge.nic": Word(
            "Over the interface",
            "The network interface that becomes the bridge's way out. It is remembered by its MAC address, since "
            "names may change.",
            "Over the wrong one, dom0 and the guests are on the wrong network after the restart. "
            '"auto" is the one with the default route.',
        ),
        "bridge.ipv4": Word(
            "IPv4 of dom0",
            "How dom0 gets its IPv4 address on the bridge: as the interface has it now, by DHCP, none, or a fixed "
            'one with its prefix length, as "192.0.2.10/24".',
            'With a wrong address dom0 cannot be reached over the network. "as now" is the safe choice.',
            names={"keep": "as now", "dhcp": "DHCP"},
        ),
        "bridge.gateway4": Word(
            "IPv4 gateway",
            "The router, for a fixed address only.",
            "Without it dom0 reaches its own network only.",
            rare=no_fixed_ipv4,
        ),
        "bridge.ipv6": Word(
            "IPv6 of dom0",
            "How dom0 gets its IPv6 address on the bridge: as now, by router announcements (auto), none, or a fixed "
            'one, as "2001:db8::10/64".',
            'With a wrong address dom0 cannot be reached over IPv6. "as now" is the safe choice.',
            names={"keep": "as now"},
            rare=always,
        ),
        "bridge.gateway6": Word(
            "IPv6 gateway",
            "The router, for a fixed address only.",
            "Without it dom0 reaches its own network only.",
            rare=no_fixed_ipv6,
        ),
        "bridge.dns": Word(
            "Name servers",
            "Addresses of name servers, separated by spaces, for fixed addresses only.",
            "Without any, names cannot be looked up, and apt finds no packages.",
            rare=no_fixed,
        ),
        "bridge.name": Word(
            "Name",
            "The bridge's name. Guests join it by this name.",
            "Guests that name another bridge do not start.",
            rare=always,
        ),
        "bridge.live": Word(
            "Make it at once",
            "Whether the bridge is made when all else is applied, and not at the restart. A unit of systemd makes it, "
            "outside this session; it keeps it when what answers now does so again, and over ssh you too, or when you "
            "say `xenstrap network --confirm`.",
            "Your connection stands still for some seconds. If it does not go on within 75 seconds, the former network "
            "comes back by itself.",
            rare=always,
        ),
        "bridge.txqueuelen": Word(
            "Queue of guests",
            "Transmit queue length, in packets, of the guests' interfaces; left empty it is the kernel's 1000.",
            "Too small, packets are lost under load; too large, they wait.",
            rare=always,
        ),
    },
    terms={
        "bridge": "a switch made by Linux: guests' interfaces and the real one are plugged into it.",
        "MAC address": "the number burnt into an interface, printed on its label.",
        "DHCP": "the network hands out addresses by itself.",
        "prefix length": "how much of an address names the network: /24 is the netmask 255.255.255.0.",
        "default route": "the way to everything that is not on a network of this machine itself.",
    },
)
