"""What the bridge's step says of machines that surprise."""

from typing import Any

import pytest

from installer.facts import Facts
from installer.facts_network import Auto, Interfaces, Network, Nic, Profile, Section, Stanza
from installer.steps.bridge import BridgeStep, default_bridge, wants_bridge
from tests.machines import answers, errors, machine, texts
from tests.network.cases import KEPT

MAC, OTHER = "52:54:00:ab:cd:01", "52:54:00:ab:cd:02"
NIC = Nic(name="enp1s0", mac=MAC, kind="nic", driver="igb", carrier=True, manager="ifupdown")
SPARE = Nic(name="enp2s0", mac=OTHER, kind="nic", driver="tg3", carrier=False)
PATH = "/etc/network/interfaces"


def stanza(method: str = "dhcp", *options: tuple[str, str], family: str = "inet", name: str = "enp1s0") -> Stanza:
    """A stanza of interfaces(5)."""
    return Stanza(path=PATH, line=5, name=name, family=family, method=method, options=options, lines=(f"iface {name}",))


def network(nic: Nic = NIC, *stanzas: Stanza, **more: Any) -> Network:
    """A network with an uplink and a spare interface."""
    interfaces = Interfaces(
        flavour=more.pop("flavour", "ifupdown"), stanzas=stanzas or (stanza(),), **more.pop("i", {})
    )
    return Network(**{"uplink": nic.name, "nics": (nic, SPARE), "interfaces": interfaces} | more)


def on(found: Network) -> Facts:
    """A machine with that network."""
    return machine(network=found)


