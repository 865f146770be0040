"""Machines with serial ports of every kind, made up after real ones."""

from typing import Any

from installer.answers import Answers
from installer.facts import Bmc, Facts, PciDevice, Release, Running, Serial, SerialPort, Spcr
from tests.captured.test_captured import facts as captured
from tests.machines import BOOT, XEN, answers, dom0, machine

COM1, COM2 = SerialPort(name="ttyS0", io=0x3F8, irq=4), SerialPort(name="ttyS1", io=0x2F8, irq=3)
COM3 = SerialPort(name="ttyS2", io=0x3E8, irq=5)
CARD = SerialPort(name="ttyS4", io=0xE010, irq=19, pci="0000:02:00.0")
SECOND = SerialPort(name="ttyS5", io=0xE018, irq=19, pci="0000:02:00.0")
AMT = SerialPort(name="ttyS4", io=0xF0A0, irq=19, pci="0000:00:16.3")
MAPPED = SerialPort(name="ttyS4", io=None, irq=20, pci="0000:03:00.0", memory=0xFE030000)
SPCR2 = Spcr(io=0x2F8, irq=3, speed=115200)
BOOKWORM = Release(id="debian", codename="bookworm", name="Debian GNU/Linux 12 (bookworm)")


def uart(address: str, kind: str = "070002") -> PciDevice:
    """A serial function on PCI."""
    return PciDevice(address=address, vendor="8086", device="a13d", kind=kind, driver="serial")


def boot(**different: str) -> Any:
    """GRUB's settings."""
    return BOOT.model_copy(update=different)


def running(line: str = "", **different: Any) -> Running:
    """What runs."""
    return Running(kernel="6.12.117-amd64", command_line=f"root=/dev/vda2 {line}".strip(), **different)


SERIAL_GRUB = {"terminal": "console serial", "serial_command": "serial --unit=0 --speed=9600"}
LINE1 = "console=tty0 console=ttyS0,9600"

