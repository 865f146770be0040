"""Release, hypervisor underneath, domain, and what runs at this moment."""

import re
from typing import Literal

from installer.facts import Release, Running
from installer.host import Host
from installer.probe.lasting import probe_live
from installer.probe.uarts import probe_speeds, probe_uarts

DOM0 = 1 << 11  # xen/include/public/features.h, XENFEAT_dom0


def probe_release(host: Host) -> Release:
    """The operating system (os-release(5)) and the kind of container, if any."""
    text = host.read("/etc/os-release") or host.read("/usr/lib/os-release") or ""
    fields = dict(re.findall(r'^([A-Z_]+)="?([^"\n]*)"?$', text, re.MULTILINE))
    container = host.query("systemd-detect-virt", "--container")
    return Release(
        id=fields.get("ID", "unknown"),
        codename=fields.get("VERSION_CODENAME", ""),
        name=fields.get("PRETTY_NAME", "an unknown system"),
        container=container.stdout.strip() if container.status == 0 else None,
    )


def probe_domain(host: Host) -> Literal["none", "dom0", "domU"]:
    """Whether we run under Xen, and then whether as its control domain, whatever of the toolstack runs.

    Older kernels have no `initdomain`, and the capabilities only where xenfs is mounted, which the toolstack does.
    """
    if (host.read("/sys/hypervisor/type") or "").strip() != "xen":
        return "none"
    started = (host.read("/sys/hypervisor/start_flags/initdomain") or "").strip()
    capabilities = host.read("/proc/xen/capabilities") or ""
    features = int((host.read("/sys/hypervisor/properties/features") or "0").strip(), 16)
    return "dom0" if started == "1" or "control_d" in capabilities or features & DOM0 else "domU"


def probe_under(host: Host, domain: str) -> str | None:
    """Name of the hypervisor that this machine is a guest of, None on bare metal (systemd-detect-virt(1))."""
    found = host.query("systemd-detect-virt", "--vm").stdout.strip()
    if domain == "dom0" and found == "xen":
        return None
    return found if found not in ("", "none") else None


def probe_running(host: Host, tty: str) -> Running:
    """Kernel, its command line, its consoles, and the terminals with a login."""
    units = host.query("systemctl", "list-units", "--plain", "--no-legend", "--state=active", "*getty@*.service").stdout
    consoles = tuple((host.read("/sys/class/tty/console/active") or "").split())
    gettys = tuple(re.findall(r"getty@(\S+)\.service", units))
    return Running(
        kernel=(host.read("/proc/sys/kernel/osrelease") or "").strip(),
        command_line=(host.read("/proc/cmdline") or "").strip(),
        consoles=consoles,
        gettys=gettys,
        tty=tty,
        speeds=probe_speeds(host, (*consoles, *gettys, tty)),
        uarts=tuple(probe_uarts(host)),
        live=probe_live(host),
    )


def probe_initramfs(host: Host) -> Literal["initramfs-tools", "dracut", "none"]:
    """Which program builds the initial RAM disk."""
    if host.exists("/usr/bin/dracut") or host.exists("/usr/sbin/dracut"):
        return "dracut"
    return "initramfs-tools" if host.exists("/usr/sbin/mkinitramfs") else "none"
