"""The PC's four serial ports by I/O address, and the drop-in that says which line we have given to Xen."""

LEGACY = {0x3F8: ("ttyS0", 4), 0x2F8: ("ttyS1", 3), 0x3E8: ("ttyS2", 4), 0x2E8: ("ttyS3", 3)}
"""Linux's name and the usual interrupt; GRUB numbers them in this order."""

SERIAL_DROP_IN = "/etc/default/grub.d/50-xenstrap-serial.cfg"