UNFIT: dict[str, tuple[Network, str]] = {
    "wifi": (network(NIC.model_copy(update={"kind": "wifi"})), "enp1s0 is a Wi-Fi interface: an access point drops"),
    "no default route": (network(uplink=None), "No interface has a default route"),
    "member": (network(NIC.model_copy(update={"master": "bond0"})), "enp1s0 is a part of bond0 already."),
    "tunnel": (network(NIC.model_copy(update={"kind": "other"})), "enp1s0 is no Ethernet interface"),
    "uplink unknown": (network(uplink="wg0"), "The default route leads over wg0, which is none of"),
    "nobody": (
        network(NIC.model_copy(update={"manager": "none"})),
        "is configured by none of ifupdown, systemd-networkd",
    ),
    "ifupdown2": (network(flavour="ifupdown2"), "The network is configured by ifupdown2"),
    "mapping": (network(i={"mappings": ("enp*",)}), "gives enp1s0 another name (mapping)"),
    "ppp": (network(NIC, stanza("ppp")), f"{PATH}, line 5: the method ppp (inet) of enp1s0 cannot move"),
    "802.1X": (network(NIC, stanza("dhcp", ("wpa-conf", "/etc/x"))), "asks for a login (802.1X)"),
    "802.1X by NetworkManager": (
        network(
            NIC.model_copy(update={"manager": "NetworkManager"}),
            profiles=(Profile(path="/etc/p", nic="enp1s0", sections=(Section(name="802-1x"),)),),
        ),
        "/etc/p: the switch behind enp1s0 asks for a login (802.1X)",
    ),
    "not root": (
        network(NIC.model_copy(update={"manager": "NetworkManager"}), unread=("/etc/p",)),
        "Only root may read /etc/p, which may configure enp1s0.",
    ),
    "strange name": (network(NIC.model_copy(update={"name": 'a"b'})), "cannot be written into files"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_auto_makes_no_bridge_and_says_why(case: str) -> None:
    found, said = UNFIT[case]
    assert not wants_bridge(answers(), on(found))
    findings = list(BridgeStep().check(answers(), on(found)))
    assert said in texts(findings)
    assert {finding.level for finding in findings} == {"warning"}
    assert all(finding.text.endswith("No bridge is made.") for finding in findings)
    assert not list(KEPT.resources(answers(), on(found)))
    (choice,) = BridgeStep().choices(answers(), on(found))
    assert (choice.key, choice.value) == ("bridge.enabled", "false")


@pytest.mark.parametrize("case", UNFIT)
def test_asked_for_it_is_an_error_with_a_hint(case: str) -> None:
    found, said = UNFIT[case]
    findings = errors(BridgeStep(), answers(bridge={"enabled": True}), on(found))
    assert said in texts(findings)
    assert all(finding.hint for finding in findings)


def test_switched_off_nothing_is_said() -> None:
    given = answers(bridge={"enabled": False})
    assert not list(BridgeStep().check(given, on(UNFIT["wifi"][0])))
    assert not wants_bridge(given, on(network()))


def test_an_unknown_mac_lists_what_there_is() -> None:
    (finding,) = errors(BridgeStep(), answers(bridge={"nic": "52:54:00:00:00:99"}), on(network()))
    assert finding.text == "No interface has the MAC address 52:54:00:00:00:99."
    assert finding.hint == (f"the interfaces are: enp1s0 {MAC}, igb, cable connected; enp2s0 {OTHER}, tg3, no cable")
    assert (finding.key, finding.fault) == ("bridge.nic", "answers")


def test_a_name_that_is_taken_is_refused() -> None:
    (finding,) = errors(BridgeStep(), answers(bridge={"enabled": True, "name": "enp2s0"}), on(network()))
    assert finding.text == "This machine has an interface enp2s0 already, which xenstrap did not make."


def test_an_admins_bridge_stays_and_guests_join_it() -> None:
    found = on(network(Nic(name="br0", mac=MAC, kind="bridge", manager="ifupdown")))
    (finding,) = BridgeStep().check(answers(), found)
    assert (finding.level, finding.text) == (
        "note",
        "br0 is a bridge already and carries the default route: guests join it, it stays as it is.",
    )
    assert default_bridge(answers(), found) == "br0"
    assert default_bridge(answers(), on(network())) == "xenbr0"
    (error,) = errors(BridgeStep(), answers(bridge={"enabled": True}), found)
    assert "guests join br0" in error.hint
    extra = answers(bridge={"nic": OTHER})
    assert default_bridge(extra, found) == "xenbr0"
    assert not errors(BridgeStep(), extra, found)


def test_what_may_surprise() -> None:
    route = ("up", "ip route add default via 192.0.2.1 dev enp1s0")
    tuned = ("post-up", "/sbin/ethtool -K enp1s0 gro off")
    fire = ("post-up", "iptables -A INPUT -i enp1s0 -j DROP")
    down = NIC.model_copy(update={"carrier": False})
    found = network(down, stanza("static", route, tuned, fire), ssh_from="192.0.2.9")
    said = texts(BridgeStep().check(answers(bridge={"ipv4": "192.0.2.10/24"}), on(found)))
    assert "enp1s0 has no carrier: its cable is not connected." in said
    assert "dom0 will have no IPv4 default route" in said
    assert "The command `post-up iptables -A INPUT -i enp1s0 -j DROP` stays with enp1s0" in said
    assert "ethtool" not in said
    assert "ip route" not in said
    assert "You are connected from 192.0.2.9 over enp1s0: it lasts until the restart" in said
    spare = network(ssh_from="192.0.2.9", ssh_over="enp2s0")
    said = texts(BridgeStep().check(answers(), on(spare)))
    assert "You are connected from 192.0.2.9 over enp2s0, which the bridge leaves alone." in said
    said = texts(BridgeStep().check(answers(bridge={"ipv4": "none"}), on(network())))
    assert "dom0 will have no IPv4 address, although enp1s0 is its way out" in said


def test_a_vlan_on_the_port_is_touched_and_keeps_its_frames_from_the_guests() -> None:
    vlan = Nic(name="enp1s0.20", mac=MAC, kind="vlan", lower=("enp1s0",))
    inner = Nic(name="inner", mac=MAC, kind="vlan", lower=("enp1s0.20",))
    beside = Nic(name="enp2s0.30", mac=OTHER, kind="vlan", lower=("enp2s0",))
    found = network(nics=(NIC, SPARE, vlan, inner, beside), ssh_from="192.0.2.9", ssh_over="inner")
    said = texts(BridgeStep().check(answers(), on(found)))
    assert (
        "VLANs on enp1s0 (enp1s0.20, inner) work on beside the bridge: what comes with their tags goes there, and "
        "never to guests on the bridge."
    ) in said
    assert (
        "You are connected from 192.0.2.9 over inner, which stands on enp1s0 beside the bridge: it lasts until the "
        "restart."
    ) in said
    assert "leaves alone" not in said
    assert "bridge.live takes" not in said
    said = texts(BridgeStep().check(answers(bridge={"live": True}), on(found)))
    assert "over inner, which stands on enp1s0 beside the bridge: it stands still for some seconds while the" in said
    live = (
        "warning: bridge.live takes enp1s0 down for a moment, and its VLANs (enp1s0.20, inner) with it, which then lack"
    )
    assert live in said
    over = found.model_copy(update={"ssh_over": "enp2s0.30"})
    assert "over enp2s0.30, which the bridge leaves alone." in texts(BridgeStep().check(answers(), on(over)))


def test_choices_say_what_auto_came_to() -> None:
    enabled, nic = BridgeStep().choices(answers(), on(network()))
    assert (enabled.value, enabled.because) == ("true", "ifupdown configures the network, and can make one")
    assert (nic.value, nic.because) == (f"enp1s0 ({MAC})", "it carries the default route")


def test_the_mac_of_a_bonds_member_or_of_a_vlans_parent_means_what_is_on_top_with_the_route() -> None:
    bond = Nic(name="bond0", mac=MAC, kind="bond", lower=("enp1s0", "enp2s0"), manager="ifupdown")
    member = NIC.model_copy(update={"master": "bond0"})
    found = network(bond, stanza(name="bond0"))
    found = found.model_copy(update={"nics": (member, SPARE, bond)})
    chosen = BridgeStep().choices(answers(bridge={"nic": MAC}), on(found))
    assert [choice.value for choice in chosen][1] == f"bond0 ({MAC})"
    vlan = Nic(name="enp1s0.10", mac=MAC, kind="vlan", lower=("enp1s0",), manager="ifupdown")
    found = network(vlan, stanza(name="enp1s0.10")).model_copy(update={"nics": (NIC, vlan)})
    assert [each.value for each in BridgeStep().choices(answers(bridge={"nic": MAC}), on(found))][1].startswith(
        "enp1s0.10"
    )


def test_other_names_on_a_line_that_goes_are_kept_in_our_file() -> None:
    auto = Auto(path=PATH, line=1, word="auto", names=("lo", "enp1s0", "enp2s0"), lines=("auto lo enp1s0 enp2s0",))
    file, foreign = KEPT.resources(answers(), on(network(i={"autos": (auto,)})))
    assert "\nauto lo enp2s0\n" in str((file.expected() or {})["text"])
    assert (foreign.expected() or {})["released"] == ["auto lo enp1s0 enp2s0", "iface enp1s0"]


def test_aliases_move_with_their_interface() -> None:
    alias = stanza("static", ("address", "198.51.100.7/24"), name="enp1s0:1")
    file, foreign = KEPT.resources(answers(), on(network(NIC, stanza(), alias)))
    text = str((file.expected() or {})["text"])
    assert text.count("iface xenbr0 inet") == 2
    assert "enp1s0:1" not in text
    assert (foreign.expected() or {})["released"] == ["iface enp1s0", "iface enp1s0:1"]


def test_dhclient_keeps_its_duid_so_that_the_lease_stays_the_same() -> None:
    file, _ = KEPT.resources(answers(), on(network()))
    old, new = "/var/lib/dhcp/dhclient.enp1s0.leases", "/var/lib/dhcp/dhclient.xenbr0.leases"
    wanted = f"    pre-up test ! -e {old} || test -e {new} || grep default-duid {old} > {new} || true\n"
    assert wanted in str((file.expected() or {})["text"])


def test_cloud_init_is_kept_from_writing_the_network_anew() -> None:
    names = [resource.name for resource in KEPT.resources(answers(), on(network(cloud_init=True)))]
    assert names[-1] == "/etc/cloud/cloud.cfg.d/99-xenstrap-network.cfg"
