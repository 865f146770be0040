"""How the machine reaches Debian's archive."""

import re

from installer.facts import Outside
from installer.host import Host

KEPT = re.compile(
    r"^(Acquire::(?:Check-(?:Valid-Until|Date)|(?:https?|ftp)::(?:Proxy|Verify-Peer|CaInfo)[\w:.-]*)) \"(.+)\";$"
)
RELEASE = re.compile(r"^'(\S+)/dists/(\S+)/InRelease' ", re.MULTILINE)
"""What `apt-get update` would begin with, also where it was never run."""
STUB = re.compile(r"^nameserver\s+127\.0\.0\.5[34]\s*$", re.MULTILINE)
"""systemd-resolved, which asks those servers that it names elsewhere (systemd-resolved.service(8))."""


def probe_outside(host: Host) -> Outside:
    """The archives in apt's sources, its options on the way there, and the name servers."""
    found = RELEASE.findall(host.query("apt-get", "--print-uris", "update").stdout)
    archives = [uri for uri, suite in found if re.search(r"/debian/?$", uri) and not suite.endswith("-security")]
    security = [uri for uri, suite in found if suite.endswith("-security")]
    dump = host.query("apt-config", "dump").stdout.splitlines()
    resolv_conf = host.read("/etc/resolv.conf") or ""
    if STUB.search(resolv_conf):
        resolv_conf = host.read("/run/systemd/resolve/resolv.conf") or ""
    return Outside(
        archive=archives[0].rstrip("/") if archives else "",
        security=security[0].rstrip("/") if security else "",
        options=tuple(f'{match[1]} "{match[2]}"' for line in dump if (match := KEPT.match(line))),
        resolv_conf=resolv_conf,
    )
