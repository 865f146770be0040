"""A new Debian from a medium: what it is made from, what its apt knows later, and what is refused.

`XENSTRAP_WRITE_GOLDEN=1` writes the golden file anew, to be read before a commit.
"""

import lzma
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.errors import HostError
from installer.facts_outside import Medium
from installer.host import Host, NoHost
from installer.newroot import draw, wanted
from installer.plan import Plan
from installer.probe.outside import probe_outside
from installer.resources.debian import Base, DebianPackages, with_sources
from installer.resources.filesystem import MEDIA, TARGET, Mount
from tests.blank.desk import LiveDesk, settle
from tests.blank.machines import MEDIA as MACHINES
from tests.blank.machines import MEDIUM_ANSWERS, section
from tests.fake_host import FakeHost
from tests.machines import answers

GOLDEN = Path(__file__).parent / "golden" / "media.txt"
PLACE = "/media/debian"
GIVEN = answers(install=section("medium"))
FACTS = MACHINES["medium-beside-network"]
INDEX = f"{PLACE}/dists/trixie/main/binary-amd64/Packages"


def told(plan: Plan) -> Iterator[str]:
    """What a plan says and wants of where Debian comes from."""
    for finding in plan.findings:
        if finding.key in ("install.mirror", "install.security"):
            yield f"{finding.level} {finding.key}: {finding.text}\n  -> {finding.hint}"
    for change in plan.changes:
        match change.resource:
            case Base(sources=sources):
                yield from ("made from:", *(f"    {line}" for line in sources))
            case DebianPackages(sources=sources):
                yield from ("its apt goes by meanwhile:", *(f"    {line}" for line in sources or ("its own",)))
            case Mount(name=name, source=source, words=words) if MEDIA in name:
                yield f"mount {' '.join(words)} {source} {name}"
            case resource if resource.name.endswith("sources.list"):
                yield from ("its apt goes by later:", *(f"    {line}" for line in resource.describe(change.after)))


def test_golden() -> None:
    lines: list[str] = []
    for name, facts in MACHINES.items():
        for case in MEDIUM_ANSWERS:
            lines += [f"== {name}, {case}", *told(draw(answers(install=section(case)), facts, NoHost(), None))]
    text = "\n".join(lines) + "\n"
    if os.environ.get("XENSTRAP_WRITE_GOLDEN"):
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    """A live system with a medium that has all that is wanted."""
    host = FakeHost(tmp_path)
    host.put("/proc/mounts", f"/dev/sda1 / ext4 rw 0 0\n/dev/sdc1 {PLACE} ext4 ro 0 0\n"
                             "/dev/sr0 /run/live/medium iso9660 ro 0 0\n/dev/sdd1 /media/my\\040stick vfat rw 0 0\n"
                             "server:/x /srv nfs rw 0 0\n")  # fmt: skip
    fill(host, wanted(draw(GIVEN, FACTS, NoHost(), None)))
    return host


def fill(host: FakeHost, names: set[str]) -> None:
    """Lay an archive down that has these packages."""
    stanzas = [f"Package: {name}\nVersion: 1\nFilename: pool/{name}.deb\n" for name in sorted(names)]
    host.put(f"{INDEX}.xz", lzma.compress("\n".join(stanzas).encode()))
    for name in names:
        host.put(f"{PLACE}/pool/{name}.deb")


def test_what_is_mounted_is_known_by_its_suites_and_their_signatures(host: FakeHost) -> None:
    host.put(f"{PLACE}/dists/trixie/InRelease")
    for name in ("bookworm/Release", "bookworm/Release.gpg", "sid/Release", "stray/Packages"):
        host.put(f"{PLACE}/dists/{name}")
    host.put("/run/live/medium/dists/trixie/Release")
    host.put("/media/my stick/mirror/dists/forky/InRelease")
    host.put("/media/my stick/deep/down/dists/forky/InRelease")
    for name in ("/srv", "/mirror"):
        host.put(f"{name}/dists/trixie/InRelease")
    assert probe_outside(host).media == (
        Medium(path=PLACE, signed=("bookworm", "trixie"), unsigned=("sid",)),
        Medium(path="/run/live/medium", unsigned=("trixie",)),
        Medium(path="/media/my stick/mirror", signed=("forky",)),
    )


