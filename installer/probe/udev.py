"""What udev knows of the block devices."""

from pathlib import Path

import pyudev

from installer.host import Host


def probe_properties(host: Host) -> dict[str, dict[str, str]]:
    """udev's properties of each whole disk by the kernel's name; none for a root that is not the running machine's."""
    if host.root != Path("/"):
        return {}
    found = pyudev.Context().list_devices(subsystem="block", DEVTYPE="disk")
    return {device.sys_name: dict(device.properties) for device in found}
