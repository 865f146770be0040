"""NetworkManager's profiles that configure an interface, as they are without us (nm-settings-keyfile(5))."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from installer.facts_network import Nic, Profile, Section
from installer.host import Host
from installer.network.sections import last, read_sections
from installer.probe.reading import Unread

FOLDERS = tuple(f"{top}/NetworkManager/system-connections" for top in ("/etc", "/run", "/usr/lib"))
OURS = "xenstrap-"
OWN_MARK = re.compile(r"^# Taken over from the profile (\S+)\.$", re.MULTILINE)
KINDS = {"ethernet": "nic", "802-3-ethernet": "nic", "wifi": "wifi", "802-11-wireless": "wifi"}
SECRETS = re.compile(r"security|secrets|802-1x|wireguard|pppoe|^ppp$|gsm|cdma|adsl|macsec|vpn")
MADE_UP = re.compile(r"^Wired connection \d+$")
BY_ITSELF = (
    Section(name="connection", options=(("type", "ethernet"),)),
    Section(name="ipv4", options=(("method", "auto"),)),
    Section(name="ipv6", options=(("method", "auto"),)),
)


def probe_networkmanager(host: Host, nics: list[Nic], taken: set[str], unread: Unread) -> Iterator[Profile]:
    """The profile of each interface that NetworkManager configures, with none on disk the one that it makes up."""
    states = dict(fields(host, "DEVICE,STATE", "device"))
    if not states:
        return
    in_use = {nic: uuid for uuid, nic in fields(host, "UUID,DEVICE", "connection", "show", "--active")}
    files = [(path, sections) for path, sections in profile_files(host, unread)]
    texts = list(our_profiles(host, unread))
    for nic in nics:
        state = states.get(nic.name, "unmanaged")
        if nic.name in taken or state == "unmanaged" or "external" in state:
            continue
        fitting = [file for file in files if matches(nic, file[1])]
        wanted = (in_use.get(nic.name, ""), taken_over(texts, nic.name))
        if fitting:
            path, sections = min(fitting, key=lambda file: rank(file, wanted))
            yield Profile(path=path, nic=nic.name, sections=sections)
        elif nic.kind == "nic":
            yield Profile(path="", nic=nic.name, sections=BY_ITSELF)


def fields(host: Host, names: str, *words: str) -> Iterator[tuple[str, str]]:
    """Pairs that nmcli(1) answers, none where NetworkManager does not run."""
    for line in host.query("nmcli", "-t", "-e", "no", "-f", names, *words).stdout.splitlines():
        first, _, second = line.partition(":")
        yield first, second


def profile_files(host: Host, unread: Unread) -> Iterator[tuple[str, tuple[Section, ...]]]:
    """Every profile on disk that is not ours; the first of a name counts."""
    seen: set[str] = set()
    for folder in FOLDERS:
        for name in host.names(folder):
            if name in seen or name.startswith((".", OURS)) or name.endswith("~"):
                continue
            seen.add(name)
            text = unread.read(host, f"{folder}/{name}")
            sections = tuple(map(without_secrets, read_sections(text or "")))
            made_up = folder.startswith("/run") and MADE_UP.match(last(sections, "connection", "id"))
            if text and not made_up:
                yield f"{folder}/{name}", sections


def without_secrets(section: Section) -> Section:
    """The section, empty where its kind holds secrets."""
    return Section(name=section.name) if SECRETS.search(section.name) else section


def matches(nic: Nic, sections: tuple[Section, ...]) -> bool:
    """Whether a profile is for the interface."""
    kind = last(sections, "connection", "type")
    name = last(sections, "connection", "interface-name")
    wired = "802-3-ethernet" if any(section.name == "802-3-ethernet" for section in sections) else "ethernet"
    mac = last(sections, wired, "mac-address").lower()
    patterns = [word for word in last(sections, "match", "interface-name").split(";") if word]
    return (
        KINDS.get(kind, kind) == nic.kind
        and name in ("", nic.name)
        and mac in ("", nic.mac, nic.permanent)
        and (not patterns or any(fnmatchcase(nic.name, pattern) for pattern in patterns))
        and (nic.kind == "nic" or name == nic.name)
    )


def rank(file: tuple[str, tuple[Section, ...]], wanted: tuple[str, ...]) -> tuple[int, bool, int, bool, str]:
    """The order in which profiles are preferred: in use, taken over before, started by itself, by priority, named."""
    path, sections = file
    uuid = last(sections, "connection", "uuid")
    priority = last(sections, "connection", "autoconnect-priority", "0")
    return (
        wanted.index(uuid) if uuid in wanted else len(wanted),
        last(sections, "connection", "autoconnect") == "false",
        -int(priority) if re.fullmatch(r"-?\d+", priority) else 0,
        not last(sections, "connection", "interface-name"),
        path,
    )


def our_profiles(host: Host, unread: Unread) -> Iterator[str]:
    """The texts of our own profiles."""
    for name in host.names(FOLDERS[0]):
        if name.startswith(OURS):
            yield unread.read(host, f"{FOLDERS[0]}/{name}") or ""


def taken_over(texts: list[str], nic: str) -> str:
    """The profile that ours for the interface was made from, "" where there is none."""
    ours = next((text for text in texts if f"\ninterface-name={nic}\n" in text), "")
    found = OWN_MARK.search(ours)
    return found[1] if found else ""
