"""Whose file configures an interface, and what lies below a bridge."""

from pathlib import Path

import pytest

from installer.facts_network import Nic
from installer.network.sections import read_sections, values
from installer.probe.network import probe_network
from installer.probe.networkd import matches
from tests.machines import answers, machine
from tests.network.cases import KEPT, MAC, NIC, OTHER, build, start
from tests.network.fake import FakeHost, link

FOLDER = "/etc/systemd/network"
ONE = Nic(name="enp1s0", mac=MAC, permanent=OTHER, kind="nic", driver="igb")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("Name=enp1s0", True),
        ("Name=eth0 enp*", True),
        ("Name=!enp1s0", False),
        ("Name=!eth0 wlan0", True),
        ("Name=eth0\nName=enp1s0", True),
        (f"MACAddress={MAC.upper()}", True),
        (f"MACAddress={MAC.replace(':', '-')}", True),
        (f"PermanentMACAddress={OTHER}", True),
        (f"PermanentMACAddress={MAC}", False),
        ("Type=ether", True),
        ("Type=wlan", False),
        ("Kind=bond", False),
        ("Driver=igb e1000e", True),
        ("Driver=virtio_net\nName=enp1s0", False),
        ("Virtualization=no\nName=en*", True),
        ("", False),
    ],
)
def test_match_of_networkd(lines: str, found: bool) -> None:
    assert matches(ONE, read_sections(f"[Match]\n{lines}\n[Network]\nDHCP=yes\n", continued=True)) is found


def networkd(root: Path) -> FakeHost:
    """A machine of networkd without files."""
    host = build(root, "networkd", "dhcp")
    host.path(f"{FOLDER}/10-nic.network").unlink()
    return host


def test_the_first_file_by_name_counts_with_its_drop_ins_and_without_masked_ones(tmp_path: Path) -> None:
    host = networkd(tmp_path)
    host.put("/run/systemd/network/10-netplan-enp1s0.network", f"[Match]\nName={NIC}\n\n[Network]\nDHCP=ipv4\n")
    host.put("/usr/lib/systemd/network/09-vendor.network", f"[Match]\nName={NIC}\n[Network]\nDHCP=no\n")
    host.put_link(f"{FOLDER}/09-vendor.network", "/dev/null")
    host.put(f"{FOLDER}/10-netplan-enp1s0.network.d/dns.conf", "[Network]\n# ours\nDNS=192.0.2.53 \\\n  192.0.2.54\n")
    host.put(f"{FOLDER}/99-all.network", "[Match]\nName=*\n[Link]\nUnmanaged=yes\n")
    network = probe_network(host)
    (profile,) = network.profiles
    assert (profile.path, profile.nic) == ("/run/systemd/network/10-netplan-enp1s0.network", NIC)
    assert values(profile.sections, "Network", "DNS") == ["192.0.2.53    192.0.2.54"]
    assert network.manager == "networkd"


def test_a_networkd_that_is_switched_off_configures_nothing(tmp_path: Path) -> None:
    host = build(tmp_path, "networkd", "dhcp")
    host.units.clear()
    assert probe_network(host).manager == "none"
    host.units["systemd-networkd.service"] = "active"
    assert probe_network(host).manager == "networkd"


def test_a_stanza_wins_over_networkd_and_not_where_networking_is_off(tmp_path: Path) -> None:
    host = build(tmp_path, "networkd", "dhcp")
    host.put("/usr/sbin/ifup", "")
    host.put("/etc/network/interfaces", f"iface {NIC} inet dhcp\n")
    host.units["networking.service"] = "enabled"
    assert probe_network(host).manager == "ifupdown"
    host.units["networking.service"] = "disabled"
    assert probe_network(host).manager == "networkd"
    host.units["networking.service"] = "masked"
    assert probe_network(host).manager == "networkd"


def test_the_iaid_outlives_the_lease(tmp_path: Path) -> None:
    host = build(tmp_path, "networkd", "dhcp")
    assert probe_network(host).nics[0].iaid == 0xC0FFEE01
    host.put(f"{FOLDER}/05-xenstrap-port.network", f"[Match]\nName={NIC}\n")
    host.put(f"{FOLDER}/05-xenstrap-xenbr0.network", "[Match]\nName=xenbr0\n\n[DHCPv4]\nIAID=77\n")
    assert probe_network(host).nics[0].iaid == 77


