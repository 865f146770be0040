"""What /sys says of one device."""

import re

from installer.errors import HostError
from installer.host import Host


def seen(host: Host, name: str) -> bytes | None:
    """A file that only root may read, None where we may not."""
    try:
        return host.read_bytes(name)
    except HostError:
        return None


def attribute(host: Host, name: str) -> str:
    """The text of an attribute, "" where there is none or where it cannot be read."""
    return (seen(host, name) or b"").decode("ascii", "replace").strip()


def pci_function(link: str | None) -> str | None:
    """The last PCI address in a device's path in /sys, None for what sits on the board itself."""
    found = re.findall(r"/([0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?=[/:])", link or "")
    return found[-1] if found else None
