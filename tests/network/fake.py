"""A machine in a directory: interfaces in /sys, what ip(8), systemctl(1) and nmcli(1) would answer, files to change."""

import json
from pathlib import Path
from typing import Any

from installer.commands import Output
from installer.host import Host

ETHERNET = "/sys/devices/pci0000:00/0000:00:{slot:02x}.0/virtio{slot}"


def link(name: str, mac: str, *addresses: str, kind: str = "", **more: Any) -> dict[str, Any]:
    """An interface as `ip -j -d address show` prints it; an address that ends in "*" is dynamic."""
    found = [address.rstrip("*").partition("/") for address in addresses]
    entries = [
        {
            "family": "inet6" if ":" in local else "inet",
            "local": local,
            "prefixlen": int(length),
            "scope": "link" if local.startswith("fe80") else "global",
            **({"dynamic": True} if text.endswith("*") else {}),
        }
        for (local, _, length), text in zip(found, addresses, strict=True)
    ]
    entry: dict[str, Any] = {
        "ifname": name,
        "address": mac,
        "link_type": "ether",
        "flags": ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"],
        "addr_info": entries,
    }
    return entry | ({"linkinfo": {"info_kind": kind}} if kind else {}) | more


LOOPBACK = link("lo", "00:00:00:00:00:00", "127.0.0.1/8", link_type="loopback")


class FakeHost(Host):
    """A host whose root is a directory; commands answer from what the test sets."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.links: list[dict[str, Any]] = []
        self.routes: dict[int, list[dict[str, Any]]] = {4: [], 6: []}
        self.units: dict[str, str] = {}
        self.nmcli: dict[str, str] = {}

    def plug(self, name: str, slot: int, driver: str = "virtio_net", subsystem: str = "virtio") -> None:
        """Put the hardware of an interface into /sys."""
        device = ETHERNET.format(slot=slot)
        self.put(f"{device}/net/{name}/ifindex", f"{slot}\n")
        self.put_link(f"{device}/net/{name}/device", f"../../../virtio{slot}")
        self.put_link(f"{device}/driver", f"../../../../bus/{subsystem}/drivers/{driver}")
        self.put_link(f"{device}/subsystem", f"../../../../bus/{subsystem}")
        self.put_link(f"/sys/class/net/{name}", f"../../devices{device.removeprefix('/sys/devices')}/net/{name}")

    def query(self, *argv: str, timeout: float = 0) -> Output:
        """What the commands of the probe would say; status 127 for any other."""
        match argv:
            case ("ip", "-j", "-d", "address", "show"):
                return Output(0, json.dumps([LOOPBACK, *self.links]), "")
            case ("ip", "-j", family, "route", "show", "default"):
                return Output(0, json.dumps(self.routes[int(family[1:])]), "")
            case ("systemctl", verb, unit):
                word = self.units.get(unit, "disabled" if verb == "is-enabled" else "inactive")
                return Output(0 if word in ("enabled", "active") else 1, f"{word}\n", "")
            case ("nmcli", "-t", "-e", "no", "-f", _, *words) if self.nmcli:
                return Output(0, self.nmcli[words[0]], "")
            case ("dpkg-query", *_):
                return Output(0, "owned: by a package\n", "")
        return Output(127, "", f"{argv[0]}: no such program")

    def ask(self, *argv: str, timeout: float = 0) -> str:
        """The same."""
        return self.query(*argv).stdout

    def put(self, name: str, text: str) -> None:
        """Lay a file down."""
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text)

    def put_link(self, name: str, target: str) -> None:
        """Lay a symbolic link down."""
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).symlink_to(target)

    def tree(self, folder: str = "/etc") -> dict[str, str]:
        """Every file below a folder with its text."""
        top = self.path(folder)
        return {f"/{path.relative_to(self.root)}": path.read_text() for path in top.rglob("*") if path.is_file()}
