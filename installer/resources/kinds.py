"""Every kind of resource by name, so that the journal can build one again."""

from typing import Any

from pydantic import ValidationError

from installer.errors import JournalError
from installer.resources.array import Array
from installer.resources.base import Resource
from installer.resources.boot import BootMenu
from installer.resources.debian import Account, Base, DebianPackages, NewFile
from installer.resources.disk import Partition, WholeDisk
from installer.resources.diverted import DivertedFile
from installer.resources.files import Directory, File, Link
from installer.resources.filesystem import FileSystem, Mount, SystemDisk
from installer.resources.guard import NetworkGuard
from installer.resources.initramfs import Initramfs
from installer.resources.interfaces import InterfacesFile
from installer.resources.loader import Loader, NewImages
from installer.resources.luks import Luks
from installer.resources.lvm import LogicalVolume, NewVolumeGroup, VolumeGroup
from installer.resources.once import Once
from installer.resources.packages import Package
from installer.resources.program import Program
from installer.resources.swap import FstabLine, SwapSpace

KINDS: dict[str, type[Resource]] = {
    kind.kind: kind
    for kind in (
        *(File, Link, Directory, DivertedFile, Package, BootMenu, Once, Initramfs, InterfacesFile, NetworkGuard),
        *(Partition, WholeDisk, VolumeGroup, LogicalVolume, SwapSpace, FstabLine),
        *(
            SystemDisk,
            Array,
            Luks,
            NewVolumeGroup,
            FileSystem,
            Mount,
            Base,
            DebianPackages,
            NewImages,
            Account,
            Loader,
            NewFile,
            Program,
        ),
    )
}


def rebuild(kind: str, fields: dict[str, Any]) -> Resource:
    """A resource from what the journal kept of it; JournalError where this version cannot."""
    try:
        return KINDS[kind].model_validate(fields)
    except (KeyError, ValidationError) as error:
        raise JournalError(
            f"the journal names a {kind} {fields.get('name')!r} that this xenstrap does not know",
            "use the xenstrap that wrote it",
        ) from error
