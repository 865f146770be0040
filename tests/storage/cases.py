"""Answers for the machines, each by a name."""

from typing import Any

ANSWERS: dict[str, dict[str, Any]] = {
    "empty": {},
    "disk": {"where": "disk", "disk": ["ata-HDD_H1", "ata-HDD_SAME", "wwn-0x5000c52d214ca69b"]},
    "disk-by-serial": {"where": "disk", "disk": ["U1", "H1", "T1", "SAME", "M1", "S07"]},
    "disk-by-property": {
        "where": "disk",
        "disk": ["ID_SERIAL=HDD_*", "ID_MODEL=SAS", "ID_PATH=pci-0000:00:06.0"],
        "disk_size": "2 TB",
    },
    "disk-of-root": {
        "where": "disk",
        "disk": ["ata-SSD_S1", "ata-BIG_B1", "virtio-root", "nvme-QEMU_NVMe_Ctrl_N1", "K1"],
    },
    "disk-giving-up": {
        "where": "disk",
        "disk": ["ata-HDD_H1"],
        "erase": ["vg0", "data", "md0"],
        "thin_pool": "thin",
    },
    "disk-wrong-size": {"where": "disk", "disk": ["ID_MODEL=SAS", "ata-HDD_H1"], "disk_size": "480 GB"},
    "disk-unsaid": {"where": "disk"},
    "free-space": {"where": "free-space", "group": "guests", "swap": "1001M"},
    "free-space-of-one": {"where": "free-space", "disk": ["ata-HDD_H1", "ata-SSD_S1"], "swap": "none"},
    "volume-group": {"where": "volume-group"},
    "directory": {"where": "directory", "directory": "/srv/xen"},
    "none": {"where": "none"},
}
