"""What a fresh Debian looks like: packages, files and disk layout of each base image."""

import uuid
from dataclasses import dataclass
from typing import Literal

from .begun import BEGIN, BEGUN_FILES
from .live import LIVE_FILES, LIVE_INIT
from .qemu import DISK_ID, MAC, NIC

Network = Literal["ifupdown", "networkd", "nm"]

SIZE_MIB = 8192
ESP_MIB = 512
ROOT_MIB = 6144
ROOT_PASSWORD = "root"

COMMON_PACKAGES = (
    *("systemd-sysv", "udev", "dbus", "kmod", "procps", "netbase", "iproute2", "iputils-ping", "e2fsprogs"),
    *("ca-certificates", "apt-utils", "less", "linux-image-amd64"),
)
FIRMWARE_PACKAGES = {
    "bios": ("grub-pc",),
    "uefi": ("grub-efi-amd64", "grub-efi-amd64-signed", "shim-signed", "efibootmgr", "dosfstools"),
}
NETWORK_PACKAGES: dict[Network, dict[str, tuple[str, ...]]] = {
    "ifupdown": {"bookworm": ("ifupdown", "isc-dhcp-client"), "other": ("ifupdown", "dhcpcd-base")},
    "networkd": {"other": ("systemd-resolved",)},
    "nm": {"other": ("network-manager",)},
}
INITRAMFS_PACKAGES = {
    # A bookworm on which LVM is in use already: installing it remakes the initial RAM disk, 10,000 forks long.
    "bookworm": ("initramfs-tools", "zstd", "lvm2"),
    "trixie": ("initramfs-tools", "zstd"),
    "forky": ("dracut",),
}
# A medium that people start has a Python on it, and what xenstrap uses of Debian's.
LIVE_PACKAGES = ("python3", "python3-venv", "python3-jinja2", "python3-parted", "python3-pyudev", "python3-pydantic")
# What people prepare disks with.
DISK_PACKAGES = (
    *("bcache-tools", "btrfs-progs", "cryptsetup-bin", "dosfstools", "fdisk"),
    *("lvm2", "mdadm", "multipath-tools", "ntfs-3g"),
)
# In a chroot neither can look at the machine: one would leave fsck out, the other put our host's modules in.
UPDATE_INITRAMFS = "FSTYPE=ext4 update-initramfs -c -k all"
DRACUT = "for version in $(ls /lib/modules); do dracut --no-hostonly --kver $version /boot/initrd.img-$version; done"
# From then on only what this machine needs goes in (initramfs.conf(5), MODULES): emulated, all modules take minutes.
THEN_DEP = f"{UPDATE_INITRAMFS}; echo MODULES=dep > /etc/initramfs-tools/conf.d/modules"
MAKE_INITRAMFS = {"bookworm": UPDATE_INITRAMFS, "trixie": THEN_DEP, "forky": DRACUT}

INTERFACES = """\
# This file describes the network interfaces available on your system
# and how to activate them. For more information, see interfaces(5).

source /etc/network/interfaces.d/*

# The loopback network interface
auto lo
iface lo inet loopback

# The primary network interface
allow-hotplug {nic}
iface {nic} inet dhcp
"""
NETWORKD = f"""\
[Match]
Name={NIC}

[Network]
DHCP=yes
"""
NM_CONNECTION = f"""\
[connection]
id=Wired connection 1
uuid={uuid.uuid5(uuid.NAMESPACE_OID, MAC)}
type=ethernet
interface-name={NIC}

[ipv4]
method=auto

[ipv6]
method=auto
"""
# The emulator translates a program again wherever it finds it at another address: without this, a process takes thrice
# as long to start (kernel-parameters.txt).
SAME_ADDRESSES = "norandmaps"
# On a busy host udev may take longer for a disk than systemd waits for it (systemd-system.conf(5)).
PATIENT = """\
mkdir --parents /etc/systemd/system.conf.d
printf '[Manager]\\nDefaultDeviceTimeoutSec=600\\n' > /etc/systemd/system.conf.d/patience.conf
"""
GRUB_SETTINGS: dict[str, str | dict[str, str | None]] = {
    "GRUB_TIMEOUT": "2",
    "GRUB_CMDLINE_LINUX_DEFAULT": f"quiet {SAME_ADDRESSES} console=tty0 console=ttyS0,115200",
    # UEFI mirrors its own console to the serial line: a second copy would garble the menu.
    "GRUB_TERMINAL": {"bios": "console serial", "uefi": "console"},
    "GRUB_SERIAL_COMMAND": {"bios": "serial --unit=0 --speed=115200", "uefi": None},
}


