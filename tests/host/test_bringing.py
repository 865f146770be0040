"""The power fails while packages are brought: what their scripts wrote may be empty, and is written again."""

from pathlib import Path

import pytest

from installer.commands import Output
from installer.host import Host
from installer.resources.apt import INSTALLED
from installer.resources.bringing import BRINGING, INFO, begin, brought, end
from installer.resources.packages import Package

COPY, SOURCE = "/etc/default/xen", "/usr/share/xen-utils-common/default.xen"
POSTINST = f"""\
#!/bin/sh
if [ "$1" = "configure" ]; then
	ucf "{SOURCE}" "{COPY}"
	ucfr xen-utils-common "{COPY}"
fi
ucf --three-way /usr/share/never /etc/never
"""


class DebianHost(Host):
    """A root with dpkg's files, whose packages are all installed, and whose dpkg-reconfigure(8) copies."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.ran: list[tuple[str, ...]] = []
        self.status = INSTALLED
        self.write(f"{INFO}/xen-utils-common.postinst", POSTINST)
        self.write(f"{INFO}/other.postinst", f"ucf {SOURCE} /etc/other\n")
        self.write(SOURCE, "# XENSTORED=\n")
        self.write("/etc/other", "")

    def query(self, *argv: str, timeout: float = 0) -> Output:
        return Output(0, "".join(f"{name} {self.status}\n" for name in argv[4:]), "")

    def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        self.ran.append(argv)
        if argv[0] == "dpkg-reconfigure":
            assert env is not None
            assert env["UCF_FORCE_CONFFMISS"] == "1"
            assert not self.exists(COPY)
            self.write(COPY, self.read(SOURCE) or "")
        return Output(0, "", "")


@pytest.fixture
def host(tmp_path: Path) -> DebianHost:
    """A machine whose power failed while two packages were brought."""
    host = DebianHost(tmp_path)
    begin(host, ["xen-utils-common", "lvm2"])
    return host


def test_what_was_brought_when_the_power_failed_is_not_there_until_it_has_come_to_the_disk(host: DebianHost) -> None:
    begin(host, ["bridge-utils"])
    assert brought(host) == {"bridge-utils", "lvm2", "xen-utils-common"}
    both = [Package(name="xen-utils-common"), Package(name="ssh")]
    assert Package.observe_all(host, both) == [{"status": INSTALLED, "on_disk": False}, {"status": INSTALLED}]
    assert both[0].describe({"status": INSTALLED}) == ["installed"]
    told = both[0].describe({"status": INSTALLED, "on_disk": False})
    assert told == ["installed", "what its scripts wrote may be empty"]
    list(end(host))
    assert host.ran == [("sync",)], "nothing was empty"
    assert not host.exists(BRINGING)
    assert Package.observe_all(host, both) == [{"status": INSTALLED}] * 2


def test_only_what_is_installed_can_lack_what_its_scripts_wrote(host: DebianHost) -> None:
    """A rollback may leave a package with its configuration files alone, as it was."""
    host.status = "deinstall ok config-files"
    assert Package.observe_all(host, [Package(name="lvm2")]) == [{"status": host.status}]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("", True),
        ("\0" * 14, True),
        ("# XENSTORED\0\0\0", True),
        ("XENSTORED=oxenstored\n", False),
        (None, False),
    ],
)
def test_a_configuration_file_that_is_torn_is_copied_again(host: DebianHost, text: str | None, again: bool) -> None:
    if text is not None:
        host.write(COPY, text)
    said = [each.text for each in end(host)]  # type: ignore[union-attr]
    assert said == (["configuring xen-utils-common again"] if again else [])
    assert host.read(COPY) == ("# XENSTORED=\n" if again else text)
    assert host.read("/etc/other") == "", "a package that was not brought keeps its empty file"
    assert host.ran[-1] == ("sync",)
