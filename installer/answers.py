"""What the user wants: one section per step, every key with a default, unknown keys refused."""

from typing import Annotated, Literal

from pydantic import Field

from installer.answer_types import (
    DiskSize,
    DiskText,
    FolderName,
    GuestName,
    HashText,
    HookWord,
    InterfaceName,
    Ipv4Prefix,
    Ipv4Text,
    Ipv6Prefix,
    Ipv6Text,
    LvmName,
    MacText,
    PackageName,
    PciName,
    PortText,
    Size,
    Word,
)
from installer.answers_install import Install
from installer.model import Model


class Hvm(Model):
    """What the CPU has to be able to do."""

    require: bool = Field(False, description="Refuse a machine that cannot run HVM and PVH guests, instead of warning.")


class Packages(Model):
    """Which Debian packages make the dom0."""

    hvm: bool = Field(True, description="The device model for HVM guests (Windows, unmodified systems).")
    pvgrub: bool = Field(True, description="GRUB for guests, so that PV and PVH guests boot their own kernels.")
    extra: tuple[PackageName, ...] = Field((), description="Further Debian packages, each without its recommends.")


class Boot(Model):
    """What the machine starts, and with which hypervisor options."""

    xen: bool = Field(True, description="Start Xen by default; plain Linux stays in the menu either way.")
    trial: bool = Field(
        True,
        description="Start Xen once, as a trial, and by default only when that boot has verified itself.",
    )
    noreboot: bool = Field(
        False,
        description="Stay halted when Xen or dom0 crashes, to read the console, instead of rebooting; once Xen's trial "
        "has passed.",
    )
    options: tuple[Word, ...] = Field((), description="Further options of the hypervisor, one word each.")
    linux_options: tuple[Word, ...] = Field((), description="Further options of dom0's Linux kernel, one word each.")


class Memory(Model):
    """How much memory dom0 keeps; the rest is for guests."""

    dom0: Literal["auto"] | Size = Field(
        "auto", description='dom0\'s memory; "auto" follows the rule that the plan explains.'
    )


class Cpus(Model):
    """How many CPUs dom0 uses."""

    dom0: Literal["auto"] | Annotated[int, Field(ge=1, le=256)] = Field(
        "auto", description='Virtual CPUs of dom0; "auto" follows the rule that the plan explains.'
    )
    pin: bool = Field(False, description="Tie each of them to one physical CPU.")


class Bridge(Model):
    """The virtual switch that joins the guests to the network."""

    enabled: Literal["auto"] | bool = Field(
        "auto", description='"auto" makes the bridge wherever this machine\'s network allows it.'
    )
    name: InterfaceName = Field("xenbr0", description="Name of the bridge.")
    nic: Literal["auto"] | MacText = Field(
        "auto", description='MAC address of the interface under the bridge; "auto" is the one with the default route.'
    )
    ipv4: Literal["keep", "dhcp", "none"] | Ipv4Prefix = Field(
        "keep",
        description='IPv4 of dom0 on the bridge: "keep" is what the interface has, "none" is no address.',
    )
    gateway4: Ipv4Text | None = Field(None, description="IPv4 gateway; only with an IPv4 address above.")
    ipv6: Literal["keep", "auto", "none"] | Ipv6Prefix = Field(
        "keep",
        description='IPv6 of dom0 on the bridge: "keep" is what the interface has, "auto" SLAAC, "none" no address.',
    )
    gateway6: Ipv6Text | None = Field(None, description="IPv6 gateway; only with an IPv6 address above.")
    dns: tuple[Ipv4Text | Ipv6Text, ...] = Field((), description="Name servers; only with an address above.")
    live: bool = Field(
        False,
        description="Make the bridge as soon as all else is applied, under the guard's eyes, and not at the restart.",
    )
    txqueuelen: Annotated[int, Field(ge=1, le=100000)] | None = Field(
        None,
        description="Transmit queue length, in packets, of the guests' interfaces; without it the kernel's 1000.",
        examples=[1000],
    )


