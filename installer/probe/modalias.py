"""Which kernel modules would drive a device: the running kernel's own table (depmod(8), modules.alias)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from installer.host import Host

ALIAS = re.compile(r"^alias pci:(v[^d\s]+)(d[^s\s]+)(sv\S*) (\S+)$", re.MULTILINE)
MODALIAS = re.compile(r"pci:(v[0-9A-F]{8})(d[0-9A-F]{8})(sv\S*)")
ANY = ("v*", "d*")


class PciAliases:
    """The PCI part of modules.alias, by vendor and device, either of which may be "*"."""

    def __init__(self, host: Host) -> None:
        kernel = (host.read("/proc/sys/kernel/osrelease") or "").strip()
        self.table: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        self.known: dict[str, tuple[str, ...]] = {}
        for vendor, device, rest, module in ALIAS.findall(host.read(f"/lib/modules/{kernel}/modules.alias") or ""):
            self.table[vendor, device].append((rest, module))

    def modules(self, modalias: str) -> tuple[str, ...]:
        """The modules for a device's modalias, sorted, as modprobe(8) would find them."""
        if modalias not in self.known:
            parts = MODALIAS.fullmatch(modalias)
            self.known[modalias] = tuple(sorted(set(self.find(*parts.groups())))) if parts else ()
        return self.known[modalias]

    def find(self, vendor: str, device: str, rest: str) -> Iterator[str]:
        """The modules whose patterns match."""
        for key in ((vendor, device), (vendor, ANY[1]), (ANY[0], device), ANY):
            yield from (module for wanted, module in self.table.get(key, ()) if pattern(wanted).fullmatch(rest))


@cache
def pattern(text: str) -> re.Pattern[str]:
    """A pattern of modules.alias, in which "*" stands for anything."""
    return re.compile(re.escape(text).replace(r"\*", ".*"))
