"""How the machine reaches Debian's archive, over a network or on a mounted medium."""

import re
from collections.abc import Iterator

from installer.errors import HostError
from installer.facts_outside import Medium, Outside
from installer.host import Host
from installer.probe.holds import unescape

KEPT = re.compile(
    r"^(Acquire::(?:Check-(?:Valid-Until|Date)|(?:https?|ftp)::(?:Proxy|Verify-Peer|CaInfo)[\w:.-]*)) \"(.+)\";$"
)
RELEASE = re.compile(r"^'(\S+)/dists/(\S+)/InRelease' ", re.MULTILINE)
"""What `apt-get update` would begin with, also where it was never run."""
STUB = re.compile(r"^nameserver\s+127\.0\.0\.5[34]\s*$", re.MULTILINE)
"""systemd-resolved, which asks those servers that it names elsewhere (systemd-resolved.service(8))."""


def probe_outside(host: Host) -> Outside:
    """The archives in apt's sources and on mounted media, apt's options on the way there, and the name servers."""
    found = RELEASE.findall(host.query("apt-get", "--print-uris", "update").stdout)
    archives = [uri for uri, suite in found if re.search(r"/debian/?$", uri) and not suite.endswith("-security")]
    security = [uri for uri, suite in found if suite.endswith("-security")]
    dump = host.query("apt-config", "dump").stdout.splitlines()
    resolv_conf = host.read("/etc/resolv.conf") or ""
    if STUB.search(resolv_conf):
        resolv_conf = host.read("/run/systemd/resolve/resolv.conf") or ""
    return Outside(
        archive=first(archives),
        security=first(security),
        options=tuple(f'{match[1]} "{match[2]}"' for line in dump if (match := KEPT.match(line))),
        resolv_conf=resolv_conf,
        media=tuple({medium.path: medium for medium in probe_media(host)}.values()),
    )


def first(addresses: list[str]) -> str:
    """The first address on a network, else the directory of the first on a medium, "" where there is neither."""
    media = [f"/{uri.removeprefix('file:').strip('/')}" for uri in addresses if uri.startswith("file:")]
    network = [uri.rstrip("/") for uri in addresses if uri.startswith(("http:", "https:"))]
    return next(iter((*network, *media)), "")


def probe_media(host: Host) -> Iterator[Medium]:
    """The archives of Debian on what is mounted: in its own directory, or in one directly below that."""
    for line in (host.read("/proc/mounts") or "").splitlines():
        source, where = map(unescape, line.split(" ")[:2])
        if not source.startswith("/dev/") or where == "/":
            continue
        for path in (where, *(f"{where}/{name}" for name in names_in(host, where))):
            suites = [name for name in names_in(host, f"{path}/dists") if is_suite(host, f"{path}/dists/{name}")]
            signed = tuple(name for name in suites if is_signed(host, f"{path}/dists/{name}"))
            if suites:
                yield Medium(path=path, signed=signed, unsigned=tuple(name for name in suites if name not in signed))


def names_in(host: Host, folder: str) -> list[str]:
    """The names in a directory, none where we may not look: apt's own user could not either."""
    try:
        return host.names(folder)
    except HostError:
        return []


def is_suite(host: Host, suite: str) -> bool:
    """Whether a directory below dists is a suite."""
    return host.exists(f"{suite}/InRelease") or host.exists(f"{suite}/Release")


def is_signed(host: Host, suite: str) -> bool:
    """Whether a suite has a signature, whoever made it: apt checks whose it is (apt-secure(8))."""
    return host.exists(f"{suite}/InRelease") or host.exists(f"{suite}/Release.gpg")
