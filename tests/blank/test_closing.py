"""What is mounted for a new system is gone when it is closed: here, and in the mount namespaces of services."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installer.closing import close
from installer.host import Host
from installer.plan import Plan
from installer.resources.filesystem import TARGET
from installer.steps.install_disk import kernel_mounts

SERVICE = ("unshare", "--mount", "--propagation", "slave", "sh", "-c", "echo up; exec cat")
"""A service with a mount namespace of its own (PrivateTmp= and its like, systemd.exec(5)), as systemd starts it."""


def test_a_service_keeps_nothing_of_it_whenever_it_began() -> None:
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("needs root and unshare(1)")
    apart = ("unshare", "--mount", "--propagation", "shared", sys.executable, "-m", "tests.blank.test_closing")
    root = Path(__file__).parents[2]
    done = subprocess.run(apart, cwd=root, check=False, capture_output=True, text=True, timeout=180)
    assert (done.returncode, done.stdout) == (0, "there 3 of 3\nthere 0 of 3\n"), done.stderr


def main() -> None:
    """Mount all of it, with a service that began before and one within, and close it again."""
    host = Host()
    host.run("mount", "--types", "tmpfs", "run", "/run")
    host.run("mkdir", "--parents", "/run/udev", TARGET)
    services = [service()]
    host.run("mount", "--types", "tmpfs", "root", TARGET)
    host.run("mkdir", f"{TARGET}/dev")
    for mount in kernel_mounts():
        if mount.observe(host) != mount.expected():
            list(mount.settle(host, mount.expected()))
        assert mount.observe(host) == mount.expected(), mount.id
    services.append(service())
    show(services)
    close(host, Plan(steps=()))
    show(services)
    for each in services:
        each.communicate(timeout=60)


def service() -> subprocess.Popen[str]:
    """One that has begun, and ends with its input."""
    begun = subprocess.Popen(SERVICE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert begun.stdout
    assert begun.stdout.readline() == "up\n"
    return begun


def show(services: list[subprocess.Popen[str]]) -> None:
    """In how many of the namespaces the new root is mounted."""
    tables = [Path(f"/proc/{pid}/mountinfo").read_text() for pid in ("self", *(each.pid for each in services))]
    print("there", sum(f" {TARGET}" in table for table in tables), "of", len(tables), flush=True)


if __name__ == "__main__":
    main()
