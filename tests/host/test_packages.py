"""Packages: what apt is asked for, what is said meanwhile, and what is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.commands import Output
from installer.engine import apply
from installer.errors import HostError
from installer.host import Host
from installer.journal import Journal
from installer.plan import Change, Plan, StepPlan
from installer.resources.base import Progress
from installer.resources.packages import INSTALLED, Package

DEPENDENCIES = {"xen-system-amd64": ["xen-hypervisor-4.20-amd64", "libxen4.20"], "bridge-utils": []}


class AptHost(Host):
    """A dpkg database in memory, with an apt that knows a few packages."""

    def __init__(self, installed: set[str] | None = None) -> None:
        super().__init__()
        self.installed = set(installed or ())
        self.asked: list[tuple[str, ...]] = []
        self.audit = ""
        self.locks: list[tuple[str, int]] = []
        self.needed_by_others: list[str] = []
        self.owned: dict[str, str] = {}
        self.emptied: list[str] = []

    def names(self, name: str) -> list[str]:
        return []

    def read(self, name: str) -> str | None:
        return "unattended-upgr\n" if name == "/proc/77/comm" else None

    def lock_holder(self, name: str) -> int | None:
        return next((pid for lock, pid in self.locks if lock == name), None)

    def query(self, *argv: str, timeout: float = 0) -> Output:
        match argv:
            case ("dpkg-query", "--show", "--showformat", _, *names):
                return Output(0, "".join(f"{name} {INSTALLED}\n" for name in names if name in self.installed), "")
            case ("dpkg-query", "--listfiles", *_):
                return Output(0, "/.\n/etc\n" + "".join(f"{name}\n{name}/file\n" for name in self.owned), "")
            case ("dpkg-query", "--search", *names):
                return Output(0, "".join(f"{self.owned[name]}: {name}\n" for name in names), "")
            case ("dpkg", "--audit"):
                return Output(0, self.audit, "")
            case ("tail", "--pid", "77", *_):
                self.locks.clear()
                return Output(0, "", "")
            case ("apt-get", "--simulate", "--no-install-recommends", "install", *names):
                new = [*(each for name in names for each in DEPENDENCIES[name]), *names]
                return Output(0, "".join(f"Inst {name} (1.0 Debian:13 [amd64])\n" for name in new), "")
            case ("apt-get", "--simulate", "purge", *names):
                return Output(0, "".join(f"Purg {name} [1.0]\n" for name in [*names, *self.needed_by_others]), "")
        raise AssertionError(argv)

    def exists(self, name: str) -> bool:
        return name != "/etc/gone"

    def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        assert argv[0] == "find"
        assert argv[2:] == ("-depth", "-type", "d", "-empty", "-delete")
        self.emptied.append(argv[1])
        return Output(0, "", "")

    def stream(self, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
        assert env is not None
        assert env["DEBIAN_FRONTEND"] == "noninteractive"
        words = [word for word in argv[1:] if not word.startswith("-") and "=" not in word]
        self.asked.append(tuple(words))
        match words:
            case ["install", *names]:
                yield "dlstatus:1:20.5:Retrieving file 1 of 2"
                yield "pmstatus:libxen4.20:60.0:Unpacking libxen4.20 (amd64)"
                self.installed |= {each for name in names for each in [name, *DEPENDENCIES[name]]}
            case ["purge", *names]:
                self.installed -= set(names)


def plan(*changes: tuple[str, str | None, str | None]) -> Plan:
    """A plan of packages: name, status now, status wanted."""
    made = [
        Change(
            step="packages",
            resource=Package(name=name),
            before=before and {"status": before},
            after=after and {"status": after},
        )
        for name, before, after in changes
    ]
    return Plan(steps=(StepPlan(name="packages", title="", changes=tuple(made)),))


def test_all_packages_come_in_one_run_without_recommends_and_every_dependency_is_in_the_journal(tmp_path: Path) -> None:
    host, journal = AptHost({"libc6"}), Journal(tmp_path)
    events = list(apply(plan(("xen-system-amd64", None, INSTALLED), ("bridge-utils", None, INSTALLED)), host, journal))
    assert host.asked == [("update",), ("install", "xen-system-amd64", "bridge-utils")]
    assert [(event.text, event.percent) for event in events if event.event == "progress"] == [
        ("installing: Retrieving file 1 of 2", 20.5),
        ("installing: Unpacking libxen4.20 (amd64)", 60.0),
    ]
    names = {name for _, name in journal.touched()}
    assert names == {"xen-system-amd64", "bridge-utils", "xen-hypervisor-4.20-amd64", "libxen4.20"}


def test_rollback_removes_what_we_added_and_only_that(tmp_path: Path) -> None:
    host, journal = AptHost({"libc6", "libxen4.20"}), Journal(tmp_path)
    list(apply(plan(("xen-system-amd64", None, INSTALLED)), host, journal))
    undo = plan(*((name, INSTALLED, None) for _, name in journal.touched()))
    list(apply(undo, host, journal))
    assert host.installed == {"libc6", "libxen4.20"}
    assert journal.touched() == {}


def test_a_directory_of_a_purged_package_is_not_left_empty_but_a_shared_one_is_not_looked_at(tmp_path: Path) -> None:
    host, journal = AptHost(), Journal(tmp_path)
    host.owned = {"/etc/lvm": "lvm2:amd64", "/etc/default": "lvm2, grub-common", "/etc/gone": "lvm2"}
    host.installed.add("lvm2")
    list(apply(plan(("lvm2", INSTALLED, None)), host, journal))
    assert host.emptied == ["/etc/lvm"]


def test_rollback_refuses_to_take_somebody_elses_package_along(tmp_path: Path) -> None:
    host, journal = AptHost(), Journal(tmp_path)
    list(apply(plan(("bridge-utils", None, INSTALLED)), host, journal))
    host.needed_by_others = ["their-firewall"]
    with pytest.raises(HostError, match=r"would also remove their-firewall, which xenstrap did not install"):
        list(apply(plan(("bridge-utils", INSTALLED, None)), host, journal))
    assert "bridge-utils" in host.installed


def test_another_apt_is_waited_for_and_named() -> None:
    host = AptHost()
    host.locks = [("/var/lib/dpkg/lock-frontend", 77)]
    said = list(Package.settle_all(host, [(Package(name="bridge-utils"), {"status": INSTALLED})]))
    assert said[0] == Progress(text="waiting for unattended-upgr (pid 77), which holds /var/lib/dpkg/lock-frontend")


def test_a_dpkg_that_is_not_at_rest_afterwards_is_an_error_that_says_what_is_broken() -> None:
    class BreakingHost(AptHost):
        def stream(self, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
            self.audit = "The following packages are only half configured:\n xen-utils-4.20  Xen admin tools\n"
            yield from ()

    with pytest.raises(HostError, match=r"dpkg is not at rest: .*xen-utils-4.20"):
        list(Package.settle_all(BreakingHost(), [(Package(name="bridge-utils"), {"status": INSTALLED})]))


def test_an_interrupted_dpkg_is_finished_first() -> None:
    class InterruptedHost(AptHost):
        ran: tuple[str, ...] = ()

        def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
            self.ran, self.audit = argv, ""
            return Output(0, "", "")

    host = InterruptedHost()
    host.audit = "half configured"
    said = list(Package.settle_all(host, [(Package(name="bridge-utils"), {"status": INSTALLED})]))
    assert said[0] == Progress(text="finishing an interrupted dpkg")
    assert host.ran[:1] == ("dpkg",)
    assert host.ran[-2:] == ("--configure", "--pending")


def test_the_plan_says_what_apt_would_bring() -> None:
    class Previewing(AptHost):
        upgraded = ""

        def query(self, *argv: str, timeout: float = 0) -> Output:
            text = self.upgraded + (
                "0 upgraded, 42 newly installed, 0 to remove and 0 not upgraded.\n"
                "Need to get 20.5 MB of archives.\n"
                "After this operation, 94.0 MB of additional disk space will be used.\n"
            )
            return Output(1, text, "")

    wanted = [(Package(name="xen-system-amd64"), {"status": INSTALLED})]
    assert Package.preview(Previewing(), wanted) == "42 packages in all, 20.5 MB to download, 94.0 MB on disk."  # type: ignore[arg-type]
    Previewing.upgraded = "The following packages will be upgraded:\n  grub2-common\n  grub-common libc6\n"
    assert Package.preview(Previewing(), wanted).endswith(  # type: ignore[arg-type]
        " What they need in a newer version is upgraded, and stays so after a rollback: "
        "grub-common, grub2-common, libc6."
    )
    assert "apt-get update" in Package.preview(AptHostWithoutLists(), wanted)  # type: ignore[arg-type]


class AptHostWithoutLists(AptHost):
    """apt before its first update."""

    def query(self, *argv: str, timeout: float = 0) -> Output:
        return Output(100, "", "E: Unable to locate package xen-system-amd64")


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("Temporary failure resolving 'deb.example'", "look at the network and apt's sources"),
        ("Release file for x is not valid yet (invalid for another 364d). Updates", "this machine's clock is behind"),
        ("You don't have enough free space in /var/cache/apt/archives/.", "make room below /var"),
        ("Writing more data than expected; write (28: No space left on device)", "make room below /var"),
    ],
)
def test_an_apt_that_fails_says_whether_anything_is_half_installed_and_what_to_do(said: str, remedy: str) -> None:
    class Failing(AptHost):
        def stream(self, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
            yield from ()
            raise HostError(f"apt-get failed with status 100: {said}")

    wanted = [(Package(name="bridge-utils"), {"status": INSTALLED})]
    with pytest.raises(HostError) as caught:
        list(Package.settle_all(Failing(), wanted))  # type: ignore[arg-type]
    assert caught.value.fact == f"apt-get update failed: apt-get failed with status 100: {said}"
    assert f"nothing is half installed; {remedy}" in caught.value.hint


def test_of_an_apt_that_fails_the_first_complaint_is_what_counts() -> None:
    lines = ["Get:1 http://deb.example a.deb", "E: Failed to fetch http://deb.example/a.deb  Hash Sum mismatch",
             *(f"     - SHA256:{number}" for number in range(9)), "E: Unable to fetch some archives"]  # fmt: skip

    class Failing(AptHost):
        def stream(self, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
            yield from ()
            raise HostError(" / ".join(lines[-5:]), said="\n".join(lines))

    wanted = [(Package(name="bridge-utils"), {"status": INSTALLED})]
    with pytest.raises(HostError) as caught:
        list(Package.settle_all(Failing(), wanted))  # type: ignore[arg-type]
    assert caught.value.fact == "apt-get update failed: Failed to fetch http://deb.example/a.deb  Hash Sum mismatch"


def test_a_name_that_apt_takes_for_a_pattern_is_refused() -> None:
    class Patterns(AptHost):
        def query(self, *argv: str, timeout: float = 0) -> Output:
            if argv[:4] == ("apt-get", "--simulate", "--no-install-recommends", "install"):
                return Output(0, "Inst libfoo-dev (1.0 Debian:13 [amd64])\n", "")
            return super().query(*argv, timeout=timeout)

    wanted = [(Package(name="lib.o-dev"), {"status": INSTALLED})]
    with pytest.raises(HostError, match=r"this machine's apt sources have no package lib.o-dev"):
        list(Package.settle_all(Patterns(), wanted))  # type: ignore[arg-type]
