"""Packages: what apt is asked for, what is said meanwhile, and what is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.commands import Output
from installer.engine import apply
from installer.errors import HostError
from installer.journal import Journal
from installer.plan import Change, Plan, StepPlan
from installer.resources.apt import INSTALLED
from installer.resources.base import Progress
from installer.resources.packages import Package
from tests.host.apt_host import AptHost


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
    assert host.synced == ["bridge-utils\nlibxen4.20\nxen-hypervisor-4.20-amd64\nxen-system-amd64\n"]
    assert host.bringing is None
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


def test_an_interrupted_dpkg_is_finished_first_and_the_boot_menu_is_left_alone_meanwhile(tmp_path: Path) -> None:
    class InterruptedHost(AptHost):
        ran: tuple[str, ...] = ()
        update_grub: str | None = None

        def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
            if argv == ("sync",):
                return Output(0, "", "")
            self.ran, self.audit = argv, ""
            first = (env or {}).get("PATH", "").partition(":")[0]
            self.update_grub = self.link(f"{first}/update-grub")
            return Output(0, "", "")

    host = InterruptedHost()
    host.root, host.audit = tmp_path, "half configured"
    said = list(Package.settle_all(host, [(Package(name="bridge-utils"), {"status": INSTALLED})]))
    assert said[0] == Progress(text="finishing an interrupted dpkg")
    assert host.ran[:1] == ("dpkg",)
    assert host.ran[-2:] == ("--configure", "--pending")
    assert host.update_grub == "/bin/true"
    assert not any((tmp_path / "run").rglob("update-grub"))


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
