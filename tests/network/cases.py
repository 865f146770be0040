"""Machines for the golden pairs: each way of configuring a network, written for each of those who read it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from installer.stage import Guarded, Stage
from installer.steps.bridge import BridgeStep
from tests.network.fake import FakeHost, link

KEPT = BridgeStep(Stage(network=Guarded(name="kept")))
MAC, OTHER = "52:54:00:ab:cd:01", "52:54:00:ab:cd:02"
NIC, EXTRA = "enp1s0", "enp2s0"
MANAGERS = ("ifupdown", "networkd", "NetworkManager")
TOP = "source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n\n"
UUIDS = "0000000{}-1111-2222-3333-444444444444"

INTERFACES = {
    "dhcp": f"allow-hotplug {NIC}\niface {NIC} inet dhcp\n    hostname web\n",
    "static4": (
        f"auto {NIC}\niface {NIC} inet static\n    address 192.0.2.10/24\n    gateway 192.0.2.1\n"
        f"    dns-nameservers 192.0.2.53\n    mtu 9000\n    up ip route add 198.51.100.0/24 via 192.0.2.2 dev {NIC}\n"
        f"    post-up ethtool -K {NIC} tso off\n"
    ),
    "static4+6": (
        f"auto {NIC}\niface {NIC} inet static\n    address 192.0.2.10/24\n    gateway 192.0.2.1\n\n"
        f"iface {NIC} inet6 static\n    address 2001:db8::10/64\n    gateway fe80::1\n    accept_ra 0\n"
    ),
    "slaac": f"auto {NIC}\niface {NIC} inet6 auto\n    privext 0\n",
    "vlan": (
        f"auto {NIC}\niface {NIC} inet manual\n\nauto {NIC}.10\niface {NIC}.10 inet static\n"
        f"    vlan-raw-device {NIC}\n    address 192.0.2.10/24\n    gateway 192.0.2.1\n"
    ),
    "bond": (
        f"auto bond0\niface bond0 inet dhcp\n    bond-slaves {NIC} {EXTRA}\n    bond-mode active-backup\n"
        "    bond-miimon 100\n"
    ),
    "extra": f"auto {NIC}\niface {NIC} inet dhcp\n",
}


def unit(name: str, *lines: str) -> str:
    """A .network file."""
    return "\n".join([f"[Match]\nName={name}\n", *lines]) + "\n"


NETWORKD: dict[str, dict[str, str]] = {
    "dhcp": {"10-nic": unit(NIC, "[Network]\nDHCP=yes\n\n[DHCPv4]\nUseMTU=yes")},
    "static4": {
        "10-nic": unit(
            NIC,
            "[Link]\nMTUBytes=9000\nRequiredForOnline=routable\n",
            "[Network]\nAddress=192.0.2.10/24\nGateway=192.0.2.1\nDNS=192.0.2.53\nVLAN=storage\n",
            "[Route]\nDestination=198.51.100.0/24\nGateway=192.0.2.2",
        )
    },
    "static4+6": {
        "10-nic": unit(
            "enp*", "[Network]\nAddress=192.0.2.10/24\nAddress=2001:db8::10/64\nGateway=192.0.2.1\nGateway=fe80::1"
        )
    },
    "slaac": {"10-nic": unit(NIC, "[Network]\nIPv6AcceptRA=yes\nIPv6PrivacyExtensions=no")},
    "vlan": {
        "10-nic": unit(NIC, f"[Network]\nVLAN={NIC}.10\nLinkLocalAddressing=no"),
        "20-vlan": unit(f"{NIC}.10", "[Network]\nAddress=192.0.2.10/24\nGateway=192.0.2.1"),
    },
    "bond": {
        "10-members": unit(f"{NIC} {EXTRA}", "[Network]\nBond=bond0"),
        "20-bond": unit("bond0", "[Network]\nDHCP=ipv4"),
    },
    "extra": {"10-nic": unit(NIC, "[Network]\nDHCP=yes")},
}


def profile(number: int, kind: str, name: str, *sections: str, **more: str) -> str:
    """A keyfile of NetworkManager."""
    lines = [f"{key.replace('_', '-')}={value}" for key, value in more.items()]
    head = [f"[connection]\nid={name}\nuuid={UUIDS.format(number)}\ntype={kind}\ninterface-name={name}", *lines]
    return "\n".join(head) + "\n\n" + "\n\n".join(sections) + "\n"


AUTO = ("[ipv4]\nmethod=auto", "[ipv6]\nmethod=auto")
STATIC = "[ipv4]\nmethod=manual\naddress1=192.0.2.10/24,192.0.2.1"
PROFILES: dict[str, dict[str, str]] = {
    "dhcp": {},
    "static4": {
        NIC: profile(
            1,
            "ethernet",
            NIC,
            "[ethernet]\nmtu=9000",
            f"{STATIC}\ndns=192.0.2.53;\nroute1=198.51.100.0/24,192.0.2.2",
            "[ipv6]\nmethod=disabled",
            zone="trusted",
        )
    },
    "static4+6": {NIC: profile(1, "ethernet", NIC, STATIC, "[ipv6]\nmethod=manual\naddress1=2001:db8::10/64,fe80::1")},
    "slaac": {NIC: profile(1, "ethernet", NIC, "[ipv4]\nmethod=disabled", "[ipv6]\nmethod=auto\naddr-gen-mode=0")},
    "vlan": {
        NIC: profile(1, "ethernet", NIC, "[ipv4]\nmethod=disabled", "[ipv6]\nmethod=disabled"),
        f"{NIC}.10": profile(2, "vlan", f"{NIC}.10", f"[vlan]\nid=10\nparent={NIC}", STATIC),
    },
    "bond": {
        "bond0": profile(1, "bond", "bond0", "[bond]\nmode=active-backup\nmiimon=100", *AUTO),
        NIC: profile(2, "ethernet", NIC, master=UUIDS.format(1), slave_type="bond"),
        EXTRA: profile(3, "ethernet", EXTRA, master=UUIDS.format(1), slave_type="bond"),
    },
    "extra": {NIC: profile(1, "ethernet", NIC, *AUTO)},
}
ADDRESSES = {
    "dhcp": ("192.0.2.77/24*", "2001:db8::77/64*"),
    "static4": ("192.0.2.10/24",),
    "static4+6": ("192.0.2.10/24", "2001:db8::10/64"),
    "slaac": ("2001:db8::5054:ff:feab:cd01/64*",),
    "vlan": ("192.0.2.10/24",),
    "bond": ("192.0.2.77/24*",),
    "extra": ("192.0.2.77/24*",),
}
UPLINK = {"vlan": f"{NIC}.10", "bond": "bond0"}
ANSWERS: dict[str, dict[str, Any]] = {
    "replaced": {
        "ipv4": "198.51.100.10/24",
        "gateway4": "198.51.100.1",
        "ipv6": "none",
        "dns": ["198.51.100.53"],
        "txqueuelen": 500,
    },
    "extra": {"nic": OTHER},
}
CASES = (*INTERFACES, "replaced")


def build(root: Path, manager: str, case: str) -> FakeHost:
    """The machine before us."""
    host = FakeHost(root)
    kind = "static4+6" if case == "replaced" else case
    host.plug(NIC, 3)
    host.plug(EXTRA, 4)
    CONFIGURED[manager](host, kind)
    start(host, kind, UPLINK.get(kind, NIC), ADDRESSES[kind])
    return host


def start(host: FakeHost, case: str, holder: str, addresses: tuple[str, ...], bridge: str = "", port: str = "") -> None:
    """The running interfaces: the `holder` has the addresses and the default route, `bridge` has its `port`."""

    def entry(name: str, mac: str, **more: Any) -> dict[str, Any]:
        master = {"master": bridge} if name == port else {}
        return link(name, mac, *(addresses if name == holder else ()), **more | master)

    bonded = {"master": "bond0"} if case == "bond" else {}
    host.links = [
        entry(NIC, MAC, **bonded),
        entry(EXTRA, MAC if bonded else OTHER, **bonded | ({"permaddr": OTHER} if bonded else {})),
    ]
    if case == "vlan":
        host.links.append(entry(f"{NIC}.10", MAC, kind="vlan", link=NIC))
    if case == "bond":
        host.links.append(entry("bond0", MAC, kind="bond"))
    if bridge:
        host.links.append(entry(bridge, OTHER if case == "extra" else MAC, kind="bridge"))
    host.routes = {4: [], 6: []}
    for family, gateway in ((4, "192.0.2.1"), (6, "fe80::1")):
        if any((":" in address) == (family == 6) for address in addresses):
            host.routes[family] = [{"dst": "default", "gateway": gateway, "dev": holder}]


def with_ifupdown(host: FakeHost, case: str) -> None:
    """/etc/network/interfaces."""
    host.put("/usr/sbin/ifup", "")
    host.units["networking.service"] = "enabled"
    host.put("/etc/network/interfaces", TOP + INTERFACES[case])


def with_networkd(host: FakeHost, case: str) -> None:
    """/etc/systemd/network, and the lease of the running interface."""
    host.units["systemd-networkd.service"] = "enabled"
    for name, text in NETWORKD[case].items():
        host.put(f"/etc/systemd/network/{name}.network", text)
    if case == "dhcp":
        host.put("/run/systemd/netif/leases/3", "# by hand\nADDRESS=192.0.2.77\nCLIENTID=ffc0ffee0100020000ab11\n")


def with_networkmanager(host: FakeHost, case: str) -> None:
    """Keyfiles, and what nmcli says."""
    for name, text in PROFILES[case].items():
        host.put(f"/etc/NetworkManager/system-connections/{name}.nmconnection", text)
    names = [NIC, EXTRA, *([UPLINK[case]] if case in UPLINK else [])]
    host.nmcli["device"] = "".join(f"{name}:connected\n" for name in names) + "lo:unmanaged\n"
    host.nmcli["connection"] = f"{UUIDS.format(1)}:{NIC}\n"


CONFIGURED: dict[str, Callable[[FakeHost, str], None]] = {
    "ifupdown": with_ifupdown,
    "networkd": with_networkd,
    "NetworkManager": with_networkmanager,
}
