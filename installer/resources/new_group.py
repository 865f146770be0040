"""The volume group of a new system whose disks are mirrored: made before that system, on an array."""

from installer.resources.filesystem import PartOfNewSystem
from installer.resources.lvm import VolumeGroup


class NewVolumeGroup(PartOfNewSystem, VolumeGroup):
    """A volume group that stays with the system that it was made for."""

    kind = "new-volume-group"