def test_networkmanagers_profile_is_the_one_in_use_then_the_one_taken_over_then_the_likeliest(tmp_path: Path) -> None:
    host = build(tmp_path, "NetworkManager", "static4")
    folder = "/etc/NetworkManager/system-connections"
    for name, more in {
        "a": "",
        "b": "autoconnect-priority=5\n",
        "c": "autoconnect=false\nautoconnect-priority=9\n",
    }.items():
        text = f"[connection]\nid={name}\nuuid=uuid-{name}\ntype=ethernet\n{more}\n[ipv4]\nmethod=auto\n"
        host.put(f"{folder}/{name}.nmconnection", text)

    def path() -> str:
        return next(profile.path for profile in probe_network(host).profiles if profile.nic == NIC)

    assert path() == f"{folder}/{NIC}.nmconnection"
    host.nmcli["connection"] = f"uuid-c:{NIC}\n"
    assert path() == f"{folder}/c.nmconnection"
    host.nmcli["connection"] = ""
    assert path() == f"{folder}/b.nmconnection"
    ours = f"# Written by xenstrap.\n# Taken over from the profile uuid-a.\n\n[connection]\ninterface-name={NIC}\n"
    host.put(f"{folder}/xenstrap-port.nmconnection", ours)
    assert path() == f"{folder}/a.nmconnection"


def test_a_profile_that_networkmanager_made_up_is_nobodys_file(tmp_path: Path) -> None:
    host = build(tmp_path, "NetworkManager", "dhcp")
    before = probe_network(host)
    made_up = f"[connection]\nid=Wired connection 1\nuuid=u\ntype=ethernet\ninterface-name={NIC}\n[ipv4]\nmethod=auto\n"
    host.put("/run/NetworkManager/system-connections/Wired connection 1.nmconnection", made_up)
    assert probe_network(host) == before
    assert before.manager == "NetworkManager"


def test_interfaces_that_networkmanager_leaves_are_not_its_own(tmp_path: Path) -> None:
    host = build(tmp_path, "NetworkManager", "dhcp")
    for state in ("unmanaged", "connected (externally)"):
        host.nmcli["device"] = f"{NIC}:{state}\n"
        assert probe_network(host).manager == "none"


def test_no_secret_of_a_profile_is_kept(tmp_path: Path) -> None:
    host = build(tmp_path, "NetworkManager", "dhcp")
    text = f"[connection]\ntype=ethernet\ninterface-name={NIC}\n[802-1x]\npassword=verysecret\n[ipv4]\nmethod=auto\n"
    host.put("/etc/NetworkManager/system-connections/guarded.nmconnection", text)
    network = probe_network(host)
    assert "verysecret" not in network.model_dump_json()
    assert "802-1x" in [section.name for section in network.profiles[0].sections]


def test_guests_interfaces_are_none_of_the_machines(tmp_path: Path) -> None:
    host = build(tmp_path, "networkd", "dhcp")
    host.plug("enX1", 9, driver="vif", subsystem="xen")
    host.plug("vif3.0", 10, driver="vif", subsystem="xen-backend")
    host.links += [link("enX1", "52:54:00:12:34:56"), link("vif3.0", "fe:ff:ff:ff:ff:ff")]
    assert [nic.name for nic in probe_network(host).nics] == ["enp1s0", "enp2s0"]


def test_hardware_is_told_from_sys(tmp_path: Path) -> None:
    first, second = probe_network(build(tmp_path, "ifupdown", "bond")).nics[:2]
    assert (first.driver, first.pci, first.kind, first.carrier) == ("virtio_net", "0000:00:03.0", "nic", True)
    assert (second.mac, second.permanent, second.master) == (MAC, OTHER, "bond0")


def test_an_admins_bridge_is_the_uplink_and_a_left_over_one_is_not(tmp_path: Path) -> None:
    host = build(tmp_path, "ifupdown", "dhcp")
    host.links = [link(NIC, MAC, master="br0"), link("br0", MAC, "192.0.2.77/24*", kind="bridge")]
    host.routes[4] = [{"dst": "default", "gateway": "192.0.2.1", "dev": "br0"}]
    assert probe_network(host).uplink == NIC, "the stanza of the port says that it was rolled back"
    stanzas = f"auto br0\niface br0 inet dhcp\n    bridge_ports {NIC}\niface {NIC} inet manual\n"
    host.put("/etc/network/interfaces", stanzas)
    network = probe_network(host)
    assert network.uplink == "br0"
    assert network.nic(NIC) is not None
    assert [nic.master for nic in network.nics if nic.name == NIC] == ["br0"]
    host.put("/etc/network/interfaces", f"iface {NIC} inet manual\n")
    assert probe_network(host).uplink == "br0", "a bridge that a script of the admin made"


@pytest.mark.parametrize(
    ("ours", "over"),
    [("192.0.2.10", NIC), ("fe80::1%enp2s0", "enp2s0"), ("fe80::1%enp1s0", NIC), ("198.51.100.9", None)],
)
def test_the_interface_that_carries_this_session_is_the_one_with_its_address(
    tmp_path: Path, ours: str, over: str | None
) -> None:
    host = build(tmp_path, "ifupdown", "dhcp")
    host.links = [link(NIC, MAC, "192.0.2.10/24", "fe80::1/64"), link("enp2s0", OTHER, "fe80::1/64")]
    network = probe_network(host, ("203.0.113.7", ours))
    assert (network.ssh_from, network.ssh_over) == ("203.0.113.7", over)
    assert probe_network(host).ssh_over is None


