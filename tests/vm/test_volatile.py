"""The disk that forgets, by QEMU's own block layer, without a machine."""

import signal
import subprocess
import time
from pathlib import Path

from .volatile import VolatileDisk

MIB = 1 << 20


def written_to(disk: VolatileDisk, *orders: str) -> None:
    """Have qemu-io follow orders on the disk as a machine has it, whose power then fails."""
    socket = disk.disk.with_name("nbd")
    server = f"addr.type=unix,addr.path={socket}"
    export = "type=nbd,id=export,node-name=root,name=root,writable=on"
    disk.power_on()
    nodes = [word.replace("-blockdev", "--blockdev") for word in disk.arguments]
    daemon = subprocess.Popen(["qemu-storage-daemon", *nodes, "--nbd-server", server, "--export", export])
    try:
        while not socket.exists():
            assert daemon.poll() is None
            time.sleep(0.01)
        # If it came to its end, it would flush.
        words = [word for order in (*orders, "abort") for word in ("-c", order)]
        argv = ["qemu-io", "-f", "raw", "-t", "writeback", f"nbd+unix:///root?socket={socket}", *words]
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
