"""A directory that host and guest share: the way in for a checkout and the way out for what is large."""

import shlex
import subprocess
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path

from .qemu import SHARE_TAG

MOUNT_POINT = "/run/xenstrap-vm-share"


class Share:
    """The shared directory, mounted in the guest only while something passes through it."""

    def __init__(self, directory: Path, run: Callable[[str], object]) -> None:
        directory.mkdir(exist_ok=True)
        self._directory = directory
        self._run = run

    @property
    def arguments(self) -> list[str]:
        """Attach the share to QEMU."""
        share = f"local,id=share,path={self._directory},mount_tag={SHARE_TAG},security_model=none"
        return ["-virtfs", share]

    def push(self, source: Path, destination: str, names: Iterable[str] | None = None) -> None:
        """Put a file, a directory or only the named things below it into a directory of the guest."""
        parcel = self._directory / "parcel.tar"
        with tarfile.open(parcel, "w") as tar:
            if names is not None:
                for name in names:
                    tar.add(source / name, name, recursive=False, filter=_owned_by_root)
            else:
                tar.add(source, "." if source.is_dir() else source.name, filter=_owned_by_root)
        there = shlex.quote(destination)
        self._mounted(f"mkdir -p {there} && tar -x -C {there} -f {MOUNT_POINT}/{parcel.name}")
        parcel.unlink()

    def pull(self, path: str) -> bytes:
        """Read a file of the guest."""
        parcel = self._directory / "parcel"
        self._mounted(f"cat {shlex.quote(path)} > {MOUNT_POINT}/{parcel.name}")
        content = parcel.read_bytes()
        parcel.unlink()
        return content

    def _mounted(self, command: str) -> None:
        mount = f"mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 {SHARE_TAG} {MOUNT_POINT}"
        self._run(f"mkdir -p {MOUNT_POINT} && {mount} && {{ {command}; rc=$?; umount {MOUNT_POINT}; exit $rc; }}")


def project_files(root: Path) -> list[str]:
    """List what belongs to a checkout: tracked or new, but not ignored."""
    asked = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split("\0")
    return [name for name in listed if name and (root / name).exists()]


def _owned_by_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry
