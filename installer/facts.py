"""What the machine is: frozen, and only what our own run cannot change. `xenstrap facts` prints it as JSON."""

from typing import Literal

from installer.facts_network import Network
from installer.facts_outside import Outside
from installer.facts_storage import Disk, Storage
from installer.facts_watchdog import Wdat
from installer.model import Model


class Release(Model):
    """The operating system (os-release(5))."""

    id: str
    codename: str
    name: str
    container: str | None = None


class Cpu(Model):
    """The processors; under Xen, where the flags are masked, as the hypervisor sees them.

    `hvm` is "vmx" or "svm" where the processor can run HVM guests, whatever the firmware lets it;
    `hvm_locked` says whether the firmware has switched it off (None: cannot be read);
    `hap` is EPT or NPT (nested paging).
    """

    vendor: str
    model: str
    threads: int
    hvm: str | None
    hvm_locked: bool | None = None
    hap: bool | None = None


class Firmware(Model):
    """How the machine starts; `secure_boot` is None where it cannot be told, `board` is for people."""

    kind: Literal["uefi", "bios"]
    secure_boot: bool | None = None
    board: str = ""


class Kernel(Model):
    """An installed Linux kernel; `dom0` says whether it can be a control domain (CONFIG_XEN_DOM0=y)."""

    version: str
    dom0: bool


class Boot(Model):
    """The boot loader as it is without us.

    `loader` is "grub" where update-grub and /boot/grub/grub.cfg are there; `free_mib` is what /boot has free,
    `initrd_mib` the size of its largest initial RAM disk; `linux_image` says whether the kernel's metapackage is
    installed; the command lines and `disable_submenu` come from /etc/default/grub and the drop-ins that are not ours.
    `unwritable` is what /boot stands on where GRUB cannot write ("LVM", "RAID", "btrfs").
    """

    loader: Literal["grub", "systemd-boot", "other"]
    root_uuid: str = ""
    free_mib: int = 0
    initrd_mib: int = 0
    xen_installed: bool = False
    linux_image: bool = True
    kernels: tuple[Kernel, ...] = ()
    disable_submenu: bool = False
    default: str = "0"
    xen: str = ""
    linux: str = ""
    linux_default: str = ""
    xen_default: str = ""
    terminal: str = ""
    terminal_output: str = ""
    serial_command: str = ""
    unwritable: str = ""


class Program(Model):
    """This program: the path of its launcher, and whether that is still there after a restart."""

    path: str = "/usr/bin/xenstrap"
    lasting: bool = True


class Iommu(Model):
    """The IOMMU: the firmware's table that announces it, and whether the running kernel or Xen uses it."""

    table: Literal["DMAR", "IVRS"] | None = None
    active: bool = False


class PciDevice(Model):
    """A PCI function as it is without us; `address` is "0000:01:00.0", ids are four hexadecimal digits, `kind` is
    the class code in six.

    `modules` are the kernel modules that would drive it, `driver` is the one that does (None: nothing does, or
    the device is with xen-pciback and several could); `modular` is False where that is part of the kernel itself.
    `group` is the IOMMU group, which Xen hides.
    """

    address: str
    vendor: str
    device: str
    kind: str
    text: str = ""
    driver: str | None = None
    modular: bool | None = None
    modules: tuple[str, ...] = ()
    group: int | None = None


class SerialPort(Model):
    """A UART that Linux knows (/sys/class/tty): `io` is its I/O port (None: memory-mapped, at the physical address
    `memory`), `irq` its interrupt (0: none), `pci` the function that it sits on.
    """

    name: str
    io: int | None
    irq: int
    pci: str | None = None
    memory: int | None = None


class Spcr(Model):
    """The firmware's console port (ACPI Serial Port Console Redirection table); `speed` in baud, None: as it is."""

    io: int | None
    irq: int
    speed: int | None
    flow: bool = False


class Bmc(Model):
    """Serial over LAN as the BMC has it (ipmitool sol info): `sol` whether it is on, `speed` in baud now, `stored`
    after the BMC's restart (None: as the serial port has it); `silent` says why it could not be asked.
    """

    sol: bool | None = None
    speed: int | None = None
    stored: int | None = None
    silent: str = ""


class Serial(Model):
    """Serial ports as they are without us.

    `console` is the one that Linux has as a console, `speed` its speed in baud; `mirrored` says that UEFI itself
    repeats its text console on a serial line; `bmc` is there where Linux has a way to the BMC (/dev/ipmi0).
    """

    ports: tuple[SerialPort, ...] = ()
    spcr: Spcr | None = None
    console: str | None = None
    speed: int | None = None
    mirrored: bool = False
    bmc: Bmc | None = None


class Vcpu(Model):
    """One of dom0's virtual processors and the physical ones that it may run on ("all" or a list)."""

    number: int
    affinity: str


class Xen(Model):
    """A running Xen as its control domain sees it (xl info, xl list, xl vcpu-list, xenstore, systemd)."""

    version: str
    caps: tuple[str, ...]
    virt_caps: tuple[str, ...]
    command_line: str
    total_mib: int
    free_mib: int
    threads: int
    dom0_mib: int
    dom0_target_mib: int
    vcpus: tuple[Vcpu, ...]
    services: dict[str, str]
    xenstore: str
    io_virtualisation: bool | None = None
    assignable: tuple[str, ...] = ()


class Uart(Model):
    """A UART as Linux drives it at this moment (/proc/tty/driver/serial): its kind ("16550A"), I/O port or physical
    address, interrupt, and the modem signals that are up: CTS, DSR, CD and RI come from the other end of the cable.
    """

    name: str
    kind: str
    io: int | None = None
    memory: int | None = None
    irq: int = 0
    signals: tuple[str, ...] = ()


class Running(Model):
    """What runs at this moment: the only part of the facts that a reboot changes.

    `speeds` are those of the serial ports in use, in baud (stty(1)); a `live` system lies in memory or on a medium.
    """

    kernel: str
    command_line: str
    consoles: tuple[str, ...] = ()
    gettys: tuple[str, ...] = ()
    tty: str = ""
    speeds: dict[str, int] = {}
    uarts: tuple[Uart, ...] = ()
    live: bool = False


class Facts(Model):
    """One machine. `under` names the hypervisor that it is a guest of; `xen` is set in a control domain."""

    format: Literal[1] = 1
    architecture: str
    release: Release
    hostname: str
    cpu: Cpu
    memory_mib: int
    firmware: Firmware
    boot: Boot
    iommu: Iommu
    under: str | None = None
    domain: Literal["none", "dom0", "domU"] = "none"
    xen: Xen | None = None
    running: Running
    var_free_mib: int | None = None
    disks: tuple[Disk, ...] = ()
    storage: Storage = Storage()
    pci: tuple[PciDevice, ...] = ()
    serial: Serial = Serial()
    network: Network = Network()
    xl_conf: dict[str, str] = {}
    initramfs: Literal["initramfs-tools", "dracut", "none"] = "initramfs-tools"
    watchdog: bool = False  # whether /dev/watchdog is there
    wdat: Wdat | None = None
    program: Program = Program()
    outside: Outside = Outside()
    root: bool = True
