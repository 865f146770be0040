"""The boot loader and its settings as they are without us."""

import re
from typing import Literal

from installer.facts import Boot, Kernel
from installer.host import Host
from installer.probe.lasting import probe_unwritable
from installer.resources.boot import GRUB_CFG

KEYS = {
    "GRUB_DISABLE_SUBMENU": "disable_submenu",
    "GRUB_DEFAULT": "default",
    "GRUB_CMDLINE_XEN": "xen",
    "GRUB_CMDLINE_LINUX": "linux",
    "GRUB_CMDLINE_LINUX_DEFAULT": "linux_default",
    "GRUB_CMDLINE_XEN_DEFAULT": "xen_default",
    "GRUB_TERMINAL": "terminal",
    "GRUB_TERMINAL_OUTPUT": "terminal_output",
    "GRUB_SERIAL_COMMAND": "serial_command",
}
# The settings are shell, and drop-ins add to each other: only a shell can tell what comes out (as grub-mkconfig does).
SHELL = """
set -a
[ ! -f /etc/default/grub ] || . /etc/default/grub
for file in /etc/default/grub.d/*.cfg; do
    case $file in *xenstrap*|*/xen.cfg) ;; *) [ ! -f "$file" ] || . "$file" ;; esac
done
for name in "$@"; do
    eval "printf '%s\\0%s\\0' \\"$name\\" \\"\\${$name-}\\""
done
"""


def probe_boot(host: Host) -> Boot:
    """The boot loader, the kernels, and GRUB's settings without our drop-ins."""
    settings = grub_settings(host)
    packages = host.query(
        "dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Abbrev}\\n", "linux-image-amd64"
    ).stdout
    return Boot(
        loader=probe_loader(host),
        root_uuid=host.query("findmnt", "--noheadings", "--output", "UUID", "/").stdout.strip(),
        free_mib=free_mib(host, "/boot"),
        initrd_mib=initrd_mib(host),
        xen_installed=any(re.fullmatch(r"xen-.*\.gz", name) for name in host.names("/boot")),
        linux_image=" ii" in packages,
        kernels=tuple(probe_kernels(host)),
        unwritable=probe_unwritable(host),
        disable_submenu=settings.pop("disable_submenu", "") in ("y", "true"),
        **settings,
    )


def probe_loader(host: Host) -> Literal["grub", "systemd-boot", "other"]:
    """GRUB where Debian's packages can write its menu."""
    if host.exists("/usr/sbin/update-grub") and host.exists(GRUB_CFG):
        return "grub"
    return "systemd-boot" if host.query("bootctl", "is-installed").status == 0 else "other"


def probe_kernels(host: Host) -> list[Kernel]:
    """Installed kernels; 20_linux_xen takes those whose /boot/config says CONFIG_XEN_DOM0=y."""
    versions = [name.removeprefix("vmlinuz-") for name in host.names("/boot") if name.startswith("vmlinuz-")]
    return [
        Kernel(version=version, dom0="\nCONFIG_XEN_DOM0=y\n" in f"\n{host.read(f'/boot/config-{version}') or ''}\n")
        for version in versions
    ]


def grub_settings(host: Host) -> dict[str, str]:
    """The values that come out of /etc/default/grub and the drop-ins that are neither ours nor Xen's."""
    words = host.ask("sh", "-c", SHELL, "sh", *KEYS).split("\0")
    values = dict(zip(words[::2], words[1::2], strict=False))
    return {field: values[key] for key, field in KEYS.items() if values.get(key)}


def free_mib(host: Host, where: str) -> int:
    """Free space of the filesystem that holds `where`, in MiB."""
    lines = host.query("df", "--output=avail", "--block-size=1M", where).stdout.split()
    return int(lines[-1]) if lines and lines[-1].isdigit() else 0


def initrd_mib(host: Host) -> int:
    """Size of the largest initial RAM disk, in MiB; 0 where there is none."""
    images = [f"/boot/{name}" for name in host.names("/boot") if re.fullmatch(r"initrd\.img-[^/]*(?<!\.new)", name)]
    sizes = host.query("stat", "--format", "%s", *images).stdout.split() if images else []
    return -(-max((int(size) for size in sizes if size.isdigit()), default=0) >> 20) if sizes else 0