def test_below_our_bridge_the_port_carries_the_session(tmp_path: Path) -> None:
    host = build(tmp_path, "networkd", "dhcp")
    host.put("/etc/systemd/network/25-xenstrap-bridge.netdev", "# Written by xenstrap.\n[NetDev]\nName=xenbr0\n")
    host.links = [link(NIC, MAC, master="xenbr0"), link("xenbr0", MAC, "192.0.2.10/24", kind="bridge")]
    assert probe_network(host, ("203.0.113.7", "192.0.2.10")).ssh_over == NIC


def test_the_preferred_default_route_counts_several_hops_and_ipv6_too(tmp_path: Path) -> None:
    host = build(tmp_path, "ifupdown", "dhcp")
    host.routes = {
        4: [
            {"dst": "default", "dev": "wlan0", "gateway": "192.0.2.9", "metric": 600},
            {"dst": "default", "dev": NIC, "gateway": "192.0.2.1", "metric": 100},
            {"dst": "default", "type": "unreachable", "dev": "lo", "metric": 1},
        ],
        6: [{"dst": "default", "metric": 1024, "nexthops": [{"dev": "enp2s0", "gateway": "fe80::1"}]}],
    }
    network = probe_network(host)
    assert network.uplink == NIC
    assert [(route.family, route.nic) for route in network.now.routes] == [(4, NIC), (4, "wlan0"), (6, "enp2s0")]
    host.routes[4] = []
    assert probe_network(host).uplink == "enp2s0"


@pytest.mark.parametrize(
    ("name", "text", "writes"),
    [
        ("50-curtin.cfg", "network:\n  config: disabled\n", False),
        ("50-curtin.cfg", "network: {config: disabled}\n", False),
        ("99-xenstrap-network.cfg", "network:\n  config: disabled\n", True),
        ("50-curtin.cfg", "datasource_list: [None]\n", True),
    ],
)
def test_cloud_init(tmp_path: Path, name: str, text: str, writes: bool) -> None:
    host = build(tmp_path, "ifupdown", "dhcp")
    assert not probe_network(host).cloud_init
    host.put("/usr/bin/cloud-init", "")
    host.put(f"/etc/cloud/cloud.cfg.d/{name}", text)
    assert probe_network(host).cloud_init is writes


@pytest.mark.parametrize(
    ("path", "target", "found"),
    [
        ("/etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf", "resolved"),
        ("/etc/resolv.conf", "/run/NetworkManager/resolv.conf", "NetworkManager"),
        ("/usr/sbin/resolvconf", "/bin/true", "resolvconf"),
        ("/etc/unrelated", "/bin/true", "file"),
    ],
)
def test_who_keeps_resolv_conf(tmp_path: Path, path: str, target: str, found: str) -> None:
    host = build(tmp_path, "ifupdown", "dhcp")
    host.put_link(path, target)
    assert probe_network(host).resolver == found


def test_below_our_bridge_the_uplink_is_neither_a_guests_tap_nor_another_port(tmp_path: Path) -> None:
    host = build(tmp_path, "ifupdown", "dhcp")
    host.put("/etc/network/interfaces.d/xenstrap", f"auto xenbr0\niface xenbr0 inet dhcp\n    bridge_ports {NIC}\n")
    host.links = [
        link("a0", OTHER, kind="tun", master="xenbr0"),
        link("enp0s9", OTHER, kind="vlan", master="xenbr0"),
        link(NIC, MAC, master="xenbr0"),
        link("xenbr0", MAC, "192.0.2.77/24*", kind="bridge"),
    ]
    host.routes[4] = [{"dst": "default", "gateway": "192.0.2.1", "dev": "xenbr0"}]
    assert probe_network(host).uplink == NIC


@pytest.mark.parametrize("manager", ["ifupdown", "networkd", "NetworkManager"])
def test_a_bond_that_took_another_members_address_does_not_change_the_plan(tmp_path: Path, manager: str) -> None:
    host = build(tmp_path, manager, "bond")
    for resource in KEPT.resources(answers(), machine(network=probe_network(host))):
        list(resource.settle(host, resource.expected()))
    start(host, "bond", "xenbr0", ("192.0.2.77/24*",), "xenbr0", "bond0")
    for entry in host.links:
        if entry["ifname"] == "bond0":
            entry["address"] = OTHER
    bond = probe_network(host).nic("bond0")
    assert bond is not None
    assert bond.mac == MAC