class Serial(Model):
    """The serial line that firmware, GRUB, Xen and Linux share."""

    port: Literal["auto", "off", "com1", "com2", "pci", "amt"] | PortText = Field(
        "auto",
        description='The port by its name or its I/O address; "pci" is the first PCI serial card, "amt" the first'
        ' PCI serial port with those on the board (Intel AMT), as Xen finds them by itself; "auto" asks the firmware,'
        " then the console in use.",
    )
    irq: Annotated[int, Field(ge=0, le=255)] | None = Field(
        None, description="Interrupt of the port; 0 polls it.", examples=[4]
    )
    speed: Literal["auto"] | Literal[9600, 19200, 38400, 57600, 115200] = Field(
        "auto", description='Speed in baud; "auto" is the firmware\'s, else 115200.'
    )
    flow: bool = Field(False, description="Hardware flow control (RTS/CTS) on GRUB's and Linux's side.")
    login: bool = Field(True, description="Offer a login on the line.")


class Storage(Model):
    """Where the guests' disks live, and dom0's swap."""

    where: Literal["auto", "volume-group", "free-space", "disk", "directory", "none"] = Field(
        "auto",
        description="An existing volume group, free space of a partitioned disk, a whole disk that is erased, or files"
        ' in a directory; "auto" is the first of these that is there, and never erases a disk.',
    )
    disk: tuple[DiskText, ...] = Field(
        (), description="The disk, for free-space and disk; of several the first that any disk answers to."
    )
    disk_size: DiskSize | None = Field(None, description="The size that this disk has, as a check; within 1 percent.")
    removable: bool = Field(False, description="Allow a removable disk or one on USB.")
    erase: tuple[LvmName, ...] = Field(
        (), description="Volume groups and RAID arrays on that disk which may be erased with it."
    )
    group: LvmName = Field("vg0", description="Name of the volume group for the guests' disks.")
    thin_pool: LvmName | None = Field(
        None, description="Name of a thin pool to make in it: guests' disks then take only what they hold."
    )
    swap: Literal["auto", "none"] | Size = Field(
        "auto", description='Swap for dom0 if it has none; "auto" follows the rule that the plan explains.'
    )
    directory: FolderName = Field("/var/lib/xen/images", description='The directory, for where = "directory".')


class Guests(Model):
    """What becomes of the guests when the host reboots."""

    on_host_reboot: Literal["save", "shutdown"] = Field(
        "save", description='"save" keeps them on disk and resumes them, "shutdown" shuts them down cleanly.'
    )
    stop_wait: Annotated[int, Field(ge=10, le=3600)] = Field(
        300, description="Seconds to wait for each guest to shut down."
    )
    autostart: tuple[GuestName, ...] = Field(
        (), description="Guests that start with the host: NAME stands for /etc/xen/NAME.cfg."
    )


class Passthrough(Model):
    """Devices that dom0 leaves to guests."""

    devices: tuple[PciName, ...] = Field(
        (),
        description="PCI devices, each by its address, or by vendor and device, which means all of that kind.",
    )


class Hooks(Model):
    """Whom to tell how a run goes: a command with its words, or one http or https address. Neither makes a run fail."""

    on_success: tuple[HookWord, ...] = Field((), description="Told that a run, or the trial of Xen, ended well.")
    on_failure: tuple[HookWord, ...] = Field((), description="Told that one failed or was stopped, and why.")
    on_progress: tuple[HookWord, ...] = Field((), description="Told that one begins, and each step of it.")


SectionName = Literal[
    "hvm", "packages", "boot", "memory", "cpus", "bridge", "serial", "storage", "guests", "passthrough", "hooks"
]


class Answers(Model):
    """An answer file: an empty one is a good one."""

    plan_hash: HashText | None = Field(None, description="Apply only the plan with this hash.")
    ask: tuple[SectionName, ...] | None = Field(
        None,
        description="The sections that the wizard asks about, instead of all; `plan` and `apply` never ask.",
        examples=[("bridge", "memory")],
    )
    hvm: Hvm = Hvm()
    packages: Packages = Packages()
    boot: Boot = Boot()
    memory: Memory = Memory()
    cpus: Cpus = Cpus()
    bridge: Bridge = Bridge()
    serial: Serial = Serial()
    storage: Storage = Storage()
    guests: Guests = Guests()
    passthrough: Passthrough = Passthrough()
    hooks: Hooks = Hooks()
    install: Install = Install()
