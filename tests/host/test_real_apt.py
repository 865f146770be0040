"""Packages by real apt-get(8) and dpkg(1), in a root of its own and from an archive of two packages: both break off."""

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
from tests.host.apt_root import NEEDS, AptRoot, host, tear
from tests.machines import answers, machine

__all__ = ["host"]
PACKAGES = [Package(name="xs-tools"), Package(name="xs-base")]
# Ends dpkg, its parent, as the kernel does that is out of memory, or a person; once.
DEADLY = '#!/bin/sh\n[ -e "$DPKG_ROOT/survive" ] || { touch "$DPKG_ROOT/survive"; kill -9 $PPID; }\n'
# What dpkg says of a filesystem that is full, until there is room.
FULL = """\
#!/bin/sh
[ -e "$DPKG_ROOT/room" ] && exit 0
echo "cannot copy extracted data for './boot/xen' to '/boot/xen.dpkg-new': failed to write (No space left on device)"
exit 1
"""

pytestmark = NEEDS


def plan(host: Host, journal: Journal) -> Plan:
    """The plan of the packages."""
    return draw_plan([ToyStep(PACKAGES)], answers(), machine(), host, notes=False)


def settle(host: Host, journal: Journal) -> list[Event]:
    """Install them."""
    return list(apply(plan(host, journal), host, journal))


def there(host: AptRoot) -> list[str]:
    """What lies below /usr."""
    return host.names("/usr/share")


@pytest.mark.parametrize("host", [{"postinst": DEADLY}], indirect=True)
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


@pytest.mark.parametrize("host", [{}], indirect=True)
@pytest.mark.parametrize("torn", [False, True])
def test_what_was_unpacked_before_what_it_depends_on_gets_that_by_the_next_apply(
    host: AptRoot, tmp_path: Path, torn: bool
) -> None:
    host.query("dpkg", "--unpack", str(tmp_path / "archive/xs-tools.deb"))
    assert "xs-tools" in host.query("dpkg", "--audit").stdout
    if torn:
        tear(host, 0.0)
    settle(host, Journal(tmp_path / "state"))
    assert (there(host), host.query("dpkg", "--audit").stdout) == (["xs-base", "xs-tools"], "")


@pytest.mark.parametrize("host", [{}], indirect=True)
def test_what_was_unpacked_before_what_it_depends_on_can_go_without_an_archive(host: AptRoot, tmp_path: Path) -> None:
    host.query("dpkg", "--unpack", str(tmp_path / "archive/xs-tools.deb"))
    (tmp_path / "archive/Packages").unlink()
    list(Package.settle_all(host, [(Package(name="xs-tools"), None)]))
    assert (there(host), host.query("dpkg", "--audit").stdout) == ([], "")


@pytest.mark.parametrize("host", [{}], indirect=True)
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


@pytest.mark.parametrize("host", [{"preinst": FULL}], indirect=True)
@pytest.mark.parametrize("named", [("xs-tools",), ("xs-tools", "xs-base")])
def test_a_package_that_could_not_be_unpacked_is_brought_by_the_next_apply(
    host: AptRoot, tmp_path: Path, named: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.host.test_real_apt.PACKAGES", [Package(name=name) for name in named])
    with pytest.raises(
        HostError, match=r"failed: cannot copy .*'/boot/xen.dpkg-new'.*not at rest: xs-tools$"
    ) as caught:
        settle(host, Journal(tmp_path / "state"))
    assert caught.value.hint.startswith("make room on the filesystem of /boot: ")
    with pytest.raises(HostError, match=r"cannot copy .*'/boot/xen.dpkg-new'.*not at rest: xs-tools$"):
        settle(host, Journal(tmp_path / "state"))
    (host.root / "room").touch()
    settle(host, journal := Journal(tmp_path / "state"))
    assert plan(host, journal).pending == []
    assert (there(host), host.query("dpkg", "--audit").stdout) == (["xs-base", "xs-tools"], "")
    list(apply(draw_undo(host, journal), host, journal))
    assert there(host) == []


@pytest.mark.parametrize("host", [{"preinst": FULL}], indirect=True)
def test_what_could_not_be_unpacked_is_no_obstacle_to_a_rollback(host: AptRoot, tmp_path: Path) -> None:
    with pytest.raises(HostError, match=r"apt-get install failed"):
        settle(host, Journal(tmp_path / "state"))
    journal = Journal(tmp_path / "state")
    list(apply(draw_undo(host, journal), host, journal))
    assert (there(host), host.query("dpkg", "--audit").stdout) == ([], "")


@pytest.mark.parametrize("host", [{"preinst": FULL}], indirect=True)
def test_what_others_have_left_without_its_dependencies_is_left_to_them(host: AptRoot, tmp_path: Path) -> None:
    with pytest.raises(HostError, match=r"apt-get install failed"):
        settle(host, Journal(tmp_path / "state"))
    (host.root / "room").touch()
    with pytest.raises(HostError, match=r"xs-tools") as caught:
        list(Package.settle_all(host, [(Package(name="xs-dpkg"), {"status": "install ok installed"})]))
    assert caught.value.hint == Package.remedy
