"""The virtual hardware, as one QEMU command line."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .volatile import VolatileDisk

Firmware = Literal["bios", "uefi", "uefi-secure"]

OVMF = Path("/usr/share/OVMF")
OVMF_CODE = {"uefi": OVMF / "OVMF_CODE_4M.fd", "uefi-secure": OVMF / "OVMF_CODE_4M.secboot.fd"}
OVMF_VARS = {"uefi": OVMF / "OVMF_VARS_4M.fd", "uefi-secure": OVMF / "OVMF_VARS_4M.ms.fd"}
# Slot 2 on the root complex makes udev call the card by this name.
NIC = "enp0s2"
MAC = "52:54:00:ab:cd:01"
DISK_ID = "virtio-xenstrap-root"
SHARE_TAG = "xenstrap"


@dataclass(frozen=True)
class BlankDisk:
    """A further disk by its serial number; `sector` is a logical one in bytes. On a `port` it can be pulled out."""

    serial: str
    mib: int
    sector: int = 512
    port: bool = False

    @property
    def id(self) -> str:
        """Its name in /dev/disk/by-id."""
        return f"virtio-{self.serial}"


@dataclass(frozen=True)
class Hardware:
    """What may differ between one machine and the next.

    `disk_mib` is the system disk's size where it has grown, `serial` its serial number, `system` QEMU's words for the
    device that it is (with drive=root) where that is another than virtio's; the disks of a `volatile` one lose what was
    not flushed with the power, each for itself. The serial line is on `com`, and as fast as it can be unless `baud`
    says how fast.
    """

    firmware: Firmware
    memory_mib: int = 4096
    cpus: int = 2
    # A PV dom0 under TCG dies on SMAP, and SMEP goes with it; a fifth level of page tables only costs time.
    cpu: str = "max,-smap,-smep,-la57"
    nic_model: str = "virtio-net-pci"
    second_nic: bool = False
    iommu: bool = False
    ipv6: bool = False
    disk_mib: int = 0
    com: Literal["com1", "com2"] = "com1"
    baud: int = 0
    disks: tuple[BlankDisk, ...] = ()
    serial: str = "xenstrap-root"
    system: tuple[str, ...] = ()
    volatile: bool = False
    extra: tuple[str, ...] = ()

    def arguments(self, disk: Path, disk_format: str, efi_vars: Path | None) -> list[str]:
        """Spell out the machine without its sockets; further disks lie beside the first, under their serial numbers."""
        machine = "q35,smm=on" if self.firmware == "uefi-secure" else "q35"
        return [
            *("qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-vga", "std"),
            *("-machine", machine, "-accel", os.environ.get("XENSTRAP_VM_ACCEL", "tcg,thread=multi")),
            *("-cpu", self.cpu, "-smp", str(self.cpus), "-m", str(self.memory_mib)),
            *self._flash(efi_vars),
            *self._nics(),
            *self._nodes(disk, disk_format),
            *(self.system or ("-device", f"virtio-blk-pci,drive=root,serial={self.serial},addr=0x3")),
            *(word for number, each in enumerate(self.disks) for word in device_arguments(each, number)),
            # After the devices above, whose slots it would take.
            *(("-device", "amd-iommu") if self.iommu else ()),
            *self.extra,
        ]

    def volatile_disks(self, disk: Path) -> list[VolatileDisk]:
        """The disks that lose what was not flushed: all of them, or none; `disk` is the first."""
        further = [VolatileDisk(disk.parent / each.serial, f"disk{number}") for number, each in enumerate(self.disks)]
        return [VolatileDisk(disk), *further] if self.volatile else []

    def _nodes(self, disk: Path, disk_format: str) -> list[str]:
        if self.volatile:
            return [word for each in self.volatile_disks(disk) for word in each.arguments]
        further = (blank_arguments(disk.parent, each, number) for number, each in enumerate(self.disks))
        return [*node_arguments(disk, disk_format), *(word for words in further for word in words)]

    def _flash(self, efi_vars: Path | None) -> list[str]:
        if self.firmware == "bios":
            return []
        secure = ["-global", "driver=cfi.pflash01,property=secure,value=on"]
        return [
            *("-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={OVMF_CODE[self.firmware]}"),
            *("-drive", f"if=pflash,format=raw,unit=1,file={efi_vars}"),
            *(secure if self.firmware == "uefi-secure" else []),
        ]

    def _nics(self) -> list[str]:
        family = "" if self.ipv6 else ",ipv6=off"
        first = ["-netdev", f"user,id=net0{family}"]
        first += ["-device", f"{self.nic_model},netdev=net0,mac={MAC},addr=0x2,romfile="]
        if not self.second_nic:
            return first
        second = ["-netdev", f"user,id=net1,net=10.0.3.0/24{family}"]
        return [*first, *second, "-device", f"e1000e,netdev=net1,mac={MAC[:-1]}2,addr=0x4,romfile="]


def device_arguments(disk: BlankDisk, number: int) -> list[str]:
    """Attach a further disk."""
    block = f"logical_block_size={disk.sector},physical_block_size={max(disk.sector, 512)}"
    device, slot = f"virtio-blk-pci,drive=disk{number},serial={disk.serial},{block}", f"addr={number + 6:#x}"
    if not disk.port:
        return ["-device", f"{device},{slot}"]
    port = f"pcie-root-port,id=port{number},chassis={number + 1},{slot}"
    return ["-device", port, "-device", f"{device},id=device{number},bus=port{number}"]


def blank_arguments(directory: Path, disk: BlankDisk, number: int) -> list[str]:
    """A further disk, of which nothing but what is written takes room; its file is a node of its own."""
    file = f"node-name=file{number},driver=file,filename={directory / disk.serial},cache.no-flush=on"
    node = f"driver=raw,node-name=disk{number},discard=unmap,detect-zeroes=unmap,file=file{number}"
    return ["-blockdev", file, "-blockdev", node]


def node_arguments(disk: Path, disk_format: str) -> list[str]:
    """The system disk; a flush stops at the host's page cache, which outlives a killed QEMU."""
    file_node = f"file.driver=file,file.filename={disk},file.cache.no-flush=on"
    return ["-blockdev", f"driver={disk_format},node-name=root,discard=unmap,{file_node}"]
