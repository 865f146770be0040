"""The disks that forget, by QEMU's own block layer, without a machine."""

import signal
import subprocess
import time
from itertools import pairwise
from pathlib import Path

from .qemu import BlankDisk, Hardware
from .volatile import VolatileDisk

MIB = 1 << 20


def written_to(disk: VolatileDisk, *orders: str) -> None:
    """Have qemu-io follow orders on the disk as a machine has it, whose power then fails."""
    disk.power_on()
    follow(disk.disk.with_name("nbd"), disk.arguments, {disk.node: orders})


def follow(socket: Path, nodes: list[str], orders: dict[str, tuple[str, ...]]) -> None:
    """Have qemu-io follow orders on some of the nodes, one after the other; then the power fails."""
    words = [word.replace("-blockdev", "--blockdev") for word in nodes]
    words += ["--nbd-server", f"addr.type=unix,addr.path={socket}"]
    for node in orders:
        words += ["--export", f"type=nbd,id={node}-export,node-name={node},name={node},writable=on"]
    daemon = subprocess.Popen(["qemu-storage-daemon", *words])
    try:
        while not socket.exists():
            assert daemon.poll() is None
            time.sleep(0.01)
        for node, given in orders.items():
            # If it came to its end, it would flush.
            said = [word for order in (*given, "abort") for word in ("-c", order)]
            argv = ["qemu-io", "-f", "raw", "-t", "writeback", f"nbd+unix:///{node}?socket={socket}", *said]
            done = subprocess.run(argv, capture_output=True, text=True, check=False)
            assert done.returncode == -signal.SIGABRT, done.stderr
    finally:
        daemon.kill()
        daemon.wait()
        socket.unlink(missing_ok=True)


def test_what_was_not_flushed_when_the_power_failed_is_lost(tmp_path: Path) -> None:
    disk = VolatileDisk(tmp_path / "disk.raw")
    disk.disk.write_bytes(b"\xaa" * MIB)
    written_to(disk, "write -P 0x11 0 4k", "write -P 0x22 64k 8k")
    assert disk.disk.read_bytes()[:4096] == b"\x11" * 4096
    disk.power_on()
    assert disk.disk.read_bytes() == b"\xaa" * MIB


def test_what_was_flushed_is_kept_over_one_start_after_the_other(tmp_path: Path) -> None:
    disk = VolatileDisk(tmp_path / "disk.raw")
    disk.disk.write_bytes(b"\xaa" * MIB)
    written_to(disk, "write -P 0x11 0 4k", "write -P 0x22 8k 512", "flush", "write -P 0x33 0 4k")
    written_to(disk, "write -P 0x44 64k 64k", "write -z 8k 512", "flush", "write -P 0x55 128k 4k")
    disk.power_on()
    found = disk.disk.read_bytes()
    assert found[:4096] == b"\x11" * 4096
    assert found[8192:8704] == bytes(512)
    assert found[64 << 10 : 128 << 10] == b"\x44" * (64 << 10)
    assert found[128 << 10 :] == b"\xaa" * (MIB - (128 << 10))
    disk.remove()
    assert [path.name for path in tmp_path.iterdir()] == ["disk.raw"]


def test_an_entry_that_was_on_its_way_is_passed_over(tmp_path: Path) -> None:
    disk = VolatileDisk(tmp_path / "disk.raw")
    disk.disk.write_bytes(b"\xaa" * MIB)
    written_to(disk, "write -P 0x11 0 4k", "write -P 0x22 64k 4k", "flush")
    log = bytearray(disk.log.read_bytes())
    log[512 : 512 + 512 + 4096] = bytes(512 + 4096)
    disk.log.write_bytes(log)
    disk.power_on()
    found = disk.disk.read_bytes()
    assert (found[:1], found[64 << 10 : 68 << 10]) == (b"\xaa", b"\x22" * 4096)


def test_all_disks_of_a_volatile_machine_lose_what_was_not_flushed_each_for_itself(tmp_path: Path) -> None:
    machine = Hardware("bios", disks=(BlankDisk("xenstrap-a", 1), BlankDisk("xenstrap-b", 1, 4096)), volatile=True)
    disks = machine.volatile_disks(tmp_path / "disk.raw")
    assert [each.disk.name for each in disks] == ["disk.raw", "xenstrap-a", "xenstrap-b"]
    for each in disks:
        each.disk.write_bytes(b"\xaa" * MIB)
        each.power_on()
    words = machine.arguments(disks[0].disk, "raw", None)
    nodes = [part for word, value in pairwise(words) if word == "-blockdev" for part in (word, value)]
    write, later = "write -P 0x11 0 4k", "write -P 0x22 4k 4k"
    attached = [value.split(",")[1] for value in words if value.startswith("virtio-blk-pci,")]
    assert attached == [f"drive={each.node}" for each in disks]
    follow(tmp_path / "nbd", nodes, {"root": (write, "flush", later), "disk0": (write,), "disk1": (write, "flush")})
    for each in disks:
        each.power_on()
    kept = b"\x11" * 4096
    assert [each.disk.read_bytes()[:8192].rstrip(b"\xaa") for each in disks] == [kept, b"", kept]
    for each in disks:
        each.remove()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk.raw", "xenstrap-a", "xenstrap-b"]


def test_the_disks_of_any_other_machine_keep_what_they_have(tmp_path: Path) -> None:
    machine = Hardware("bios", disks=(BlankDisk("xenstrap-a", 1),))
    assert machine.volatile_disks(tmp_path / "disk.raw") == []
    nodes = [word for word in machine.arguments(tmp_path / "disk.raw", "qcow2", None) if "node-name=" in word]
    drivers = [dict(pair.split("=", 1) for pair in node.split(",")) for node in nodes]
    assert {each["node-name"]: each["driver"] for each in drivers} == {
        "root": "qcow2",
        "file0": "file",
        "disk0": "raw",
    }
