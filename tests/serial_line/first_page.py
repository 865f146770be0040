"""The first page of the sample as text, for those who do not import Textual: whiptail, and the early page."""

TITLE = "xenstrap  1/9  Start"
INTRODUCTION = """\
This machine becomes a Xen dom0. Nothing is changed before you
have seen the whole plan and said yes; everything can be taken back.

Debian 12 (bookworm), amd64, UEFI, 8 CPUs, 32 GiB of memory
IOMMU: on. Console: com1, 115200 baud. Network: eth0, 192.0.2.10/24
"""
CHOICES = ("Convert this Debian", "Use an answer file", "Look at what would happen", "Leave")
BUTTONS = ("Next", "Help")

MENU = [f"{'>' if at == 0 else ' '} {line}" for at, line in enumerate(CHOICES)]
LINES = [TITLE, "", *INTRODUCTION.split("\n"), *MENU, "", "  ".join(f"< {button} >" for button in BUTTONS)]
CURSOR = (LINES.index(MENU[0]), 0)
