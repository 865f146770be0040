"""The kinds of text that an answer may be: none can break out of its line or its quoting in a file of ours."""

import re
from ipaddress import IPv6Address, IPv6Interface
from typing import Annotated

from pydantic import AfterValidator, Field

INTERFACE = r"^[a-zA-Z][a-zA-Z0-9_-]{0,14}$"
MAC = r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$"
SIZE = r"^[1-9][0-9]{0,8}[MG]$"
WORD = r"^[A-Za-z0-9][A-Za-z0-9_.,:=@%+/~^()\[\]-]*$"
PACKAGE = r"^[a-z0-9][a-z0-9+.-]*[a-z0-9+.]$"
GUEST = r"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$"
PCI = r"^(([0-9a-f]{4}:)?[0-9a-f]{2}:[01][0-9a-f]\.[0-7]|[0-9a-f]{4}:[0-9a-f]{4})$"
PORT = r"^0x[0-9a-f]{3,4}$"
DISK = r"^([A-Za-z0-9_.:+@%=,-]{1,200}|[A-Z][A-Z0-9_]{0,60}=[A-Za-z0-9_.:+*?\[\]@%=,-]{1,200})$"
DISK_SIZE = r"^[1-9][0-9]{0,5}(\.[0-9]{1,3})? (GB|GiB|TB|TiB)$"
LVM_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}$"
FOLDER = r"^(/[A-Za-z0-9][A-Za-z0-9_.+-]*){1,16}$"
HOOK = r"^[A-Za-z0-9_.,:=@%+/~-]{1,1000}$"
HASH = r"^[0-9a-f]{16}$"
OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
QUAD = rf"({OCTET}\.){{3}}{OCTET}"
HEXTETS = "[0-9a-fA-F]*:[0-9a-fA-F:.]*"
IPV4 = f"^{QUAD}$"
IPV4_PREFIX = f"^{QUAD}/([1-9]|[12][0-9]|3[0-2])$"
IPV6 = f"^{HEXTETS}$"
IPV6_PREFIX = f"^{HEXTETS}/([1-9][0-9]?|1[01][0-9]|12[0-8])$"


def require_ipv6(text: str) -> str:
    """The text, if it is an IPv6 address with or without a prefix length: no pattern can tell."""
    (IPv6Interface if "/" in text else IPv6Address)(text)
    return text


def require_stable(text: str) -> str:
    """The text, unless it is a name that the kernel gives out anew at each start."""
    if re.fullmatch(r"(sd|vd|xvd|hd)[a-z]+|nvme\d+n\d+|mmcblk\d+|md\d+|dm-\d+", text):
        raise ValueError(f"{text} may be another disk after the next start")
    return text


# The description of a type says what is allowed; errors, the schema, the example and the reference all show it.
InterfaceName = Annotated[
    str, Field(pattern=INTERFACE, description="a name of up to 15 letters, digits, _ and - which starts with a letter")
]
MacText = Annotated[
    str, Field(pattern=MAC, description='a MAC address as "00:16:3e:01:02:0a"', examples=["00:16:3e:01:02:0a"])
]
Size = Annotated[str, Field(pattern=SIZE, description='a size as "2048M" or "2G"', examples=["2048M"])]
Word = Annotated[
    str,
    Field(
        pattern=WORD,
        max_length=200,
        description="one word of up to 200 letters, digits and _.,:=@%+/~^()[]- which starts with a letter or digit",
        examples=["ucode=scan"],
    ),
]
PackageName = Annotated[
    str,
    Field(
        pattern=PACKAGE,
        max_length=100,
        description="the name of a Debian package: up to 100 lower-case letters, digits, + . and -",
        examples=["ovmf"],
    ),
]
GuestName = Annotated[
    str,
    Field(
        pattern=GUEST,
        description="a name of up to 64 letters, digits, _ . + and - which starts with a letter or digit",
        examples=["mail"],
    ),
]
PciName = Annotated[
    str,
    Field(
        pattern=PCI,
        description='a PCI address as "0000:01:00.0", or vendor and device as "8086:10d3", in lower case',
        examples=["0000:01:00.0"],
    ),
]
PortText = Annotated[str, Field(pattern=PORT, description='an I/O port as "0x3e8", in lower case', examples=["0x3e8"])]
DiskText = Annotated[
    str,
    Field(
        pattern=DISK,
        description="a disk's name in /dev/disk/by-id, its serial number or WWN, or a pattern for one of udev's"
        ' properties as "ID_SERIAL=*MZ7*"',
        examples=["ata-SAMSUNG_MZ7LH480HAHQ-00005_S45PNA0M520000"],
    ),
    AfterValidator(require_stable),
]
DiskSize = Annotated[str, Field(pattern=DISK_SIZE, description='a size as "480 GB" or "3.64 TiB"', examples=["480 GB"])]
LvmName = Annotated[
    str,
    Field(
        pattern=LVM_NAME,
        description="a name of LVM's: up to 64 letters, digits, _ . + and - which starts with a letter, digit or _",
        examples=["vg0"],
    ),
]
FolderName = Annotated[
    str,
    Field(pattern=FOLDER, description='an absolute path as "/srv/xen"', examples=["/srv/xen"]),
]
HookWord = Annotated[
    str,
    Field(
        pattern=HOOK,
        description="a word of up to 1000 letters, digits and _.,:=@%+/~-",
        examples=["/usr/local/sbin/tell-me"],
    ),
]
HashText = Annotated[
    str,
    Field(pattern=HASH, description="the 16 hexadecimal digits that `xenstrap plan` prints last", examples=["0" * 16]),
]
Ipv4Text = Annotated[str, Field(pattern=IPV4, description='an IPv4 address as "192.0.2.1"', examples=["192.0.2.1"])]
Ipv4Prefix = Annotated[
    str,
    Field(
        pattern=IPV4_PREFIX,
        description='an IPv4 address with its prefix length as "192.0.2.10/24"',
        examples=["192.0.2.10/24"],
    ),
]
Ipv6Text = Annotated[
    str,
    Field(pattern=IPV6, description='an IPv6 address as "2001:db8::1"', examples=["2001:db8::1"]),
    AfterValidator(require_ipv6),
]
Ipv6Prefix = Annotated[
    str,
    Field(
        pattern=IPV6_PREFIX,
        description='an IPv6 address with its prefix length as "2001:db8::10/64"',
        examples=["2001:db8::10/64"],
    ),
    AfterValidator(require_ipv6),
]
