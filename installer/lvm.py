"""LVM's own reports."""

import json

from installer.errors import HostError
from installer.host import Host

FORMAT = ("--reportformat", "json", "--units", "b", "--nosuffix", "--options")


def lvm_there(host: Host) -> bool:
    """Whether LVM's programs are installed, without which its reports tell nothing."""
    return host.query("pvs", "--version").status != 127


def lvm_rows(host: Host, verb: str, columns: str) -> list[dict[str, str]]:
    """One of LVM's reports (lvmreport(7)), none where LVM's programs are not installed; HostError where it fails."""
    done = host.query(verb, *FORMAT, columns)
    if done.status == 127:
        return []
    try:
        return list(next(iter(json.loads(done.stdout)["report"][0].values())))
    except (ValueError, KeyError, IndexError) as error:
        raise HostError(f"{verb} gave no report: {done.stderr.strip()[:200]}", "only root can ask it") from error