MACHINES: dict[str, tuple[Facts, Answers]] = {
    "nothing-anywhere": (machine(serial=Serial()), answers()),
    "firmware-com2-grub-com1": (
        machine(
            boot=boot(**SERIAL_GRUB),
            serial=Serial(ports=(COM1, COM2), spcr=SPCR2, bmc=Bmc(sol=True, speed=19200, stored=115200)),
        ),
        answers(),
    ),
    "firmware-com2-grub-com1-off": (
        machine(boot=boot(**SERIAL_GRUB), serial=Serial(ports=(COM1, COM2), spcr=SPCR2)),
        answers(serial={"port": "off"}),
    ),
    "on-the-line-at-9600": (
        machine(
            boot=boot(linux_default=LINE1),
            serial=Serial(
                ports=(COM1,), spcr=Spcr(io=0x3F8, irq=4, speed=115200), console="ttyS0", speed=9600,
                bmc=Bmc(silent="ipmitool is not installed"),
            ),
            running=running(
                LINE1, consoles=("tty0", "ttyS0"), gettys=("tty1", "ttyS0"), tty="ttyS0", speeds={"ttyS0": 9600}
            ),
        ),
        answers(),
    ),
    "over-ssh-console-at-9600": (
        machine(
            boot=boot(linux_default=LINE1),
            serial=Serial(ports=(COM1,), console="ttyS0", speed=9600),
            running=running(LINE1, consoles=("tty0", "ttyS0"), gettys=("tty1", "ttyS0"), speeds={"ttyS0": 9600}),
        ),
        answers(serial={"speed": 57600}),
    ),
    "third-port": (machine(serial=Serial(ports=(COM1, COM2, COM3))), answers(serial={"port": "0x3e8"})),
    "first-in-linux-second-in-xen": (
        machine(
            serial=Serial(
                ports=(SerialPort(name="ttyS0", io=0x2F8, irq=3),), spcr=SPCR2,
                bmc=Bmc(sol=True, speed=115200, stored=9600),
            )
        ),
        answers(),
    ),
    "card-by-address": (machine(serial=Serial(ports=(COM1, CARD))), answers(serial={"port": "0xe010"})),
    "card-that-xen-finds": (
        machine(serial=Serial(ports=(COM1, CARD, SECOND)), pci=(uart("0000:02:00.0"), uart("0000:00:16.3"))),
        answers(serial={"port": "pci", "speed": 57600}),
    ),
    "amt": (
        machine(serial=Serial(ports=(COM1, AMT)), pci=(uart("0000:00:16.0", "078000"), uart("0000:00:16.3"))),
        answers(serial={"port": "amt"}),
    ),
    "amt-is-no-card": (
        machine(serial=Serial(ports=(COM1, AMT)), pci=(uart("0000:00:16.3"),)),
        answers(serial={"port": "pci"}),
    ),
    "card-is-memory-mapped": (
        machine(serial=Serial(ports=(COM1, MAPPED)), pci=(uart("0000:03:00.0"),)),
        answers(serial={"port": "pci"}),
    ),
    "card-without-a-port": (
        machine(serial=Serial(ports=(COM1, CARD)), pci=(uart("0000:01:00.0"), uart("0000:02:00.0"))),
        answers(serial={"port": "pci"}),
    ),
    "firmware-and-console-memory-mapped": (
        machine(
            serial=Serial(ports=(COM1, MAPPED), spcr=Spcr(io=None, irq=0, speed=115200), console="ttyS4"),
            running=running("console=ttyS4,115200", consoles=("ttyS4",), gettys=("ttyS4",)),
        ),
        answers(),
    ),
    "port-is-memory-mapped": (
        machine(serial=Serial(ports=(COM1, MAPPED), spcr=Spcr(io=None, irq=0, speed=115200))),
        answers(serial={"port": "com1"}),
    ),
    "xen-was-told-otherwise": (
        machine(
            boot=boot(xen="com1=19200,8n1 loglvl=all", xen_default="com1=9600,8n1 console=vga"),
            serial=Serial(ports=(COM1,), console="ttyS0", speed=115200),
        ),
        answers(),
    ),
    "xen-was-told-the-same": (
        machine(
            boot=boot(xen="com1=115200,8n1,0x3f8", xen_default="com1=115200,8n1 console=vga,com1 com2=9600,8n1"),
            serial=Serial(ports=(COM1,), console="ttyS0", speed=115200),
        ),
        answers(),
    ),
    "another-xen-runs": (
        dom0(
            xen=XEN.model_copy(update={"command_line": "placeholder com2=57600,8n1,0x2f8,3 console=com2,vga"}),
            serial=Serial(ports=(COM1, COM2), console="ttyS1", speed=57600),
            running=running("console=hvc0", consoles=("tty0", "hvc0"), gettys=("tty1", "hvc0"), tty="hvc0"),
        ),
        answers(serial={"port": "com1"}),
    ),
    "uefi-repeats-its-console": (
        machine(
            serial=Serial(
                ports=(COM1, COM2), spcr=Spcr(io=0x2F8, irq=3, speed=57600), mirrored=True, bmc=Bmc(sol=False)
            )
        ),
        answers(serial={"login": False}),
    ),
    "grub-2.12-asks-the-firmware": (
        machine(boot=boot(terminal="serial"), serial=Serial(ports=(COM1, COM2), spcr=SPCR2)),
        answers(),
    ),
    "grub-2.06-does-not": (
        machine(boot=boot(terminal="serial"), serial=Serial(ports=(COM1, COM2), spcr=SPCR2), release=BOOKWORM),
        answers(),
    ),
    "bookworm-captured": (captured("bookworm-bios-ifupdown-native"), answers()),
    "bookworm-captured-dom0": (captured("bookworm-bios-ifupdown-dom0"), answers()),
    "trixie-captured": (captured("trixie-uefi-networkd-native"), answers()),
    "trixie-captured-dom0": (captured("trixie-uefi-networkd-dom0"), answers()),
}  # fmt: skip
