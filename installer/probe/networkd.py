"""systemd-networkd's files that configure an interface, as they are without us (systemd.network(5))."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import partial

from installer.facts_network import Nic, Profile, Section
from installer.host import Host
from installer.network.sections import is_true, last, read_sections, values
from installer.probe.reading import Unread

FOLDERS = ("/etc/systemd/network", "/run/systemd/network", "/usr/local/lib/systemd/network", "/usr/lib/systemd/network")
OURS = "xenstrap"
LEASES = "/run/systemd/netif/leases"
CLIENT_ID = re.compile(r"^CLIENTID=ff([0-9a-f]{8})", re.MULTILINE)
OUR_IAID = re.compile(r"^IAID=(\d+)$", re.MULTILINE)


def probe_networkd(host: Host, nics: list[Nic], unread: Unread) -> tuple[Profile, ...]:
    """The file of each interface that networkd configures, none where networkd is switched off."""
    state = host.query("systemctl", "is-enabled", "systemd-networkd.service").stdout.strip()
    if not state.startswith("enabled") and not is_active(host):
        return ()
    files = [(path, sections) for path in network_files(host) if (sections := merged(host, path, unread))]
    chosen = ((nic, next((file for file in files if matches(nic, file[1])), None)) for nic in nics)
    return tuple(
        Profile(path=file[0], nic=nic.name, sections=file[1])
        for nic, file in chosen
        if file and not is_true(last(file[1], "Link", "Unmanaged"))
    )


def is_active(host: Host) -> bool:
    """Whether networkd runs, whoever started it."""
    return host.query("systemctl", "is-active", "systemd-networkd.service").stdout.strip() == "active"


def network_files(host: Host) -> list[str]:
    """The .network files in force, in their order: by name, /etc before /run before /usr."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for name in host.names(folder):
            if name.endswith(".network") and OURS not in name:
                found.setdefault(name, f"{folder}/{name}")
    return [found[name] for name in sorted(found)]


def merged(host: Host, path: str, unread: Unread) -> tuple[Section, ...]:
    """The sections of a file and of its drop-ins, in order; none where it is masked."""
    if host.link(path) == "/dev/null":
        return ()
    name = path.rsplit("/", 1)[1]
    drop_ins: dict[str, str] = {}
    for folder in FOLDERS:
        for drop_in in host.names(f"{folder}/{name}.d"):
            if drop_in.endswith(".conf"):
                drop_ins.setdefault(drop_in, f"{folder}/{name}.d/{drop_in}")
    texts = [unread.read(host, file) or "" for file in (path, *(drop_ins[drop_in] for drop_in in sorted(drop_ins)))]
    return tuple(section for text in texts for section in read_sections(text, continued=True))


def matches(nic: Nic, sections: tuple[Section, ...]) -> bool:
    """Whether [Match] takes the interface; keys that speak of the whole machine are taken to fit."""
    if not any(section.name == "Match" and section.options for section in sections):
        return False
    ask = partial(listed, sections)
    own = {"nic": "ether", "wifi": "wlan"}.get(nic.kind, nic.kind)
    return (
        ask("Name", nic.name)
        and ask("OriginalName", nic.name)
        and ask("MACAddress", nic.mac, lower=True)
        and ask("PermanentMACAddress", nic.permanent or nic.mac, lower=True)
        and ask("Driver", nic.driver)
        and ask("Type", own)
        and ask("Kind", nic.kind if nic.kind in ("vlan", "bond", "bridge") else "")
    )


def listed(sections: tuple[Section, ...], key: str, value: str, *, lower: bool = False) -> bool:
    """Whether a list of patterns in [Match] takes the value; "!" before the list turns its sense around."""
    words = " ".join(values(sections, "Match", key)).split()
    if not words:
        return True
    against = words[0].startswith("!")
    words[0] = words[0].removeprefix("!")
    words = [word.lower().replace("-", ":") for word in words] if lower else words
    return any(fnmatchcase(value, word) for word in words) != against


def find_iaid(host: Host, nic: str, master: str | None) -> int | None:
    """The IAID that a DHCP server knows the machine by: fixed by us before, else from networkd's lease."""
    ours = "".join(our_files(host, ".network"))
    if f"Name={nic}\n" in ours:
        found = OUR_IAID.search(ours)
        return int(found[1]) if found else None
    for name in [nic, master] if master else [nic]:
        index = (host.read(f"/sys/class/net/{name}/ifindex") or "").strip()
        if lease := CLIENT_ID.search(host.read(f"{LEASES}/{index}") or "") if index else None:
            return int(lease[1], 16)
    return None


def our_files(host: Host, suffix: str) -> Iterator[str]:
    """The texts of our own files of that kind."""
    for name in host.names(FOLDERS[0]):
        if OURS in name and name.endswith(suffix):
            yield host.read(f"{FOLDERS[0]}/{name}") or ""
