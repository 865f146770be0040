"""Disks of every kind behind controllers that a guest can let go and take back, so that one boot serves many machines.

A controller is a PCI function of its own: without its driver, none of its disks is there.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

GB, TB, MIB, GIB = 10**9, 10**12, 1 << 20, 1 << 30
FIRST_SLOT = 6
CONTROLLERS = {"sata": "ich9-ahci", "scsi": "virtio-scsi-pci", "usb": "qemu-xhci"}
"""NVMe's and virtio's disks are PCI functions themselves."""
DEVICES = {"sata": "ide-hd", "scsi": "scsi-hd", "usb": "usb-storage", "nvme": "nvme", "virtio": "virtio-blk-pci"}
PATHS = {
    "sata": "-ata-{}",
    "scsi": "-scsi-0:0:{}:0",
    "usb": "-usb-0:{}:1.0-scsi-0:0:0:0",
    "nvme": "-nvme-1",
    "virtio": "",
}
"""What udev's names in /dev/disk/by-path say after the function (systemd's path_id)."""


@dataclass(frozen=True)
class Drive:
    """One disk: bytes, and what QEMU is told of it (serial=, wwn=, model=, logical_block_size=)."""

    bytes: int
    options: str


@dataclass(frozen=True)
class Shelf:
    """A controller with its disks, which on a `shared` one are a single disk on as many paths."""

    kind: str
    drives: tuple[Drive, ...]
    shared: bool = False

    def nodes(self, name: str) -> list[str]:
        """QEMU's names of what its disks store."""
        return [f"{name}-{0 if self.shared else number}" for number in range(len(self.drives))]

    @property
    def late(self) -> bool:
        """Whether its disks come in only when they are needed: so many at a boot take their time."""
        return self.kind == "scsi"

    def arguments(self, name: str, slot: int, directory: Path) -> list[str]:
        """Attach it in this slot, with its disks as new and empty files."""
        words = []
        if controller := CONTROLLERS.get(self.kind):
            words += ["-device", f"{controller},id={name},addr={slot:#x}"]
        for node, drive in dict(zip(self.nodes(name), self.drives, strict=True)).items():
            words += ["-blockdev", stored(directory / node, node, drive.bytes)]
        devices = [] if self.late else self.devices(name, slot)
        return [*words, *(word for device in devices for word in ("-device", device))]

    def devices(self, name: str, slot: int) -> list[str]:
        """Its disks in QEMU's words."""
        share = ",share-rw=on" if self.shared else ""
        words = []
        for number, (drive, node) in enumerate(zip(self.drives, self.nodes(name), strict=True)):
            places = {"sata": f"bus={name}.{number}", "scsi": f"bus={name}.0,scsi-id={number}",
                      "usb": f"bus={name}.0,port={number + 1}"}  # fmt: skip
            place = places.get(self.kind, f"addr={slot:#x}")
            words.append(f"driver={DEVICES[self.kind]},drive={node},{place},{drive.options}{share}")
        return words

    def paths(self, slot: int) -> list[str]:
        """Where its disks are in the guest, whatever their names."""
        first = {"sata": 1, "usb": 1}.get(self.kind, 0)
        after = PATHS[self.kind]
        return [f"/dev/disk/by-path/{function(slot)}{after.format(first + n)}" for n in range(len(self.drives))]


def function(slot: int) -> str:
    """The PCI function of a slot, as udev writes it."""
    return f"pci-0000:00:{slot:02x}.0"


def stored(path: Path, node: str, size: int) -> str:
    """Make a file of which nothing but what is written takes room, however large the disk; QEMU's word for it."""
    if not path.exists():
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(path), str(size)], check=True)
    file = f"file.driver=file,file.filename={path},file.cache.no-flush=on"
    return f"driver=qcow2,node-name={node},discard=unmap,detect-zeroes=unmap,{file}"