@dataclass(frozen=True)
class Recipe:
    """One base image: a release, a firmware and the one who configures its network; a `live` one forgets everything.

    One with `disks` has the tools for any disk (tests/vm/capture.py).
    """

    suite: Literal["bookworm", "trixie", "forky"]
    firmware: Literal["bios", "uefi"]
    network: Network
    live: bool = False
    disks: bool = False
    plain_names: bool = False
    """As rescue systems have them: the kernel's own names of interfaces (systemd.link(5), NamePolicy=)."""

    @property
    def nic(self) -> str:
        """What the first card is called."""
        return "eth0" if self.plain_names else NIC

    @property
    def name(self) -> str:
        """Name the image after what it is."""
        return (
            f"{self.suite}-{self.firmware}-{self.network}{'-live' if self.live else ''}{'-disks' if self.disks else ''}"
        )

    @property
    def begun(self) -> bool:
        """Whether xenstrap was started on it before; emulated, pip takes minutes."""
        return self.suite == "bookworm"

    @property
    def packages(self) -> list[str]:
        """List what a person would find installed, before dependencies."""
        chosen = {*COMMON_PACKAGES, *FIRMWARE_PACKAGES[self.firmware], *INITRAMFS_PACKAGES[self.suite]}
        by_suite = NETWORK_PACKAGES[self.network]
        chosen |= {*LIVE_PACKAGES} if self.live else set()
        chosen |= {*DISK_PACKAGES} if self.disks else set()
        return sorted(chosen | {*by_suite.get(self.suite, by_suite.get("other", ()))})

    def uuid(self, part: str) -> str:
        """Fix the UUID of a part of the disk, so that a rebuilt image is the same machine."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.name} {part}"))

    @property
    def esp_volume_id(self) -> str:
        """Fix the ESP's volume id."""
        return self.uuid("esp")[:8]

    @property
    def partitions(self) -> str:
        """Write the partition table for sfdisk; the rest of the disk stays free."""
        first = (
            f"size={ESP_MIB}MiB, type=uefi, uuid={self.uuid('p1')}"
            if self.firmware == "uefi"
            else f"size=1MiB, type=21686148-6449-6E6F-744E-656564454649, uuid={self.uuid('p1')}"
        )
        root = f"size={ROOT_MIB}MiB, type=linux, uuid={self.uuid('p2')}"
        return f"label: gpt\nlabel-id: {self.uuid('disk')}\n{first}\n{root}\n"

    @property
    def root_offset_mib(self) -> int:
        """Say where sfdisk puts the root partition."""
        return 1 + (ESP_MIB if self.firmware == "uefi" else 1)

    def files(self) -> dict[str, str]:
        """Write the configuration of a machine that was installed by hand."""
        hostname = f"vm-{self.suite}"
        written = {
            "etc/hostname": f"{hostname}\n",
            "etc/hosts": f"127.0.0.1\tlocalhost\n127.0.1.1\t{hostname}\n\n::1\tlocalhost ip6-localhost\n",
            "etc/fstab": self._fstab(),
            "etc/machine-id": uuid.UUID(self.uuid("machine")).hex + "\n",
            **(LIVE_FILES if self.live else {}),
            **(BEGUN_FILES if self.begun else {}),
        }
        match self.network:
            case "ifupdown":
                written["etc/network/interfaces"] = INTERFACES.format(nic=self.nic)
            case "networkd":
                written[f"etc/systemd/network/10-{NIC}.network"] = NETWORKD
            case "nm":
                written["etc/NetworkManager/system-connections/wired.nmconnection"] = NM_CONNECTION
        return written

    def _fstab(self) -> str:
        root = f"UUID={self.uuid('root')} / ext4 errors=remount-ro 0 1\n"
        volume = self.esp_volume_id.upper()
        esp = f"UUID={volume[:4]}-{volume[4:]} /boot/efi vfat umask=0077 0 1\n"
        return root + (esp if self.firmware == "uefi" else "")

    def chroot_commands(self) -> list[str]:
        """List what is run in the finished tree, still at the host's own speed."""
        # mmdebstrap leaves its dpkg's options, which are not those of a Debian: without syncing, that was fast.
        hasty = "rm /etc/dpkg/dpkg.cfg.d/99mmdebstrap"
        commands = [hasty, f"echo root:{ROOT_PASSWORD} | chpasswd", self._grub_edit()]
        if self.firmware == "bios":
            answer = f"grub-pc grub-pc/install_devices multiselect /dev/disk/by-id/{DISK_ID}"
            commands.append(f"echo {answer} | debconf-set-selections")
        if self.network == "networkd":
            commands.append("systemctl enable systemd-networkd systemd-resolved")
        commands.append(MAKE_INITRAMFS[self.suite])
        return [*commands, *(BEGIN if self.begun else ())]

    def _grub_edit(self) -> str:
        edits = []
        line = f"init={LIVE_INIT}{' net.ifnames=0' if self.plain_names else ''}"
        live: dict[str, str | dict[str, str | None]] = {"GRUB_CMDLINE_LINUX": line} if self.live else {}
        for key, value in (GRUB_SETTINGS | live).items():
            chosen = value[self.firmware] if isinstance(value, dict) else value
            if chosen is not None:
                edits.append(f"-e '/^#\\?{key}=/d' -e '$a {key}=\"{chosen}\"'")
        return f"sed -i {' '.join(edits)} /etc/default/grub"


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("bookworm", "bios", "ifupdown"),
        Recipe("trixie", "uefi", "networkd"),
        Recipe("forky", "uefi", "nm"),
        Recipe("bookworm", "bios", "ifupdown", live=True, plain_names=True),
        Recipe("trixie", "uefi", "networkd", live=True),
        Recipe("trixie", "bios", "networkd", live=True, disks=True),
    )
}
