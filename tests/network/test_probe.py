"""What the interfaces are, what lies below a bridge, which of them leads out, and who else writes there."""

from pathlib import Path

import pytest

from installer.probe.network import probe_network
from tests.machines import answers, machine
from tests.network.cases import KEPT, MAC, NIC, OTHER, build, start
from tests.network.fake import link


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
