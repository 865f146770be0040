"""The firmware's word on its serial console: ACPI's Serial Port Console Redirection table."""

from installer.facts import Spcr

SPCR = "/sys/firmware/acpi/tables/SPCR"
LENGTH = 71  # through the PCI function; revisions 2 to 4 only add to it
UARTS_16550 = (0x00, 0x01, 0x12)  # 16550, 16450, 16550 by generic address (DBG2 subtypes)
IO_SPACE = 1
SPEEDS = {3: 9600, 4: 19200, 6: 57600, 7: 115200}
LEGACY_IRQ, IO_APIC = 0x01, 0x02
RTS_CTS = 0x02


def parse_spcr(table: bytes | None) -> Spcr | None:
    """The port that the table names; None without a whole table, or where it names none that is a PC's UART.

    The offsets are Microsoft's SPCR specification's: 36 kind of UART, 40 address space, 44 address, 52 to 57
    interrupt, 58 speed, 61 flow control.
    """
    if table is None or len(table) < LENGTH or table[:4] != b"SPCR":
        return None
    length = int.from_bytes(table[4:8], "little")
    if not LENGTH <= length <= len(table) or sum(table[:length]) & 0xFF:
        return None
    address = int.from_bytes(table[44:52], "little")
    if table[36] not in UARTS_16550 or not address:
        return None
    return Spcr(
        io=address if table[40] == IO_SPACE and address < 0x10000 else None,
        irq=interrupt(table),
        speed=SPEEDS.get(table[58]),
        flow=bool(table[61] & RTS_CTS),
    )


def interrupt(table: bytes) -> int:
    """The port's interrupt, 0 where it has none that Xen could be given."""
    if table[52] & LEGACY_IRQ:
        return table[53]
    if table[52] & IO_APIC:
        return int.from_bytes(table[54:58], "little")
    return 0
