"""A machine of real apt-get(8) and dpkg(1) in a root of its own, and an archive of two packages."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from installer.host import Host

CONTROL = """\
Package: {name}
Version: {version}
Architecture: all
Maintainer: Nobody <nobody@example.org>
Depends: {depends}
Description: for a test
"""
STATUS = (
    "Package: xs-dpkg\nStatus: install ok installed\nVersion: 1\nArchitecture: all\nMaintainer: N\nDescription: x\n"
)
NEEDS = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("apt-get", "dpkg", "dpkg-deb"))), reason="needs root, apt and dpkg"
)


class AptRoot(Host):
    """A machine of apt and dpkg alone: both are ours, their files are below our root.

    Lists are kept as they are, which is Debian's default, or `compressed`.
    """

    compressed = False

    def _argv(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        root = ("--force-script-chrootless", f"--root={self.root}")
        status = f"{self.root}/var/lib/dpkg/status"
        match argv[0]:
            case "apt-get":
                options = [
                    f"Dir={self.root}",
                    f"Dir::State::status={status}",
                    f"Acquire::GzipIndexes={self.compressed}",
                    *(f"DPkg::Options::={word}" for word in root),
                ]
                return ("apt-get", *(word for option in options for word in ("-o", option)), *argv[1:])
            case "apt-cache":
                return ("apt-cache", "-o", f"Dir={self.root}", "-o", f"Dir::State::status={status}", *argv[1:])
            case "dpkg":
                return ("dpkg", *root, *argv[1:])
            case "dpkg-query":
                return ("dpkg-query", f"--root={self.root}", *argv[1:])
        return argv


def build(archive: Path, name: str, depends: str, scripts: dict[str, str], version: str = "1.0") -> str:
    """Build a package into the archive; its paragraph of the index."""
    tree = archive.parent / f"{name}-{version}"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "usr/share").mkdir(parents=True)
    (tree / "usr/share" / name).write_text(f"{name}\n")
    control = CONTROL.format(name=name, depends=depends, version=version)
    (tree / "DEBIAN/control").write_text(control)
    for script, text in scripts.items():
        (tree / "DEBIAN" / script).write_text(text)
        (tree / "DEBIAN" / script).chmod(0o755)
    deb = archive / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, deb], check=True, capture_output=True)
    content = deb.read_bytes()
    return f"{control}Filename: ./{deb.name}\nSize: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n\n"


def publish(archive: Path, index: str) -> None:
    """Write the archive's index, and the Release that has its digest."""
    (archive / "Packages").write_text(index)
    digest = hashlib.sha256(index.encode()).hexdigest()
    (archive / "Release").write_text(f"Origin: test\nSHA256:\n {digest} {len(index)} Packages\n")


@pytest.fixture
def host(tmp_path: Path, request: pytest.FixtureRequest) -> AptRoot:
    """A root that knows the archive, whose first package has the scripts `request.param`."""
    root, archive = tmp_path / "root", tmp_path / "archive"
    for name in ("etc/apt/apt.conf.d", "var/lib/dpkg/updates", "var/lib/dpkg/info", "var/lib/apt/lists/partial"):
        (root / name).mkdir(parents=True)
    for name in ("var/cache/apt/archives/partial", "var/log/apt", "etc/apt/preferences.d"):
        (root / name).mkdir(parents=True)
    archive.mkdir()
    publish(archive, build(archive, "xs-base", "xs-dpkg", request.param) + build(archive, "xs-tools", "xs-base", {}))
    (root / "etc/apt/sources.list").write_text(f"deb [trusted=yes] copy:{archive} ./\n")
    (root / "var/lib/dpkg/status").write_text(STATUS)
    for name in ("available", "diversions", "statoverride", "info/xs-dpkg.list", "info/xs-dpkg.md5sums"):
        (root / "var/lib/dpkg" / name).touch()
    return AptRoot(root)


def tear(host: AptRoot, share: float, which: str = "archive") -> None:
    """Leave so much of a package list, as a power cut may; apt itself says that it has it already."""
    host.query("apt-get", "update")
    (listed,) = (host.root / "var/lib/apt/lists").glob(f"*_{which}_*Packages*")
    listed.write_bytes(listed.read_bytes()[: int(listed.stat().st_size * share)])
