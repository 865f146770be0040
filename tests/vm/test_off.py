"""What is read from a disk tells one machine from another; one that cannot be read is no machine without files."""

import subprocess
from pathlib import Path

import pytest

from tests.vm.image import MIB
from tests.vm.manifest import difference
from tests.vm.off import ReadError, debugfs, everything_on
from tests.vm.recipe import RECIPES

NAME = "bookworm-bios-ifupdown"


def made(folder: Path, name: str, *commands: str) -> Path:
    """A raw disk with a root of few files, changed by debugfs(8)."""
    tree, disk = folder / f"{name}-files", folder / name
    for place, text in {
        "etc/hostname": "vm\n",
        "usr/bin/passwd": "elf",
        "var/log/syslog": "a",
        "home/me/x y": "",
    }.items():
        (tree / place).parent.mkdir(parents=True, exist_ok=True)
        (tree / place).write_text(text)
    (tree / "bin").symlink_to("usr/bin")
    start = RECIPES[NAME].root_offset_mib * MIB
    with disk.open("wb") as file:
        file.truncate(start + 16 * MIB)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-E", f"offset={start}", "-d", tree, disk, "16M"], check=True)
    for command in commands:
        subprocess.run(["debugfs", "-w", "-R", command, f"{disk}?offset={start}"], check=True, capture_output=True)
    return disk


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("sif /usr/bin/passwd mode 0104755", "/usr/bin/passwd"),
        ("sif /etc/hostname uid 7", "/etc/hostname"),
        ("rm /etc/hostname", "/etc/hostname"),
        ("sif /etc/hostname size 0", "/etc/hostname"),
        ("symlink /sbin usr/sbin", "/sbin"),
        ("mkdir /srv", "/srv"),
    ],
)
def test_what_differs_is_named(command: str, name: str, tmp_path: Path) -> None:
    before = everything_on(made(tmp_path, "before"), NAME, tmp_path / "tree")
    after = everything_on(made(tmp_path, "after", command), NAME, tmp_path / "other")
    assert [line.partition(": ")[0] for line in difference(before, after)] == [name]
    assert {"/bin", "/etc", "/home/me/x y", "/var/log"} - before.keys() == {"/var/log"}


def test_what_cannot_be_read_is_no_machine_without_files(tmp_path: Path) -> None:
    disk = made(tmp_path, "disk")
    with disk.open("r+b") as file:
        file.seek(RECIPES[NAME].root_offset_mib * MIB)
        file.write(bytes(64 * 1024))
    with pytest.raises(ReadError, match="Bad magic number"):
        everything_on(disk, NAME, tmp_path / "tree")


def test_a_part_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    root = f"{made(tmp_path, 'disk')}?offset={RECIPES[NAME].root_offset_mib * MIB}"
    with pytest.raises(ReadError, match="File not found"):
        debugfs(root, "ls -p /etc", "ls -p /nope", "ls -p /usr")