def test_a_medium_that_may_not_be_looked_at_has_no_archive(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> list[str]:
        raise HostError(f"{name} cannot be listed: Permission denied")

    monkeypatch.setattr(host, "names", refuse)
    assert probe_outside(host).media == ()


@pytest.mark.parametrize(
    ("uris", "archive"),
    [
        (["file:/media/debian", "http://mirror.example/debian"], "http://mirror.example/debian"),
        (["file:/media/debian"], "/media/debian"),
        (["file:///media/debian"], "/media/debian"),
        (["cdrom://[Debian%2013]/debian"], ""),
    ],
)
def test_an_address_comes_before_a_directory_in_the_live_systems_own_sources(
    tmp_path: Path, uris: list[str], archive: str
) -> None:
    said = "".join(f"'{uri}/dists/trixie/InRelease' name 0\n" for uri in uris)
    assert probe_outside(FakeHost(tmp_path, {"apt-get --print-uris update": said})).archive == archive


def test_a_medium_with_all_that_is_needed_says_nothing(host: FakeHost) -> None:
    assert draw(GIVEN, FACTS, host, None).errors == []
    assert "qemu-system-xen" in wanted(draw(GIVEN, FACTS, host, None))


def test_what_a_medium_lacks_is_said_before_anything_is_erased(host: FakeHost) -> None:
    host.path(f"{PLACE}/pool/xen-system-amd64.deb").unlink()
    fill(host, wanted(draw(GIVEN, FACTS, NoHost(), None)) - {"xen-system-amd64", "grub-pc"})
    plan = draw(GIVEN, FACTS, host, None)
    (error,) = plan.errors
    assert (error.text, error.fault) == (f"The archive in {PLACE} lacks grub-pc, xen-system-amd64.", "answers")
    assert plan.changes == []


def test_a_package_that_is_listed_and_is_not_there_is_lacking_and_what_stands_for_another_is_not(
    host: FakeHost,
) -> None:
    host.path(f"{PLACE}/pool/nano.deb").unlink()
    given = answers(install=section("medium"), packages={"extra": ["mail-transport-agent"]})
    listed = lzma.decompress(host.path(f"{INDEX}.xz").read_bytes()).decode()
    more = "Package: postfix\nProvides: mta (= 1), mail-transport-agent\nFilename: pool/less.deb\n"
    host.put(f"{INDEX}.xz", lzma.compress(f"{listed}\n{more}".encode()))
    assert [error.text for error in draw(given, FACTS, host, None).errors] == [f"The archive in {PLACE} lacks nano."]


def test_a_medium_without_an_index_for_this_machine_lacks_all(host: FakeHost) -> None:
    host.path(f"{INDEX}.xz").unlink()
    assert [error.text for error in draw(GIVEN, FACTS, host, None).errors] == [f"The archive in {PLACE} lacks main."]


def test_a_damaged_index_is_an_error(host: FakeHost) -> None:
    host.put(f"{INDEX}.xz", b"\xfd7zXZ\0\0\0")
    with pytest.raises(HostError, match=r"Packages\.xz is damaged"):
        draw(GIVEN, FACTS, host, None)


def test_the_packages_apt_goes_by_the_medium_alone_and_nothing_of_that_is_left(tmp_path: Path) -> None:
    seen: list[tuple[str, str]] = []

    def look(argv: tuple[str, ...]) -> None:
        if argv[0] == "apt-get":
            seen.append((argv[-1], desk.in_target(f"{MEDIA}/sources.list").read_text()))

    desk = LiveDesk(tmp_path)
    desk.does = look
    packages = DebianPackages(name=TARGET, packages=("nano",), sources=(f"deb file:{MEDIA}/archive trixie main",))
    desk.said["apt-get --simulate"] = "Inst nano (1 Debian [amd64])\n"
    settle(packages, desk)
    assert [(word, text) for word, text in seen if word in ("update", "nano")] == [
        ("update", f"deb file:{MEDIA}/archive trixie main\n"),
        ("nano", f"deb file:{MEDIA}/archive trixie main\n"),
    ]
    assert 'Dir::Etc::SourceParts "/dev/null"' in desk.in_target(f"{MEDIA}/apt.conf").read_text()
    assert not desk.in_target("/etc/apt").exists(), "what is in /run goes with what is mounted there"


def test_every_command_of_that_system_knows_the_sources_and_no_other_does(tmp_path: Path) -> None:
    host = Host(tmp_path)
    same = with_sources(host, ())
    assert same is host
    (tmp_path / "run").mkdir()
    told = with_sources(host, ("deb file:/x trixie main",))
    assert told.environment == {"APT_CONFIG": f"{MEDIA}/apt.conf"}
    assert host.environment == {}
    here = Host().knowing(APT_CONFIG="/x")
    assert here.query("sh", "-c", "echo $APT_CONFIG").stdout == "/x\n"
    assert list(here.stream("sh", "-c", "echo $APT_CONFIG >/dev/fd/{fd}")) == ["/x"]
    assert Host().query("sh", "-c", "echo $APT_CONFIG").stdout == "\n"


def test_a_medium_that_cannot_be_read_is_what_one_is_told_to_look_at(tmp_path: Path) -> None:
    desk = LiveDesk(tmp_path)
    desk.fails = "unshare --mount mmdebstrap"
    with pytest.raises(HostError) as error:
        settle(Base(name=TARGET, suite="trixie", sources=(f"deb copy:{PLACE} trixie main",)), desk)
    assert error.value.hint == "look at the medium and at install.mirror, then apply again"


@pytest.mark.parametrize(("live_release", "warned"), [("trixie", True), ("bookworm", False)])
def test_a_bookworm_off_line_takes_a_live_bookworm(live_release: str, warned: bool) -> None:
    medium = Medium(path=PLACE, signed=("bookworm",))
    release = FACTS.release.model_copy(update={"codename": live_release})
    outside = FACTS.outside.model_copy(update={"media": (medium,)})
    facts = FACTS.model_copy(update={"outside": outside, "release": release})
    plan = draw(answers(install=section("medium") | {"suite": "bookworm"}), facts, NoHost(), None)
    said = [finding.text for finding in plan.findings if finding.key == "install.suite"]
    assert ["xenstrap cannot be set up in a bookworm" in text for text in said] == [True] * warned
