"""How the machine starts."""

from installer.facts import Firmware
from installer.host import Host

SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"


def probe_firmware(host: Host) -> Firmware:
    """UEFI or BIOS, whether Secure Boot is on, and whose board it is (DMI)."""
    board = " ".join((host.read(f"/sys/class/dmi/id/{key}") or "").strip() for key in ("sys_vendor", "product_name"))
    if not host.exists("/sys/firmware/efi"):
        return Firmware(kind="bios", secure_boot=False, board=board.strip())
    return Firmware(kind="uefi", secure_boot=secure_boot(host), board=board.strip())


def secure_boot(host: Host) -> bool | None:
    """The EFI variable's fifth byte; where Xen hides the variables, what the kernel said; None if neither tells."""
    value = host.read_bytes(SECURE_BOOT)
    if value is not None and len(value) == 5:
        return value[4] == 1
    said = host.query("dmesg").stdout
    if "secureboot: Secure boot enabled" in said:
        return True
    return False if "secureboot: Secure boot disabled" in said else None
