"""What is on the disk of a machine that is off, name by name, read at this host's speed (debugfs(8))."""

import os
import re
import subprocess
from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path

from .image import MIB
from .manifest import without_caches
from .recipe import RECIPES

# What a machine writes as it runs, each time in its own way.
GROWN = ("/proc", "/sys", "/dev", "/run", "/tmp", "/root", "/var/tmp", "/var/log", "/var/cache", "/var/lib/apt",
         "/var/lib/dpkg", "/var/lib/systemd", "/var/lib/xenstrap", "/etc/lvm/archive", "/etc/lvm/backup",
         "__pycache__", "lost+found")  # fmt: skip
READ = ("/etc/", "/boot/", "/usr/")
"""Where every file's content counts."""
ENTRY = re.compile(r"^/\d+/(\d+)/(\d+)/(\d+)/(.+)/\d*/$", re.MULTILINE)
"""Mode, owner, group and name of an entry of a directory (debugfs(8), ls -p)."""


class ReadError(Exception):
    """A disk could not be read as a whole; the text is debugfs' own."""


def everything_on(disk: Path, recipe: str, tree: Path) -> dict[str, str]:
    """Every name of a raw disk's root but for what grows by itself, with the contents of all that is read at a start.

    Of an initial RAM disk, which holds the time when it was made, the names in it. All of it is copied to `tree`.
    """
    tree.mkdir()
    root = f"{disk}?offset={RECIPES[recipe].root_offset_mib * MIB}"
    debugfs(root, f"rdump / {tree}")
    names = sorted(kept_names(tree))
    places = {name: tree / name[1:] for name in names}
    modes = modes_of(root, ["/", *(name for name, path in places.items() if path.is_dir() and not path.is_symlink())])
    return without_caches({name: f"{modes[name]} {told(tree, name)}" for name in names})


def debugfs(root: str, *commands: str) -> str:
    """What debugfs says to commands; ReadError where it could not do all of one: its exit status may not tell."""
    words = ["debugfs", "-f", "-", root]
    done = subprocess.run(words, input="\n".join(commands), check=False, text=True, capture_output=True)
    failures = done.stderr.splitlines()[1:]  # the first line is its version
    if failures or done.returncode:
        raise ReadError("\n".join(failures))
    return done.stdout


def kept_names(tree: Path) -> Iterator[str]:
    """Every name below a tree, as in the machine, but for what grows."""
    for folder, folders, files in os.walk(tree):
        place = folder.removeprefix(str(tree))
        folders[:] = [name for name in folders if not grown(f"{place}/{name}")]
        yield from (f"{place}/{name}" for name in (*folders, *files) if not grown(f"{place}/{name}"))


def grown(name: str) -> bool:
    """Whether a name is of those that grow."""
    return any(name == each if each[0] == "/" else name.endswith(f"/{each}") for each in GROWN)


def modes_of(root: str, folders: list[str]) -> dict[str, str]:
    """Kind and mode, owner and group of everything in these directories."""
    said = debugfs(root, *(f'ls -p "{folder}"' for folder in folders))
    parts = re.split(r"^debugfs: +ls -p .*\n", said, flags=re.MULTILINE)[1:]
    return {
        f"{'' if folder == '/' else folder}/{name}": f"{mode} {owner}:{group}"
        for folder, part in zip(folders, parts, strict=True)
        for mode, owner, group, name in ENTRY.findall(part)
    }


def told(tree: Path, name: str) -> str:
    """What a name points at, or holds where that counts."""
    path = tree / name[1:]
    if path.is_symlink():
        return os.readlink(path)
    if not path.is_file() or not name.startswith(READ):
        return ""
    if path.name.startswith("initrd.img-"):
        names = subprocess.run(
            ["chroot", tree, "lsinitramfs", name], check=True, capture_output=True
        ).stdout.splitlines()
        return sha256(b"\n".join(sorted(names))).hexdigest() if names else "torn"
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
