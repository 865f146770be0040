"""Packages by real apt-get(8) and dpkg(1), in a root of its own and from an archive of two packages: both break off."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from installer.engine import Event, apply
from installer.errors import HostError
from installer.headless import draw_undo
from installer.host import Host
from installer.journal import Journal
from installer.plan import Plan, draw_plan
from installer.resources.packages import Package
from tests.engine.toy import ToyStep
from tests.machines import answers, machine

PACKAGES = [Package(name="xs-tools"), Package(name="xs-base")]
CONTROL = """\
Package: {name}
Version: 1.0
Architecture: all
Maintainer: Nobody <nobody@example.org>
Depends: {depends}
Description: for a test
"""
STATUS = (
    "Package: xs-dpkg\nStatus: install ok installed\nVersion: 1\nArchitecture: all\nMaintainer: N\nDescription: x\n"
)
# Ends dpkg, its parent, as the kernel does that is out of memory, or a person; once.
DEADLY = '#!/bin/sh\n[ -e "$DPKG_ROOT/survive" ] || { touch "$DPKG_ROOT/survive"; kill -9 $PPID; }\n'

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("apt-get", "dpkg", "dpkg-deb"))), reason="needs root, apt and dpkg"
)


class AptRoot(Host):
    """A machine of apt and dpkg alone: both are ours, their files are below our root."""

    def _argv(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        root = ("--force-script-chrootless", f"--root={self.root}")
        match argv[0]:
            case "apt-get":
                state = f"Dir::State::status={self.root}/var/lib/dpkg/status"
                options = [f"Dir={self.root}", state, *(f"DPkg::Options::={word}" for word in root)]
                return ("apt-get", *(word for option in options for word in ("-o", option)), *argv[1:])
            case "dpkg":
                return ("dpkg", *root, *argv[1:])
            case "dpkg-query":
                return ("dpkg-query", f"--root={self.root}", *argv[1:])
        return argv


def build(archive: Path, name: str, depends: str, postinst: str) -> str:
    """Build a package into the archive; its paragraph of the index."""
    tree = archive.parent / name
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "usr/share").mkdir(parents=True)
    (tree / "usr/share" / name).write_text(f"{name}\n")
    control = CONTROL.format(name=name, depends=depends)
    (tree / "DEBIAN/control").write_text(control)
    (tree / "DEBIAN/postinst").write_text(postinst)
    (tree / "DEBIAN/postinst").chmod(0o755)
    deb = archive / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, deb], check=True, capture_output=True)
    content = deb.read_bytes()
    return f"{control}Filename: ./{deb.name}\nSize: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n\n"


@pytest.fixture
def host(tmp_path: Path, request: pytest.FixtureRequest) -> AptRoot:
    """A root that knows the archive, whose first package does `request.param` when it is configured."""
    root, archive = tmp_path / "root", tmp_path / "archive"
    for name in ("etc/apt/apt.conf.d", "var/lib/dpkg/updates", "var/lib/dpkg/info", "var/lib/apt/lists/partial"):
        (root / name).mkdir(parents=True)
    for name in ("var/cache/apt/archives/partial", "var/log/apt", "etc/apt/preferences.d"):
        (root / name).mkdir(parents=True)
    archive.mkdir()
    index = build(archive, "xs-base", "xs-dpkg", request.param) + build(archive, "xs-tools", "xs-base", "#!/bin/sh\n")
    (archive / "Packages").write_text(index)
    (root / "etc/apt/sources.list").write_text(f"deb [trusted=yes] file:{archive} ./\n")
    (root / "var/lib/dpkg/status").write_text(STATUS)
    for name in ("available", "diversions", "statoverride", "info/xs-dpkg.list", "info/xs-dpkg.md5sums"):
        (root / "var/lib/dpkg" / name).touch()
    return AptRoot(root)


def plan(host: Host, journal: Journal) -> Plan:
    """The plan of the packages."""
    return draw_plan([ToyStep(PACKAGES)], answers(), machine(), host, notes=False)


def settle(host: Host, journal: Journal) -> list[Event]:
    """Install them."""
    return list(apply(plan(host, journal), host, journal))


def there(host: AptRoot) -> list[str]:
    """What lies below /usr."""
    return host.names("/usr/share")


@pytest.mark.parametrize("host", [DEADLY], indirect=True)
def test_a_dpkg_that_was_killed_midway_is_brought_to_its_end_by_the_next_apply(host: AptRoot, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state")
    with pytest.raises(HostError, match=r"apt-get install failed.*dpkg is not at rest.*xs-base") as caught:
        settle(host, journal)
    assert "apply again" in (caught.value.hint or "")
    assert {each.kind for each in journal.in_flight()} == {"package"}
    said = [event.text for event in settle(host, Journal(tmp_path / "state"))]
    assert "finishing an interrupted dpkg" in said
    assert plan(host, journal).pending == []
    assert (there(host), host.query("dpkg", "--audit").stdout) == (["xs-base", "xs-tools"], "")
    journal = Journal(tmp_path / "state")
    list(apply(draw_undo(host, journal), host, journal))
    assert there(host) == []


@pytest.mark.parametrize("host", ["#!/bin/sh\n"], indirect=True)
@pytest.mark.parametrize("missing", ["Packages", "xs-tools.deb"])
def test_an_archive_that_goes_away_leaves_nothing_half_installed(host: AptRoot, tmp_path: Path, missing: str) -> None:
    gone = tmp_path / "archive" / missing
    gone.rename(tmp_path / "elsewhere")
    with pytest.raises(HostError, match=r"apt-get (update|install) failed") as caught:
        settle(host, Journal(tmp_path / "state"))
    assert caught.value.hint == "nothing is half installed; look at the network and apt's sources, then apply again"
    assert there(host) == []
    (tmp_path / "elsewhere").rename(gone)
    settle(host, Journal(tmp_path / "state"))
    assert there(host) == ["xs-base", "xs-tools"]
