"""Live systems by their captured disks (tests/vm/capture.py), and answers for a new Debian on one of these."""

from typing import Any

from installer.facts import Facts, Firmware, Program
from installer.facts_network import Address, Network, NetworkNow, Nic
from installer.facts_outside import Medium, Outside
from installer.facts_storage import Disk
from tests.captured.kept import kept
from tests.machines import machine

HASH = "$6$salt$" + "x" * 86
PASSPHRASE = "nobody may see this"
NICS = (
    Nic(name="enp1s0", mac="52:54:00:ab:cd:01", kind="nic", carrier=True),
    Nic(name="eth1", mac="52:54:00:ab:cd:02", kind="nic", carrier=True),
)
LEASED = NetworkNow(
    addresses={nic.name: (Address(text=f"192.0.2.{100 + number}/24", dynamic=True),) for number, nic in enumerate(NICS)}
)
OUTSIDE = Outside(
    archive="http://mirror.example/debian",
    security="http://mirror.example/debian-security",
    options=('Acquire::http::Proxy "http://proxy.example:3128"',),
    resolv_conf="nameserver 192.0.2.53\n",
)


def live(*disks: Disk, firmware: str = "uefi", **more: Any) -> Facts:
    """A live system in memory with these disks."""
    given: dict[str, Any] = {
        "firmware": Firmware.model_validate({"kind": firmware, "secure_boot": False}),
        "running": machine().running.model_copy(update={"live": True}),
        "disks": disks,
        "outside": OUTSIDE,
        "network": Network(uplink="enp1s0", nics=NICS, now=LEASED),
        "program": Program(path="/opt/live/xenstrap", lasting=False),
    }
    return machine(**(given | more))


LIVES: dict[str, Facts] = {name: live().model_copy(update=fields) for name, fields in kept("live").items()}
BLANK_DISK = LIVES["uefi-480"]
BLANK: dict[str, Facts] = {
    **{name: facts for name, facts in LIVES.items() if not name.startswith("mirrored-")},
    # The same disk, and what a disk has no part in.
    "no-network": BLANK_DISK.model_copy(update={"network": Network()}),
    "no-archive": BLANK_DISK.model_copy(update={"outside": Outside()}),
    "ubuntu-live": BLANK_DISK.model_copy(
        update={"release": machine().release.model_copy(update={"id": "ubuntu", "name": "Ubuntu 24.04"})}
    ),
    "secure-boot": BLANK_DISK.model_copy(update={"firmware": Firmware(kind="uefi", secure_boot=True)}),
}
MIRRORED: dict[str, Facts] = {name: facts for name, facts in LIVES.items() if name.startswith("mirrored-")}
NAMES = ["ata-SSD_S1", "nvme-QEMU_NVMe_Ctrl_N1", "ata-BIG_B1", "ata-HUGE_H1", "virtio-root", "ata-ODD_O1",
         "ata-HDD_H1", "K1", "T1", "SAME", "wwn-0x5000c52d214ca69b", "S07"]  # fmt: skip
ANSWERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "msdos": {"table": "msdos", "suite": "bookworm", "mirror": "https://ftp.example/debian"},
    "root-of-100g": {"root": "100G", "suite": "forky", "nic": "52:54:00:ab:cd:02"},
    "root-of-2g": {"root": "2G"},
    "giving-up": {"erase": ["vg0", "data", "host-vg"]},
    "full": {"suite": "bookworm", "hostname": "xen1", "timezone": "Europe/Berlin", "locale": "de_DE.UTF-8",
             "keyboard": "de", "user": "admin", "ssh_keys": ["ssh-ed25519 " + "A" * 40 + " me"],
             "mirror": "http://ftp.example/debian", "security": "http://ftp.example/debian-security"},
    "encrypted": {"passphrase": PASSPHRASE, "keyboard": "fr"},
    "stick": {"disk": ["U1"], "removable": True},
}  # fmt: skip
MIRROR_ANSWERS: dict[str, dict[str, Any]] = {
    "two": {"raid1": ["ata-SSD_S2"]},
    "three": {"raid1": ["ata-SSD_S2", "ata-SSD_S3"], "suite": "forky"},
    "any": {"raid1": ["ID_SERIAL=*"]},
    "sas": {"raid1": ["K2"]},
    "itself": {"raid1": ["ata-SSD_S1"]},
    "all-of-it": {"raid1": ["ata-SSD_S2"], "root": "446G", "suite": "bookworm"},
    "again": {"raid1": ["ata-SSD_S2"], "erase": ["vg0", "md127"]},
    "tried": {"raid1": ["ata-SSD_S2"], "trial": True},
    "free-space": {"raid1": ["ata-SSD_S2"], "where": "free-space"},
    "directory": {"raid1": ["ata-SSD_S2"], "where": "directory"},
    "encrypted": {"raid1": ["ata-SSD_S2"], "passphrase": PASSPHRASE},
}


def from_medium(archive: str = OUTSIDE.archive, security: str = OUTSIDE.security) -> Facts:
    """A live system with a medium, whose apt knows these archives."""
    medium = Medium(
        path="/media/debian", signed=("trixie", "trixie-security", "trixie-updates"), unsigned=("bookworm",)
    )
    known = {"archive": archive, "security": security, "media": (medium, Medium(path="/run/live/medium",
                                                                                unsigned=("trixie",)))}  # fmt: skip
    return LIVES["bios-480"].model_copy(update={"outside": OUTSIDE.model_copy(update=known)})


MEDIA: dict[str, Facts] = {
    "medium-beside-network": from_medium(),
    "medium-alone": from_medium("/media/debian", ""),
    "medium-of-updates": from_medium("", "/media/debian"),
}
MEDIUM = {"mirror": "/media/debian"}
MEDIUM_ANSWERS: dict[str, dict[str, Any]] = {
    "auto": {},
    "medium": MEDIUM,
    "security-too": MEDIUM | {"security": "/media/debian"},
    "security-there-alone": {"mirror": "https://ftp.example/debian", "security": "/media/debian"},
    "security-later": MEDIUM | {"security": "http://ftp.example/debian-security"},
    "unsigned": MEDIUM | {"suite": "bookworm"},
    "another-suite": MEDIUM | {"suite": "forky"},
    "nothing-there": {"mirror": "/media/usb"},
    "live-medium": {"mirror": "/run/live/medium"},
}


def section(name: str) -> dict[str, Any]:
    """The answers of that name, with a disk and a way to log in."""
    return {"disk": NAMES, "root_password": HASH} | (ANSWERS | MEDIUM_ANSWERS)[name]


def mirror_sections(name: str) -> dict[str, Any]:
    """The sections of answers of that name about disks that are mirrored."""
    install = {"disk": NAMES, "root_password": HASH} | MIRROR_ANSWERS[name]
    storage = {"where": install.pop("where", "auto")}
    return {"boot": {"trial": install.pop("trial", False)}, "storage": storage, "install": install}
