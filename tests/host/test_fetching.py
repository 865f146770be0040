"""An archive that takes requests and says nothing more is waited for, but not for ever."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.errors import HostError
from installer.host import Host
from installer.resources import fetching
from installer.resources.apt import apt
from installer.resources.complaints import READABLE, complaints
from installer.resources.debian import Base
from installer.resources.fetching import PATIENCE, PAUSE, Fetching
from tests.blank.desk import LiveDesk

PARTIAL = "/new/var/cache/apt/archives/partial/base-files.deb"
SOURCES = (
    "deb [signed-by=/usr/share/k.gpg] http://mirror.example/debian trixie main",
    "deb http://s.example/sec t main",
)


class Clock:
    """The time, which goes on as told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def watched(tmp_path: Path) -> tuple[Clock, Fetching, LiveDesk]:
    """A fetching into /new."""
    clock, desk = Clock(), LiveDesk(tmp_path)
    return clock, Fetching(desk, "/new", lambda: "http://mirror.example/debian", clock), desk


def test_a_slow_archive_is_waited_for_as_long_as_it_gives_something(tmp_path: Path) -> None:
    clock, fetching, desk = watched(tmp_path)
    for size in range(1, 8):
        desk.put(PARTIAL, "x" * size)
        clock.now += PATIENCE - PAUSE
        fetching.look()


def test_one_that_gives_nothing_is_not_though_apt_begins_again_and_again(tmp_path: Path) -> None:
    clock, fetching, desk = watched(tmp_path)
    desk.put(PARTIAL, "half of it")
    clock.now += PAUSE
    fetching.look()
    desk.put(PARTIAL, "")
    for _ in range(int(PATIENCE / PAUSE) - 1):
        clock.now += PAUSE
        fetching.look()
    clock.now += PAUSE
    with pytest.raises(HostError, match=r"nothing more has come from http://mirror.example/debian for 5 minutes"):
        fetching.look()


def test_apt_itself_may_say_that_more_has_come(tmp_path: Path) -> None:
    """Its files may be elsewhere (apt.conf(5), Dir::Cache); of a file that failed it counts nothing any more."""
    clock, fetching, _ = watched(tmp_path)
    for percent in (11.8, 12.05, 12.06):
        clock.now += PATIENCE - PAUSE
        fetching.come(percent)
        fetching.look()
    with pytest.raises(HostError, match="nothing more has come"):  # noqa: PT012 - it is the last of them that raises
        for _ in range(int(PATIENCE / PAUSE)):
            clock.now += PAUSE
            fetching.come(11.8)
            fetching.look()


def test_while_packages_are_installed_nothing_need_come(tmp_path: Path) -> None:
    clock, fetching, _ = watched(tmp_path)
    fetching.under_way = False
    clock.now += 10 * PATIENCE
    fetching.look()
    fetching.under_way = True
    clock.now += PATIENCE - PAUSE
    fetching.look()


class Stalled(LiveDesk):
    """A live system whose programs say some lines, and then nothing more: they are looked at meanwhile."""

    told: list[str]

    def stream(self, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
        for line in self.lines:
            self.told.append(line)
            yield line
            self.look()


@pytest.fixture
def stalled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stalled:
    """Nobody has any patience there."""
    monkeypatch.setattr(fetching, "PATIENCE", 1e-9)
    monkeypatch.setattr(fetching, "PAUSE", 0.0)
    desk = Stalled(tmp_path)
    desk.told = []
    return desk


def test_a_base_names_the_mirror_that_gives_nothing_more(stalled: Stalled) -> None:
    base = Base(name="/new", suite="trixie", sources=SOURCES)
    stalled.lines = ("I: extracting archives...", "I: downloading packages with apt...", "not read any more")
    with pytest.raises(HostError) as error:
        list(base.settle(stalled, base.expected()))
    assert "nothing more has come from http://mirror.example/debian or http://s.example/sec for" in error.value.fact
    assert error.value.hint == "look at the network and at install.mirror, then apply again"
    assert len(stalled.told) == 2


def test_apt_names_whom_it_fetches_from(stalled: Stalled) -> None:
    stalled.said["apt-get indextargets"] = "http://mirror.example/debian\nhttp://mirror.example/debian\n"
    stalled.lines = ("pmstatus:xen:10.0:Unpacking", "dlstatus:1:20.0:Retrieving file 2 of 9", "not read any more")
    with pytest.raises(HostError) as error:
        list(apt(stalled, "install", "xen"))
    assert "apt-get install failed: nothing more has come from http://mirror.example/debian for" in error.value.fact
    assert "look at the network" in error.value.hint
    assert len(stalled.told) == 2


def test_an_apt_that_has_not_begun_to_fetch_may_wait_for_another_one(stalled: Stalled) -> None:
    """For ten minutes (OPTIONS); apt tells twice a second of what it fetches, also while nothing comes."""
    stalled.lines = ("anything", "pmstatus:xen:10.0:Unpacking")
    list(apt(stalled, "install", "xen"))
    assert stalled.told == list(stalled.lines)


def test_what_is_looked_at_and_given_up_is_ended_with_all_that_it_has_started() -> None:
    def give_up() -> None:
        raise HostError("that is enough")

    host, started = Host(), time.monotonic()
    with host.watched(give_up), pytest.raises(HostError, match="that is enough"):
        list(host.stream("sh", "-c", "tail -f /dev/null & wait"))
    assert time.monotonic() - started < 60
    assert list(host.stream("bash", "-c", "echo again >&{fd}")) == ["again"], "the next one is not looked at"


def test_a_complaint_that_quotes_a_hundred_words_can_be_read() -> None:
    said = complaints(["I: installing", f"E: setup failed: dpkg --install {'x.deb ' * 500}failed"])
    assert said.startswith("setup failed: dpkg --install x.deb")
    assert said.endswith("x.deb failed")
    assert len(said) < 2 * READABLE + 10
