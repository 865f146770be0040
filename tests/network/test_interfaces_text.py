"""interfaces(5): parsing, and putting lines out of force and back, byte for byte."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.errors import HostError
from installer.host import Host
from installer.network.interfaces_text import HEAD, MARK, parse, with_marks, without_marks
from installer.probe.interfaces import probe_interfaces
from installer.probe.reading import Unread
from installer.resources.interfaces import InterfacesFile
from tests.network.fake import FakeHost

NAME = "/etc/network/interfaces"
LINES = st.sampled_from(
    [
        *("auto lo", "auto lo enp1s0", "allow-hotplug enp1s0", "auto enp2s0", "no-auto-down enp1s0 enp2s0", ""),
        *("iface lo inet loopback", "iface enp1s0 inet dhcp", "iface enp1s0 inet6 auto", "iface enp2s0 inet dhcp"),
        *("    address 192.0.2.10/24", "  up ip route add 198.51.100.0/24 \\", "    via 192.0.2.1", "\tmtu 9000"),
        *("# a comment", "  # iface enp1s0 inet dhcp", "source interfaces.d/*", "mapping eth*"),
        "iface enp1s0:1 inet \\",
        *("iface enp1s0 inet dhcp\r", "\\", "iface", "auto", "rename a=b", "äöü \udcff"),
    ]
)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, st.lists(LINES, max_size=25), st.sampled_from(["", "\n"]))
EDITS = st.lists(st.sampled_from(["# somebody's remark\n", "auto enp9s0\niface enp9s0 inet dhcp\n", "\n"]), max_size=3)


def machine(root: Path, text: str, **more: str) -> FakeHost:
    """A machine with ifupdown."""
    host = FakeHost(root)
    host.units["networking.service"] = "enabled"
    host.put("/usr/sbin/ifup", "")
    host.path(NAME).parent.mkdir(parents=True, exist_ok=True)
    host.path(NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    for name, content in more.items():
        host.put(f"/etc/network/interfaces.d/{name}", content)
    return host


def released(text: str) -> InterfacesFile:
    """The resource that takes enp1s0 out of a file."""
    names = ("enp1s0", "enp1s0:1")
    own = [block for block in parse(text) if set(block.head.words[1:]).intersection(names) and block.word != "mapping"]
    own = [block for block in own if block.word == "iface" or block.word.startswith(("auto", "allow-", "no-auto"))]
    own = [block for block in own if block.word != "iface" or block.head.words[1] in names]
    lines = [text.split("\n")[number] for block in own for number in block.numbers]
    return InterfacesFile(name=NAME, names=names, lines=tuple(lines), source=True)


@given(text=TEXTS)
def test_there_and_back_every_byte_is_as_before(tmp_path_factory: object, text: str) -> None:
    host = machine(new_folder(tmp_path_factory), text)
    resource, before = released(text), host.read_bytes(NAME)
    first = resource.observe(host)
    list(resource.settle(host, resource.expected()))
    assert resource.observe(host) == resource.expected()
    list(resource.settle(host, resource.expected()))
    assert resource.observe(host) == resource.expected()
    list(resource.settle(host, first))
    assert host.read_bytes(NAME) == before


@given(text=TEXTS, above=EDITS, below=EDITS)
def test_what_others_wrote_meanwhile_is_kept(
    tmp_path_factory: object, text: str, above: list[str], below: list[str]
) -> None:
    text = text.removesuffix("\\") + "\n"
    host = machine(new_folder(tmp_path_factory), text)
    resource = released(text)
    first = resource.observe(host)
    list(resource.settle(host, resource.expected()))
    host.write(NAME, "".join(above) + (host.read(NAME) or "") + "".join(below))
    list(resource.settle(host, first))
    assert host.read(NAME) == "".join(above) + text + "".join(below)


@given(text=TEXTS)
def test_nothing_is_left_in_force_and_nothing_else_is_touched(text: str) -> None:
    resource = released(text)
    after = with_marks(text, resource.names, resource.lines, source=True)
    assert without_marks(after) == text
    left = [block for block in parse(after) if block.word == "iface" and block.head.words[1:2] == ("enp1s0",)]
    assert not left
    untouched = [line for line in after.removeprefix(HEAD).split("\n") if not line.startswith(MARK)]
    assert len(untouched) + len(resource.lines) == len(text.split("\n"))


def new_folder(factory: object) -> Path:
    """A fresh directory for one example."""
    made = factory.mktemp("root")  # type: ignore[attr-defined]
    assert isinstance(made, Path)
    return made


def test_a_comment_with_a_backslash_at_its_end_does_not_swallow_the_next_line() -> None:
    blocks = list(parse("# a \\\nauto lo\niface lo inet \\\n  loopback\n  up a \\\n# b\n"))
    assert [block.head.words for block in blocks] == [("auto", "lo"), ("iface", "lo", "inet", "loopback")]
    assert blocks[1].options[0].rest == "a # b"
    assert blocks[1].numbers == (2, 3, 4, 5)


def test_what_sources_our_file(tmp_path: Path) -> None:
    for number, (line, found) in enumerate(
        {
            "source /etc/network/interfaces.d/*": True,
            "source interfaces.d/*": True,
            "source-directory /etc/network/interfaces.d": True,
            "source-directory interfaces.d": True,
            "source /etc/network/interfaces.d/*.cfg": False,
            "# source /etc/network/interfaces.d/*": False,
            "": False,
        }.items()
    ):
        host = machine(tmp_path / str(number), f"{line}\nauto lo\n", some="auto enp7s0\n", **{"a.cfg": "auto enp8s0\n"})
        probed = probe_interfaces(host, Unread())
        assert probed.folder is found, line
        names = [name for auto in probed.autos for name in auto.names]
        assert ("enp7s0" in names) is (found or "directory" in line), line
        assert ("enp8s0" in names) is ("source " in line and "#" not in line), line


def test_inherited_options_several_files_and_secrets(tmp_path: Path) -> None:
    host = machine(
        tmp_path,
        "source interfaces.d/*\niface base inet static\n  mtu 9000\n"
        "iface a inet static inherits base\n  address 192.0.2.1/24\n",
        one="iface b inet dhcp\n  wpa-psk verysecret\n  wpa-ssid here\n",
    )
    one, base, a = probe_interfaces(host, Unread()).stanzas
    assert base.options == (("mtu", "9000"),)
    assert a.options == (("mtu", "9000"), ("address", "192.0.2.1/24"))
    assert (one.path, one.line) == ("/etc/network/interfaces.d/one", 1)
    assert "verysecret" not in probe_interfaces(host, Unread()).model_dump_json()
    assert ("wpa-ssid", "here") in one.options


def test_files_that_source_each_other_end(tmp_path: Path) -> None:
    host = machine(tmp_path, "source /etc/network/interfaces\nauto lo\n")
    assert probe_interfaces(host, Unread()).autos


def test_a_file_that_was_not_there_is_not_made_up(tmp_path: Path) -> None:
    resource = InterfacesFile(name=NAME, names=("a",), lines=(), source=True)
    assert resource.observe(Host(tmp_path)) is None
    assert resource.describe(None) == []
    assert resource.describe(resource.expected()) == ["reads /etc/network/interfaces.d/xenstrap"]


def test_a_link_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    host.put_link(NAME, "elsewhere")
    with pytest.raises(HostError, match="is a symbolic link"):
        InterfacesFile(name=NAME).observe(host)
