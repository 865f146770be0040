"""The harness itself: base images that boot, a serial line that tells the truth, a way in and out."""

import json
from pathlib import Path

import pytest

from .conftest import Boot
from .mirror import host_mirror
from .qemu import DISK_ID, MAC, NIC
from .recipe import RECIPES

IMAGES = ("bookworm-bios-ifupdown", "trixie-uefi-networkd")


@pytest.mark.parametrize("name", IMAGES)
def test_a_base_image_is_a_fresh_debian_that_boots(boot: Boot, name: str) -> None:
    machine = boot(name)
    suite, firmware, network = name.split("-")

    assert f"VERSION_CODENAME={suite}\n" in machine.run("cat /etc/os-release").stdout
    assert machine.run("test -d /sys/firmware/efi", check=False).rc == (0 if firmware == "uefi" else 1)
    assert machine.run("systemctl is-system-running --wait").stdout.strip() == "running"
    assert machine.run("command -v python3", check=False).rc != 0
    assert machine.run(f"ls /dev/disk/by-id/{DISK_ID}").rc == 0
    assert "GNU GRUB" in machine.line.text
    unit = {"ifupdown": "networking", "networkd": "systemd-networkd", "nm": "NetworkManager"}[network]
    assert machine.run(f"systemctl is-active {unit}").stdout == "active\n"

    [link] = json.loads(machine.run(f"ip -j -4 address show dev {NIC} scope global").stdout)
    assert link["addr_info"][0]["local"] == "10.0.2.15"
    assert link["addr_info"][0]["dynamic"] is True
    assert MAC in machine.run(f"cat /sys/class/net/{NIC}/address").stdout

    update = machine.run("apt-get update --error-on=any").stdout
    assert f"{host_mirror().archive} {suite} InRelease" in update
    assert "insecure" not in update
    machine.power_off()


def test_what_comes_over_the_serial_line_is_exact(boot: Boot) -> None:
    machine = boot(IMAGES[1])

    assert machine.run("echo to-stdout; echo to-stderr >&2; exit 7", check=False).rc == 7
    assert machine.run("printf 'no newline at the end'").stdout == "no newline at the end"
    assert machine.run("true").stdout == ""
    assert machine.run("printf 'a\\r\\nb\\r\\n'").stdout == "a\r\nb\r\n"
    assert machine.run("seq 20000").stdout == "".join(f"{number}\n" for number in range(1, 20001))
    long_word = "x" * 10000
    assert machine.run(f"echo {long_word}").stdout == f"{long_word}\n"
    assert machine.run('printf "it\'s \\$HOME, \\`ticks\\` and\\ntwo lines"').stdout.startswith("it's $HOME, `ticks`")
    interrupted = machine.run("echo before; echo '<0>a kernel message' > /dev/kmsg; sleep 0.2; echo after").stdout
    assert interrupted == "before\nafter\n"


def test_push_and_pull_round_trip(boot: Boot, tmp_path: Path) -> None:
    machine = boot(IMAGES[1])
    content = bytes(range(256)) * 4096
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "binary").write_bytes(content)
    (tmp_path / "tree" / "script").write_text("#!/bin/sh\necho it runs\n")
    (tmp_path / "tree" / "script").chmod(0o755)

    machine.push(tmp_path / "tree", "/opt/tree")
    machine.push(tmp_path / "tree", "/opt/some", ["script"])
    machine.push(tmp_path / "tree" / "script", "/opt/one")

    assert machine.pull("/opt/tree/deep/binary") == content
    assert machine.run("/opt/tree/script").stdout == "it runs\n"
    assert machine.run("find /opt/some /opt/one -type f").stdout == "/opt/some/script\n/opt/one/script\n"
    assert machine.run("stat -c %U:%G /opt/tree/script").stdout == "root:root\n"
    assert "9p" not in machine.run("cat /proc/mounts").stdout


def test_a_power_cut_keeps_what_was_flushed_and_a_reboot_is_seen(boot: Boot, tmp_path: Path) -> None:
    machine = boot(IMAGES[0])
    before = machine.run("cat /proc/sys/kernel/random/boot_id").stdout
    machine.run("echo kept > /root/flushed && sync /root/flushed")
    machine.kill()
    machine.start()
    machine.login()
    assert machine.run("cat /root/flushed").stdout == "kept\n"
    machine.reboot()
    assert machine.run("cat /proc/sys/kernel/random/boot_id").stdout != before
    machine.power_off()

    assert machine.snapshot(tmp_path / "kept").disk.stat().st_size > 0


def test_every_recipe_is_named_after_its_parts() -> None:
    assert {name: recipe.name for name, recipe in RECIPES.items()} == {name: name for name in RECIPES}
