"""Whose file configures an interface, of those that ifupdown, networkd and NetworkManager read."""

from pathlib import Path

import pytest

from installer.facts_network import Nic
from installer.network.sections import read_sections, values
from installer.probe.network import probe_network
from installer.probe.networkd import matches
from tests.network.cases import MAC, NIC, OTHER, build
from tests.network.fake import FakeHost

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
