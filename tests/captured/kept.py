"""Machines captured in QEMU with their disks (tests/vm/capture.py): what was kept of each."""

import json
from pathlib import Path
from typing import Any, Literal

from installer.facts import Firmware
from installer.facts_storage import Disk, Storage

DISKS = Path(__file__).parent / "disks"


def kept(where: Literal["host", "live"]) -> dict[str, dict[str, Any]]:
    """The facts of all machines that run from their disks, or from memory, by their names."""
    return {path.stem.partition("-")[2]: read(path) for path in sorted(DISKS.glob(f"{where}-*.json"))}


def read(path: Path) -> dict[str, Any]:
    """Fields of Facts: all that depends on the disks."""
    found = json.loads(path.read_text())
    return {
        "firmware": Firmware.model_validate(found["firmware"]),
        "root": found["root"],
        "disks": tuple(map(Disk.model_validate, found["disks"])),
        "storage": Storage.model_validate(found.get("storage", {})),
    }
