"""What the user wants of a Debian that is put on a blank disk from a live or rescue system."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from installer.answer_types import FOLDER, DiskSize, DiskText, LvmName, MacText, Size
from installer.model import Model

LABEL = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
ZONE = r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$"
LOCALE = r"^(C|[a-z]{2,3}(_[A-Z]{2})?)\.UTF-8$"
LAYOUT = r"^[a-z]{2,8}$"
URL = r"^https?://[A-Za-z0-9._~%/:@\[\]-]{1,200}$"
CRYPT = r"^\$(y|gy|7|6|5|2b)\$[A-Za-z0-9./$=,]{10,300}$"
PASSPHRASE = r"^[!-~]([ -~]{6,510}[!-~])$"
SECRET: dict[str, JsonValue] = {"writeOnly": True}
"""Marks what is shown to nobody, and kept nowhere but in an answer file (JSON Schema Validation, 9.4)."""
USER = r"^[a-z_][a-z0-9_-]{0,31}$"
KEY = r"^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)|sk-[a-z0-9-]+@openssh\.com) [A-Za-z0-9+/=]{40,3000}( [A-Za-z0-9@._+-]{1,100})?$"  # noqa: E501

HostName = Annotated[
    str, Field(pattern=LABEL, description="a name of up to 63 lower-case letters, digits and -", examples=["xen1"])
]
ZoneName = Annotated[str, Field(pattern=ZONE, description='a time zone as "Europe/Berlin"', examples=["Europe/Berlin"])]
LocaleName = Annotated[str, Field(pattern=LOCALE, description='a locale as "de_DE.UTF-8"', examples=["de_DE.UTF-8"])]
LayoutName = Annotated[str, Field(pattern=LAYOUT, description='a keyboard layout as "de"', examples=["de"])]
MirrorUrl = Annotated[
    str,
    Field(
        pattern=URL,
        description='the address of a Debian archive as "http://mirror.example/debian"',
        examples=["http://mirror.example/debian"],
    ),
]
MediumPath = Annotated[
    str,
    Field(
        pattern=FOLDER,
        description='the directory of an archive on a mounted medium as "/media/debian"',
        examples=["/media/debian"],
    ),
]
CryptHash = Annotated[
    str,
    Field(
        pattern=CRYPT,
        description="the hash of a password, as `mkpasswd` prints it",
        json_schema_extra=SECRET,
        examples=["$y$j9T$2x1wSw8vS2Yx0aKyOaH41/"],
    ),
]
Passphrase = Annotated[
    str,
    Field(
        pattern=PASSPHRASE,
        description="8 to 512 characters of ASCII, with blanks only inside",
        json_schema_extra=SECRET,
        examples=["a phrase of several words"],
    ),
]
UserName = Annotated[
    str,
    Field(
        pattern=USER,
        description="a name of up to 32 lower-case letters, digits, _ and - which starts with a letter or _",
        examples=["admin"],
    ),
]
SshKey = Annotated[
    str,
    Field(
        pattern=KEY,
        description="a line of authorized_keys without options: kind, key and remark",
        examples=["ssh-ed25519 " + "A" * 40 + " me"],
    ),
]


class Install(Model):
    """A new Debian on a disk that is erased, from a live or rescue system; without a disk nothing is installed."""

    disk: tuple[DiskText, ...] = Field(
        (), description="The disk to erase and install on; of several the first that any disk answers to."
    )
    disk_size: DiskSize | None = Field(None, description="The size that this disk has, as a check; within 1 percent.")
    raid1: tuple[DiskText, ...] = Field(
        (), description="Further disks to erase, each of which mirrors the first by RAID1; any one starts the machine."
    )
    removable: bool = Field(False, description="Allow a removable disk or one on USB.")
    erase: tuple[LvmName, ...] = Field(
        (), description="Volume groups and RAID arrays on those disks which may be erased with them."
    )
    suite: Literal["bookworm", "trixie", "forky"] = Field("trixie", description="The release of Debian.")
    mirror: Literal["auto"] | MirrorUrl | MediumPath = Field(
        "auto",
        description='Where Debian comes from; "auto" is the archive that the live system\'s own apt uses.'
        " From a mounted medium it is made without the network.",
    )
    security: Literal["auto"] | MirrorUrl | MediumPath = Field(
        "auto", description='Where its security updates come from; "auto" is where the live system\'s come from.'
    )
    table: Literal["gpt", "msdos"] = Field("gpt", description="The kind of partition table.")
    root: Literal["auto"] | Size = Field(
        "auto", description='Size of the root filesystem, at least 4G; "auto" follows the rule that the plan explains.'
    )
    passphrase: Passphrase | None = Field(
        None, description="Encrypts what is below the volume group by LUKS; asked for at each start of the machine."
    )
    hostname: HostName = Field("xen", description="The new system's host name.")
    timezone: ZoneName = Field("Etc/UTC", description="Its time zone.")
    locale: LocaleName = Field("C.UTF-8", description="Its locale.")
    keyboard: LayoutName = Field("us", description="The keyboard of its console.")
    root_password: CryptHash | None = Field(None, description="Hash of root's password; without it root has none.")
    user: UserName | None = Field(None, description="A user who may become root with sudo.")
    user_password: CryptHash | None = Field(None, description="Hash of this user's password.")
    ssh_keys: tuple[SshKey, ...] = Field(
        (), description="Keys that may log in by ssh, as this user, or as root where there is none."
    )
    nic: Literal["auto"] | MacText = Field(
        "auto",
        description="MAC address of the interface that the new system uses;"
        ' "auto" is the one with the live system\'s default route.',
    )
