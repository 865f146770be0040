"""Answers for the machines, each by a name."""

from typing import Any

ANSWERS: dict[str, dict[str, Any]] = {
    "empty": {},
    "disk": {"where": "disk", "disk": ["ata-HDD_H1"]},
    "disk-by-serial": {"where": "disk", "disk": ["H1", "W1", "U1", "L1", "SAME", "Rb", "S07"]},
    "disk-by-property": {"where": "disk", "disk": ["ID_SERIAL=HDD_*", "ID_SERIAL=S0*"], "disk_size": "2 TB"},
    "disk-of-root": {"where": "disk", "disk": ["ata-SSD_S1", "virtio-root", "nvme-PM9A3_N1"]},
    "disk-giving-up": {"where": "disk", "disk": ["ata-HDD_H1", "Rb"], "erase": ["vg0", "data"], "thin_pool": "thin"},
    "disk-wrong-size": {"where": "disk", "disk": ["wwn-0x3600a0", "ata-HDD_H1"], "disk_size": "480 GB"},
    "disk-unsaid": {"where": "disk"},
    "free-space": {"where": "free-space", "group": "guests", "swap": "1001M"},
    "free-space-of-one": {"where": "free-space", "disk": ["ata-WIN_W1", "ata-SSD_S1", "ata-HDD_H1"], "swap": "none"},
    "volume-group": {"where": "volume-group"},
    "directory": {"where": "directory", "directory": "/srv/xen"},
    "none": {"where": "none"},
}
