"""A running Xen, as its control domain sees it."""

import re

from installer.errors import HostError
from installer.facts import Vcpu, Xen
from installer.host import Host

MEMORY = "/sys/devices/system/xen_memory/xen_memory0"
SERVICES = ("xen", "xendomains")
PATIENCE = 20.0
"""Seconds for each question: without xenstored some of them wait for it for ever."""


def probe_xen(host: Host) -> Xen:
    """What xl, xenstore, systemd and /sys/hypervisor say; a toolstack that does not answer leaves gaps, not errors."""
    told = parse_xl_info(said_by(host, "xl", "info"))
    version = ".".join((host.read(f"/sys/hypervisor/version/{part}") or "").strip() for part in ("major", "minor"))
    version += (host.read("/sys/hypervisor/version/extra") or "").strip()
    current = (host.read(f"{MEMORY}/info/current_kb") or "0").strip()
    target = (host.read(f"{MEMORY}/target_kb") or "0").strip()
    said = said_by(host, "xl", "dmesg")
    translated = re.search(r"I/O virtualisation (enabled|disabled)", said)
    return Xen(
        version=told.get("xen_version", version),
        caps=tuple((told.get("xen_caps") or host.read("/sys/hypervisor/properties/capabilities") or "").split()),
        virt_caps=tuple(told.get("virt_caps", "").split()),
        command_line=told.get("xen_commandline", ""),
        total_mib=int(told.get("total_memory", 0)),
        free_mib=int(told.get("free_memory", 0)),
        threads=int(told.get("nr_cpus", 0)),
        dom0_mib=int(current) >> 10,
        dom0_target_mib=int(target) >> 10,
        vcpus=tuple(parse_vcpus(said_by(host, "xl", "vcpu-list", "Domain-0"))),
        services={name: host.query("systemctl", "is-active", name).stdout.strip() for name in SERVICES},
        xenstore=said_by(host, "xenstore-read", "/local/domain/0/name").strip(),
        io_virtualisation=translated[1] == "enabled" if translated else None,
        assignable=tuple(re.findall(r"^\S+:\S+:\S+\.\d", said_by(host, "xl", "pci-assignable-list"), re.MULTILINE)),
    )


def said_by(host: Host, *argv: str) -> str:
    """What one of the toolstack's programs says; "" where it does not come to an end."""
    try:
        return host.query(*argv, timeout=PATIENCE).stdout
    except HostError:
        return ""


def parse_xl_info(text: str) -> dict[str, str]:
    """`xl info` as keys and values; the value ends with its line."""
    return {
        key.strip(): value.strip() for key, colon, value in (line.partition(":") for line in text.splitlines()) if colon
    }


def parse_vcpus(text: str) -> list[Vcpu]:
    """`xl vcpu-list Domain-0`: number and hard affinity of each virtual processor that is in use."""
    rows = re.findall(r"^\S+\s+0\s+(\d+)\s+(\d+|-)\s+(\S+)\s+\S+\s+(\S+) / \S+\s*$", text, re.MULTILINE)
    return [Vcpu(number=int(number), affinity=affinity) for number, _, state, affinity in rows if "p" not in state]
