"""What stands on a disk: shown with its volume groups, taken apart as a whole or not at all, and named if in use."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from installer.commands import Output
from installer.errors import HostError
from installer.host import Host
from installer.resources.disk import WholeDisk
from tests.fake_host import FakeHost
from tests.storage.desk import DISK, SLOT, Desk, report, settle
from tests.storage.machines import GIB
from tests.storage.test_disks import node, put_part

WHOLE = WholeDisk(name=DISK, slots=(SLOT,))


def two_partitions(desk: Desk) -> list[dict[str, Any]]:
    """A partition with a volume of an old group, and one with a filesystem."""
    volume = node("vg0-mail", "lvm", GIB, kname="dm-3")
    return [
        put_part(desk, "sdb", 1, 1, 4000, fstype="LVM2_member", children=[volume]),
        put_part(desk, "sdb", 2, 4001, 4000, fstype="ext4"),
    ]


def put_process(desk: FakeHost, pid: int, name: str, opened: str = "", mounted: str = "") -> None:
    """A process that has a device open, or mounted in a namespace of its own."""
    desk.put(f"/proc/{pid}/comm", f"{name}\n")
    desk.put_link(f"/proc/{pid}/ns/mnt", f"mnt:[{pid if mounted else 1}]")
    desk.put_link(f"/proc/{pid}/fd/0", "/dev/null")
    if opened:
        desk.put_link(f"/proc/{pid}/fd/7", opened)
    number, where = mounted.split() if mounted else ("0:5", "/proc")
    desk.put(f"/proc/{pid}/mountinfo", f"21 1 {number} / {where} rw - x x rw\n")


def failing(desk: FakeHost, beginning: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a command fail."""
    run: Callable[..., Output] = desk.run

    def fails(*argv: str, **more: Any) -> Output:
        if " ".join(argv).startswith(beginning):
            raise HostError(f"{argv[0]} failed with status 1: Device or resource busy")
        return run(*argv, **more)

    monkeypatch.setattr(desk, "run", fails)


