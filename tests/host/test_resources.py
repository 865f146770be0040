"""Files, links and diverted files, forth and back."""

from pathlib import Path

import pytest

from installer.commands import Output
from installer.errors import HostError
from installer.host import Host
from installer.resources.diverted import SUFFIX, DivertedFile
from installer.resources.files import File, Link


class DivertingHost(Host):
    """A root directory with a dpkg-divert, and a dpkg that owns /etc."""

    diverted: str = ""

    def query(self, *argv: str, timeout: float = 0) -> Output:
        match argv:
            case ("dpkg-divert", "--truename", name):
                return Output(0, f"{self.diverted or name}\n", "")
            case ("dpkg-query", "--search", name):
                return Output(0 if name == "/etc" else 1, "", "")
        raise AssertionError(argv)

    def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        match argv:
            case ("dpkg-divert", "--local", "--rename", "--divert", aside, "--add", name):
                self.diverted = aside
                if self.exists(name):
                    self.path(name).rename(self.path(aside))
            case ("dpkg-divert", "--local", "--rename", "--remove", name):
                if self.exists(self.diverted):
                    self.path(self.diverted).rename(self.path(name))
                self.diverted = ""
            case _:
                raise AssertionError(argv)
        return Output(0, "", "")


def test_a_file_goes_forth_and_back_and_takes_its_empty_directory_along(tmp_path: Path) -> None:
    host = DivertingHost(tmp_path)
    (tmp_path / "etc").mkdir()
    file = File(name="/etc/default/grub.d/a.cfg", text="a\n")
    before = file.observe(host)
    assert before is None
    file.settle(host, file.expected())
    assert file.observe(host) == file.expected()
    file.settle(host, before)
    assert [path.name for path in (tmp_path / "etc").rglob("*")] == ["default"]


def test_a_file_of_somebody_else_comes_back_with_its_mode(tmp_path: Path) -> None:
    host = DivertingHost(tmp_path)
    host.write("/etc/a", "theirs\n", 0o640)
    file = File(name="/etc/a", text="ours\n")
    before = file.observe(host)
    file.settle(host, file.expected())
    file.settle(host, before)
    assert (host.read("/etc/a"), host.mode("/etc/a")) == ("theirs\n", "0640")


def test_a_secret_file_is_never_shown() -> None:
    file = File(name="/etc/a", text="psk=hunter2", secret=True)
    assert "hunter2" not in "".join(file.describe(file.expected()))


def test_a_link_goes_forth_and_back_and_leaves_a_file_alone(tmp_path: Path) -> None:
    host = DivertingHost(tmp_path)
    link = Link(name="/etc/xen/auto/vm1.cfg", target="../vm1.cfg")
    link.settle(host, link.expected())
    assert link.observe(host) == {"target": "../vm1.cfg"}
    link.settle(host, None)
    assert link.observe(host) is None
    host.write("/etc/xen/auto/vm1.cfg", "a real file")
    with pytest.raises(HostError, match="is there, but is no symbolic link"):
        link.observe(host)


@pytest.mark.parametrize("packaged", ["# all commented\n", None])
def test_a_diverted_file_lies_aside_and_comes_back(tmp_path: Path, packaged: str | None) -> None:
    host = DivertingHost(tmp_path)
    if packaged is not None:
        host.write("/etc/xen/xl.conf", packaged)
    file = DivertedFile(name="/etc/xen/xl.conf", text='autoballoon="off"\n')
    before = file.observe(host)
    list(file.settle(host, file.expected()))
    assert file.observe(host) == file.expected()
    assert host.read("/etc/xen/xl.conf" + SUFFIX) == packaged
    list(file.settle(host, before))
    assert file.observe(host) == before
    assert host.read("/etc/xen/xl.conf") == packaged
    assert host.diverted == ""


def test_a_diversion_without_its_file_is_mended(tmp_path: Path) -> None:
    host = DivertingHost(tmp_path)
    file = DivertedFile(name="/etc/xen/xl.conf", text="ours\n")
    host.diverted = file.aside
    assert file.observe(host) == {"diverted": True}
    list(file.settle(host, file.expected()))
    assert file.observe(host) == file.expected()
