"""Package lists that a power cut tore, by real apt-get(8): it takes them for whole as long as they are new."""

from pathlib import Path

import pytest

from installer.journal import Journal
from tests.host.apt_root import NEEDS, AptRoot, build, host, publish, tear
from tests.host.test_real_apt import settle, there

__all__ = ["host"]
pytestmark = NEEDS


@pytest.mark.parametrize("host", [{}], indirect=True)
@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("share", [0.0, 0.6])
def test_a_package_list_that_a_power_cut_tore_is_fetched_again(
    host: AptRoot, tmp_path: Path, compressed: bool, share: float
) -> None:
    host.compressed = compressed
    tear(host, share)
    settle(host, Journal(tmp_path / "state"))
    assert there(host) == ["xs-base", "xs-tools"]


@pytest.mark.parametrize("host", [{}], indirect=True)
@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("share", [None, 0.0, 0.6])
def test_a_torn_list_of_updates_brings_no_older_version(
    host: AptRoot, tmp_path: Path, compressed: bool, share: float | None
) -> None:
    host.compressed, updates = compressed, tmp_path / "updates"
    updates.mkdir()
    publish(updates, build(updates, "xs-base", "xs-dpkg", {}, "1.1"))
    with (host.root / "etc/apt/sources.list").open("a") as sources:
        sources.write(f"deb [trusted=yes] copy:{updates} ./\n")
    host.query("apt-get", "update")
    if share is not None:
        tear(host, share, "updates")
    settle(host, Journal(tmp_path / "state"))
    assert "Version: 1.1\n" in host.query("dpkg", "--status", "xs-base").stdout