def busy(desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody have a device for himself."""
    monkeypatch.setattr(desk, "busy", lambda device: device == name)


def test_a_volume_that_is_open_is_named_with_who_has_it_and_nothing_is_cleared(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.holds(*two_partitions(desk), pttype="gpt")
    desk.put_link("/dev/mapper/vg0-mail", "../dm-3")
    put_process(desk, 17, "cron")
    put_process(desk, 42, "qemu-system-x86", opened="/dev/dm-3")
    failing(desk, "dmsetup remove", monkeypatch)
    with pytest.raises(HostError) as caught:
        settle(WHOLE, desk, WHOLE.expected())
    assert caught.value.fact == (
        "dmsetup failed with status 1: Device or resource busy; vg0-mail is in use by qemu-system-x86 (process 42)"
    )
    assert caught.value.hint == "end that, then apply again"
    assert desk.ran == []


def test_a_partition_that_is_in_use_unseen_is_named_with_who_has_it_and_nothing_is_cleared(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.holds(*two_partitions(desk), pttype="gpt")
    desk.put("/sys/class/block/sdb1/dev", "8:17\n")
    desk.put("/sys/class/block/sdb1/holders/dm-9/x")
    desk.put("/sys/class/block/dm-9/dm/name", "crypt-of-a-container\n")
    put_process(desk, 1, "systemd")
    put_process(desk, 99, "containerd", mounted="8:17 /data")
    busy(desk, "/dev/sdb1", monkeypatch)
    with pytest.raises(HostError) as caught:
        settle(WHOLE, desk, WHOLE.expected())
    assert caught.value.fact == (
        f"sdb1 on {DISK} is in use by crypt-of-a-container, containerd (process 99), mounted on /data"
    )
    assert not [line for line in desk.ran if line.startswith("wipefs")]


def test_a_process_that_has_ended_hides_nobody_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.holds(*two_partitions(desk), pttype="gpt")
    desk.put("/sys/class/block/sdb1/dev", "8:17\n")
    put_process(desk, 41, "")
    (desk.path("/proc/41/ns/mnt")).unlink()
    put_process(desk, 99, "containerd", mounted="8:17 /data")
    read: Callable[[str], str | None] = desk.read

    def refuses(name: str) -> str | None:
        if name.startswith("/proc/41/"):
            raise HostError(f"{name} cannot be read: Invalid argument")
        return read(name)

    monkeypatch.setattr(desk, "read", refuses)
    busy(desk, "/dev/sdb1", monkeypatch)
    with pytest.raises(HostError, match=rf"^sdb1 on {DISK} is in use by containerd \(process 99\), mounted on /data$"):
        settle(WHOLE, desk, WHOLE.expected())


def test_a_disk_that_is_in_use_as_a_whole_is_not_cleared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    busy(desk, "/dev/sdb", monkeypatch)
    with pytest.raises(HostError, match=f"sdb on {DISK} is in use$"):
        settle(WHOLE, desk, WHOLE.expected())
    assert not [line for line in desk.ran if line.startswith("wipefs")]


def test_what_stands_on_several_is_released_once_and_after_all_that_stands_on_it(desk: Desk) -> None:
    mail, web = (node(f"vg0-{name}", "lvm", GIB, kname=f"dm-{number}") for name, number in (("mail", 3), ("web", 4)))
    pool = node("vg0-thin-tpool", "lvm", GIB, kname="dm-2", children=[mail, web])
    halves = [node(f"vg0-thin_{half}", "lvm", GIB, kname=f"dm-{number}", children=[pool])
              for number, half in enumerate(("tmeta", "tdata"))]  # fmt: skip
    wide = node("vg0-wide", "lvm", GIB, kname="dm-5")
    desk.holds(
        put_part(desk, "sdb", 1, 1, 4000, fstype="LVM2_member", children=[*halves, wide]),
        put_part(desk, "sdb", 2, 4001, 4000, fstype="LVM2_member", children=[wide]),
        pttype="gpt",
    )
    closed = [line for line in settle(WHOLE, desk, WHOLE.expected()) if line.startswith("dmsetup")]
    names = ("wide", "web", "mail", "thin-tpool", "thin_tdata", "thin_tmeta")
    assert closed == [f"dmsetup remove vg0-{name}" for name in names]
    assert [line for line in desk.ran if line.startswith("wipefs")][:2] == [f"wipefs --all /dev/sdb{n}" for n in (2, 1)]


def test_a_failure_that_nobody_is_seen_to_cause_is_left_as_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.holds(*two_partitions(desk), pttype="gpt")
    failing(desk, "dmsetup remove", monkeypatch)
    with pytest.raises(HostError, match=r"Device or resource busy$"):
        settle(WHOLE, desk, WHOLE.expected())


def test_a_volume_group_is_shown_with_how_much_of_it_is_in_use(desk: Desk) -> None:
    desk.holds(*two_partitions(desk), pttype="gpt")
    row = {"pv_name": "/dev/sdb1", "vg_name": "vg0", "pv_size": str(3 * GIB), "pv_used": str(GIB)}
    desk.said["pvs"] = report("pv", row, row | {"pv_name": "/dev/sdc1", "vg_name": "other"})
    before = WHOLE.observe(desk)
    assert WHOLE.describe(before)[1:] == [
        "partition 1: 3.9 GiB, LVM2_member, volume group vg0, 1 GiB of 3 GiB in use",
        "  lvm vg0-mail: 1 GiB",
        "partition 2: 3.9 GiB, ext4",
    ]
    desk.said["pvs"] = report("pv", row | {"pv_used": str(2 * GIB)})
    assert WHOLE.observe(desk) != before, "a volume more is a change since the plan"


def test_who_has_a_device_for_himself_is_asked_of_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "free").touch()
    host = Host(tmp_path)
    assert not host.busy("/free")
    assert not host.busy("/none")
    asked: list[int] = []
    number = errno.EBUSY

    def refuse(path: Path, flags: int) -> int:
        asked.append(flags)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    assert host.busy("/free")
    assert asked == [os.O_RDONLY | os.O_EXCL]
    number = errno.EIO
    with pytest.raises(HostError, match="/free cannot be looked at: Input/output error"):
        host.busy("/free")
