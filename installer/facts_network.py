"""The network part of the facts: interfaces and their configuration as they are without us, and what runs now."""

from typing import Literal

from installer.model import Model

Manager = Literal["ifupdown", "networkd", "NetworkManager", "none"]
Options = tuple[tuple[str, str], ...]
"""Key and value of each line, in the file's order; a key may come more than once."""


class Nic(Model):
    """A network interface; "other" is one that is made and is none of the named kinds (a tunnel, a dummy).

    `mac` is the address in use, `permanent` the one burnt in where that differs; `carrier` is None while the interface
    is down, `speed` the link's in Mbit/s where it tells;
    `lower` are the interfaces that it is made over, `master` the bond or foreign bridge that it is part of.
    `manager` is the one whose files configure it; `iaid` identifies it to networkd's DHCP server (RFC 4361).
    `predicted` is, on a live system, the name that udev of a new Debian would give it, by suite; `here` is the name
    that the card of a new Debian has meanwhile on the live system, where that is another one.
    """

    name: str
    mac: str
    permanent: str = ""
    kind: Literal["nic", "wifi", "vlan", "bond", "bridge", "other"]
    driver: str = ""
    pci: str | None = None
    carrier: bool | None = None
    speed: int | None = None
    lower: tuple[str, ...] = ()
    master: str | None = None
    manager: Manager = "none"
    iaid: int | None = None
    predicted: dict[str, str] = {}
    here: str = ""


class Stanza(Model):
    """An `iface` stanza of interfaces(5): its options with the inherited ones, and its lines, the first at `line`."""

    path: str
    line: int
    name: str
    family: str
    method: str
    options: Options = ()
    lines: tuple[str, ...] = ()


class Auto(Model):
    """A line of interfaces(5) that names interfaces to be treated so: "auto", "allow-hotplug", "no-auto-down"."""

    path: str
    line: int
    word: str
    names: tuple[str, ...]
    lines: tuple[str, ...]


class Interfaces(Model):
    """/etc/network/interfaces and what it sources; `folder` says that it reads interfaces.d/xenstrap.

    `mappings` are the patterns that give an interface another name; `flavour` is the program that reads all this.
    """

    flavour: Literal["ifupdown", "ifupdown2", "ifupdown-ng", "none"] = "none"
    folder: bool = True
    stanzas: tuple[Stanza, ...] = ()
    autos: tuple[Auto, ...] = ()
    mappings: tuple[str, ...] = ()


class Section(Model):
    """A section of systemd.network(5) or of a NetworkManager keyfile."""

    name: str
    options: Options = ()


class Profile(Model):
    """The file that configures `nic`, with its drop-ins; sections with secrets are empty.

    `path` is "" for the profile that NetworkManager makes up for a wired interface.
    """

    path: str
    nic: str
    sections: tuple[Section, ...]


class Address(Model):
    """A global address in use, as "192.0.2.10/24"; a `dynamic` one came by DHCP or router advertisement."""

    text: str
    dynamic: bool


class Route(Model):
    """A default route in use; an `advertised` one came by router advertisement."""

    family: Literal[4, 6]
    nic: str
    gateway: str | None = None
    advertised: bool = False


class NetworkNow(Model):
    """What runs at this moment: each bridge's ports, MACs, global addresses, default routes.

    `ours` are the bridges that our own files make, whether they are up or not; `filtered` says that what crosses a
    bridge passes iptables (br_netfilter).
    """

    ours: tuple[str, ...] = ()
    filtered: bool = False
    bridges: dict[str, tuple[str, ...]] = {}
    macs: dict[str, str] = {}
    addresses: dict[str, tuple[Address, ...]] = {}
    routes: tuple[Route, ...] = ()


class Network(Model):
    """Interfaces and their configuration as they are without us, `now` excepted.

    `uplink` carries the default route; `resolver` is what keeps /etc/resolv.conf ("file": nobody), `search` its
    domains; `cloud_init` says that cloud-init would write network files; `unread` are files that only root may read;
    `ssh_from` is where we are connected from, `ssh_over` the interface that this session comes in by.
    """

    uplink: str | None = None
    nics: tuple[Nic, ...] = ()
    interfaces: Interfaces = Interfaces()
    profiles: tuple[Profile, ...] = ()
    resolver: Literal["resolved", "resolvconf", "NetworkManager", "file"] = "file"
    search: tuple[str, ...] = ()
    cloud_init: bool = False
    unread: tuple[str, ...] = ()
    ssh_from: str | None = None
    ssh_over: str | None = None
    now: NetworkNow = NetworkNow()

    def nic(self, name: str | None) -> Nic | None:
        """The interface of that name."""
        return next((nic for nic in self.nics if nic.name == name), None)

    @property
    def manager(self) -> Manager:
        """The one who configures the uplink."""
        nic = self.nic(self.uplink)
        return nic.manager if nic else "none"
