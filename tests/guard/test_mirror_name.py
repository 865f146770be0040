"""The name that proves whether names are found: that of the machine's own mirror, where the network has to tell it."""

from pathlib import Path

import pytest

from installer.commands import Output
from installer.host import Host
from installer.network.reach import mirror_name, resolves


@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        (
            "sources.list",
            "deb [arch=amd64] http://me:word@mirror.example:8080/debian sid main",
            "mirror.example",
        ),
        ("sources.list", "deb http://192.0.2.9/debian trixie main\ndeb https://b.example/d trixie main", "b.example"),
        ("sources.list", "# deb http://old.example/debian trixie main\ndeb cdrom:[Debian]/ trixie main", ""),
        ("sources.list.d/debian.sources", "Types: deb\nURIs: http://mirror.example/debian\n", "mirror.example"),
        ("sources.list.d/debian.sources.save", "Types: deb\nURIs: http://mirror.example/debian\n", ""),
        ("sources.list.d/debian.sources", "Types: deb\nURIs: http://[2001:db8::1]/debian\n", ""),
    ],
)
def test_the_name_that_is_looked_up_is_that_of_the_machines_own_mirror(
    tmp_path: Path, file: str, text: str, name: str
) -> None:
    written = tmp_path / "etc/apt" / file
    written.parent.mkdir(parents=True)
    written.write_text(text)
    assert mirror_name(Host(tmp_path)) == name


def test_a_name_that_stands_in_etc_hosts_proves_no_network(tmp_path: Path) -> None:
    (tmp_path / "etc/apt").mkdir(parents=True)
    (tmp_path / "etc/apt/sources.list").write_text("deb http://a.example/d sid main\ndeb http://b.example/d sid main")
    (tmp_path / "etc/hosts").write_text("127.0.0.1 localhost # b.example\n192.0.2.9\tx A.example\n")
    assert mirror_name(Host(tmp_path)) == "b.example"
    (tmp_path / "etc/hosts").write_text("192.0.2.9 a.example b.example\n")
    assert mirror_name(Host(tmp_path)) == ""


class CachingHost(Host):
    """A machine that knows a name from before, and whose name servers no longer answer."""

    known = True

    def query(self, *argv: str, timeout: float = 60) -> Output:
        if argv in {("resolvectl", "flush-caches"), ("nscd", "--invalidate", "hosts")}:
            self.known = False
            return Output(0, "", "")
        assert argv == ("timeout", "10", "getent", "ahosts", "mirror.example")
        return Output(0 if self.known else 2, "", "")


@pytest.mark.parametrize("socket", ["run/systemd/resolve/io.systemd.Resolve", "run/nscd/socket"])
def test_a_name_that_the_machine_itself_remembers_proves_no_network(tmp_path: Path, socket: str) -> None:
    host = CachingHost(tmp_path)
    assert resolves(host, "mirror.example"), "nothing keeps names there"
    (tmp_path / socket).parent.mkdir(parents=True)
    (tmp_path / socket).touch()
    assert not resolves(host, "mirror.example")
    host.known = True
    assert not resolves(host, "")
    assert host.known, "where nothing is asked, nothing needs to be forgotten"
