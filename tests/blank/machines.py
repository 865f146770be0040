"""Live systems by their disks, and answers for a new Debian on one of these."""

from typing import Any

from installer.facts import Facts, Firmware, Program
from installer.facts_network import Network, Nic
from installer.facts_outside import Medium, Outside
from installer.facts_storage import Block, Disk, Storage, VolumeGroup
from tests.machines import machine
from tests.storage.machines import GB, GIB, MACHINES, MIB, TB, disk, lvm_disk, part

HASH = "$6$salt$" + "x" * 86
PASSPHRASE = "nobody may see this"
NICS = (
    Nic(name="enp1s0", mac="52:54:00:ab:cd:01", kind="nic", carrier=True),
    Nic(name="eth1", mac="52:54:00:ab:cd:02", kind="nic", carrier=True),
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
        "network": Network(uplink="enp1s0", nics=NICS),
        "program": Program(path="/opt/live/xenstrap", lasting=False),
    }
    return machine(**(given | more))


def on_live(name: str, firmware: str = "uefi") -> Facts:
    """The disks of another test's machine, in a live system: nothing runs from them."""
    facts = MACHINES[name]
    return live(*(each if "live" in str(each.holds) else each.model_copy(update={
        "holds": (), "parts": tuple(part.model_copy(update={"used": ()}) for part in each.parts)})
        for each in facts.disks), firmware=firmware, storage=facts.storage.model_copy(update={"swap": ()}))  # fmt: skip


BLANK: dict[str, Facts] = {
    "uefi-480": live(disk("ata-SSD_S1", 480 * GB, name="sda", serial="S1")),
    "bios-480": live(disk("ata-SSD_S1", 480 * GB, name="sda", serial="S1"), firmware="bios"),
    "uefi-nvme": live(disk("nvme-PM9A3_N1", 960 * GB, name="nvme0n1", serial="N1")),
    "uefi-4kn": live(disk("ata-4KN_K1", 4 * TB, name="sda", sector=4096)),
    "bios-4kn": live(disk("ata-4KN_K1", 4 * TB, name="sda", sector=4096), firmware="bios"),
    "bios-3tb": live(disk("ata-BIG_B1", 3 * TB, name="sda"), firmware="bios"),
    "uefi-20tb": live(disk("ata-HUGE_H1", 20 * TB, name="sda")),
    "virtio-8g": live(disk("virtio-root", 8 * GIB, name="vda"), firmware="bios"),
    "too-small": live(disk("virtio-root", 4 * GIB, name="vda")),
    "just-enough": live(disk("virtio-root", 4 * GIB + 514 * MIB, name="vda")),
    "odd-size": live(disk("ata-ODD_O1", 120034123776, name="sda"), firmware="bios"),
    "old-vg0": live(lvm_disk(name="sda"), storage=MACHINES["existing-vg0"].storage),
    "no-network": live(disk("ata-SSD_S1", 480 * GB), network=Network()),
    "no-archive": live(disk("ata-SSD_S1", 480 * GB), outside=Outside()),
    "ubuntu-live": live(disk("ata-SSD_S1", 480 * GB),
                        release=machine().release.model_copy(update={"id": "ubuntu", "name": "Ubuntu 24.04"})),
    "secure-boot": live(disk("ata-SSD_S1", 480 * GB), firmware="uefi").model_copy(
        update={"firmware": Firmware(kind="uefi", secure_boot=True)}),
    "windows": live(disk("ata-WIN_W1", 500 * GB, part(1, 1, 100, "vfat", "esp"), part(2, 117, 470000, "ntfs"))),
    **{name: on_live(name) for name in ("twins", "raid-members", "open-luks", "usb-stick-live", "read-only",
                                        "multipath", "sixty-disks", "no-disks", "existing-vg0-two-disks")},
}  # fmt: skip
NAMES = ["ata-SSD_S1", "nvme-PM9A3_N1", "ata-4KN_K1", "ata-BIG_B1", "ata-HUGE_H1", "virtio-root", "ata-ODD_O1",
         "ata-HDD_H1", "SAME", "Rb", "ata-L1", "usb-Stick_U1", "wwn-0x3600a0", "S07", "ata-WIN_W1"]  # fmt: skip
ANSWERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "msdos": {"table": "msdos", "suite": "bookworm", "mirror": "https://ftp.example/debian"},
    "root-of-100g": {"root": "100G", "suite": "forky", "nic": "52:54:00:ab:cd:02"},
    "root-of-2g": {"root": "2G"},
    "giving-up": {"erase": ["vg0", "data"]},
    "full": {"suite": "bookworm", "hostname": "xen1", "timezone": "Europe/Berlin", "locale": "de_DE.UTF-8",
             "keyboard": "de", "user": "admin", "ssh_keys": ["ssh-ed25519 " + "A" * 40 + " me"],
             "mirror": "http://ftp.example/debian", "security": "http://ftp.example/debian-security"},
    "encrypted": {"passphrase": PASSPHRASE, "keyboard": "fr"},
}  # fmt: skip


def twin(id: str, name: str, *parts: Block, **more: Any) -> Disk:
    """One of two disks of one kind."""
    return disk(id, more.pop("size", 480 * GB), *parts, name=name, serial=id[-2:],
                properties={"ID_SERIAL": id}, **more)  # fmt: skip


def member(name: str, upon: tuple[Block, ...]) -> Block:
    """A partition of an array that runs, with what is on it."""
    return Block(name=f"{name}2", kind="part", number=2, start=513 * MIB, bytes=400 * GIB, role="raid",
                 content="linux_raid_member", label="xen:guests", upon=upon)  # fmt: skip


OLD_ARRAY = (Block(name="md127", kind="raid1", bytes=399 * GIB, content="LVM2_member"),)
OLD_GROUP = VolumeGroup(name="vg0", bytes=399 * GIB, free=GIB, disks=("ata-SSD_S1", "ata-SSD_S2"))
MIRRORED: dict[str, Facts] = {
    "mirrored-uefi": live(twin("ata-SSD_S1", "sda"), twin("ata-SSD_S2", "sdb"), twin("ata-SSD_S3", "sdc")),
    "mirrored-bios": live(twin("ata-SSD_S1", "sda"), twin("ata-SSD_S2", "sdb"), firmware="bios"),
    "mirrored-unlike": live(twin("ata-SSD_S1", "sda"), twin("ata-SSD_S2", "sdb", size=500 * GB)),
    "mirrored-sectors": live(twin("ata-SSD_S1", "sda"), twin("ata-SSD_S2", "sdb", sector=4096)),
    "mirrored-small": live(twin("ata-SSD_S1", "sda"), twin("ata-SSD_S2", "sdb", size=4 * GIB)),
    "mirrored-tight": live(twin("ata-SSD_S1", "sda", size=5 * GIB), twin("ata-SSD_S2", "sdb", size=5 * GIB)),
    "mirrored-again": live(twin("ata-SSD_S1", "sda", member("sda", OLD_ARRAY)),
                           twin("ata-SSD_S2", "sdb", member("sdb", OLD_ARRAY)), storage=Storage(groups=(OLD_GROUP,))),
    "mirrored-mounted": live(twin("ata-SSD_S1", "sda"), twin("ata-SSD_S2", "sdb", holds=("/srv",))),
}  # fmt: skip
MIRROR_ANSWERS: dict[str, dict[str, Any]] = {
    "two": {"raid1": ["ata-SSD_S2"]},
    "three": {"raid1": ["ata-SSD_S2", "ata-SSD_S3"], "suite": "forky"},
    "any": {"raid1": ["ID_SERIAL=*"]},
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
    return live(disk("ata-SSD_S1", 480 * GB), firmware="bios", outside=OUTSIDE.model_copy(update=known))


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
