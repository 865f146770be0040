"""The way through an installation: what is refused before it, and what stays open after a failure or a stop."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from installer.closing import closed_again
from installer.errors import AnswersError, HostError
from installer.headless import applied, require_erase, run_plan
from installer.host import NoHost
from installer.journal import Before, Journal, Run
from installer.network.interfaces_text import parse
from installer.newroot import draw, run
from installer.ours import RECORD
from installer.plan import Plan
from installer.probe.interfaces import probe_interfaces
from installer.probe.outside import probe_outside
from installer.probe.reading import Unread
from installer.probe.watchdog import read_wdat
from installer.report import plan_lines
from installer.resources.filesystem import TARGET
from installer.standing import Standing, read_standing
from installer.status import read_status, status_lines
from installer.steps.install_facts import new_facts
from installer.steps.install_network import new_interfaces
from installer.steps.install_sources import sources
from installer.steps.trial_ways import SCRIPT
from tests.blank.desk import LiveDesk
from tests.blank.machines import BLANK, HASH, MIRRORED, PASSPHRASE, mirror_sections, section
from tests.fake_host import FakeHost
from tests.machines import answers
from tests.trial.wdat import table

GIVEN = answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH})
FACTS = BLANK["bios-480"]
URIS = """\
'http://elsewhere.example/tools/dists/stable/InRelease' elsewhere.example_tools_dists_stable_InRelease 0
'http://mirror.example/debian/dists/bookworm/InRelease' mirror.example_debian_dists_bookworm_InRelease 0
'http://mirror.example/debian/dists/bookworm-updates/InRelease' mirror.example_debian_dists_bookworm-updates_InRelease 0
'http://mirror.example/debian-security/dists/bookworm-security/InRelease' mirror.example_debian-security_InRelease 0
'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' mirror.example_Packages 0
"""


@pytest.fixture
def desk(tmp_path: Path) -> LiveDesk:
    """A live system on which a new one is mounted, with a volume group of its own."""
    desk = LiveDesk(tmp_path)
    desk.put(f"{TARGET}{RECORD}", "group vg0\n")
    for name in ("", "/proc", "/dev"):
        desk.mounts[TARGET + name] = "something"
    return desk


def test_all_is_closed_in_order_after_a_failure(desk: LiveDesk) -> None:
    def fail() -> None:
        with closed_again(desk, Plan(steps=())):
            raise HostError("apt failed")

    with pytest.raises(HostError, match="apt failed"):
        fail()
    assert desk.ran == ["chroot vgchange --activate n vg0", f"umount --recursive {TARGET}"]
    assert desk.mounts == {}


class KilledError(BaseException):
    """We were ended by SIGKILL."""


def end_with(directory: Path, inside: Callable[[], bool]) -> tuple[str | None, list[str]]:
    """How a run ended whose part in the new system is `inside`, and what is said of it afterwards."""
    host = FakeHost(directory)
    with suppress(HostError, KilledError):
        run_plan(Plan(steps=()), "apply", GIVEN, FACTS, host, Journal(directory), print, lambda: False, further=inside)
    status = read_status(host, Journal(directory))
    return status.end, list(status_lines(status))


AGAIN = "Next: `xenstrap apply` with the same answers goes on from here."


def test_the_live_systems_journal_says_how_all_of_it_ended(tmp_path: Path) -> None:
    def fail() -> bool:
        raise HostError("Xen cannot be fetched")

    end, lines = end_with(tmp_path, fail)
    assert (end, lines[0], lines[-1]) == ("failed", "The last apply failed: Xen cannot be fetched", AGAIN)
    end, lines = end_with(tmp_path, lambda: True)
    assert (end, lines[-1]) == ("cancelled", AGAIN)
    end, lines = end_with(tmp_path, lambda: False)
    said = "Next: restart into the new system, without this live system; it verifies itself."
    assert (end, lines[-1]) == ("done", said)
    assert read_standing(Journal(tmp_path), FakeHost(tmp_path)) == Standing(), "nothing was done to the live system"


def test_killed_at_work_in_the_new_system_it_has_not_come_to_its_end(tmp_path: Path) -> None:
    def killed() -> bool:
        inner = Journal(tmp_path / TARGET.lstrip("/") / "var/lib/xenstrap")
        inner.add(Before(step="packages", kind="package", fields={"name": "xen-system-amd64"}, state=None))
        raise KilledError

    assert end_with(tmp_path, killed) == (None, [
        "The last apply was cut off: it neither ended nor failed (a kill, a power cut).",
        "In flight when it ended: package:xen-system-amd64.",
        "0 changes were made for the new system from here.",
        AGAIN,
    ])  # fmt: skip


def test_what_is_not_mounted_is_not_closed(desk: LiveDesk) -> None:
    desk.mounts.clear()
    with closed_again(desk, Plan(steps=())):
        pass
    assert desk.ran == []


def test_a_stop_between_two_changes_closes_all_and_leaves_xen_for_later(desk: LiveDesk, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state")
    drawn = draw(GIVEN, FACTS, NoHost(), None)
    first = [change for change in drawn.steps[0].changes if change.resource.kind == "file"]
    second = [change for change in drawn.steps[1].changes if change.resource.kind == "new-file"]
    plan = Plan(steps=(drawn.steps[0].model_copy(update={"changes": (*first, *second)}), *drawn.steps[2:]))
    assert run(plan, GIVEN, FACTS, desk, journal, lambda event: None, lambda: True)
    end = journal.last_end()
    assert end is not None
    assert end.status == "cancelled"
    assert desk.mounts == {}
    assert not desk.in_target("/var/lib/xenstrap").exists()
    assert len([record for record in journal.records if record.after]) == 1


def test_the_disk_has_to_be_named_twice() -> None:
    plan = draw(GIVEN, FACTS, NoHost(), None)
    require_erase(plan, ["ata-SSD_S1"])
    with pytest.raises(AnswersError, match="the plan erases ata-SSD_S1"):
        require_erase(plan, [])


def test_a_preference_that_no_disk_answers_to_confirms_nothing() -> None:
    given = answers(install={"disk": ["ata-OTHER", "ata-SSD_S1"], "root_password": HASH})
    with pytest.raises(AnswersError, match="the plan erases ata-SSD_S1"):
        require_erase(draw(given, FACTS, NoHost(), None), ["ata-OTHER"])


def test_no_secret_is_kept_or_shown(desk: LiveDesk, tmp_path: Path) -> None:
    given = answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH, "passphrase": PASSPHRASE})
    journal = Journal(tmp_path / "state")
    drawn = draw(given, FACTS, NoHost(), None)
    plan = Plan(steps=(drawn.steps[0].model_copy(update={"changes": [
        change for change in drawn.steps[0].changes if change.resource.kind == "luks"]}),))  # fmt: skip
    with pytest.raises(HostError, match="ata-SSD_S1 has no partition"):
        run(plan, given, FACTS, desk, journal, lambda event: None, lambda: False)
    kept = (tmp_path / "state" / "journal.jsonl").read_text()
    assert "luks" in kept
    for secret in (HASH, PASSPHRASE):
        assert secret not in kept
        assert secret not in "".join(plan_lines(drawn, str))


def test_secure_boot_is_refused_before_anything_is_erased() -> None:
    plan = draw(answers(install=section("plain")), BLANK["secure-boot"], NoHost(), None)
    assert ["UEFI Secure Boot is on" in finding.text for finding in plan.errors] == [True]


def test_a_live_system_without_security_updates_is_told_of() -> None:
    outside = FACTS.outside.model_copy(update={"security": ""})
    plan = draw(GIVEN, FACTS.model_copy(update={"outside": outside}), NoHost(), None)
    assert ["no archive of security updates" in finding.text for finding in plan.steps[0].findings] == [True]
    assert not any("security" in line for line in sources(GIVEN.install, FACTS.model_copy(update={"outside": outside})))
    assert sources(GIVEN.install, FACTS)[-1].endswith("mirror.example/debian-security trixie-security main")


def test_the_live_system_is_not_what_is_verified(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add(Run(verb="apply", version="1", boot="b", hash="h", aim="a",
                    answers=GIVEN.model_dump(mode="json"), facts={}))  # fmt: skip
    with pytest.raises(HostError, match="a system on another disk"):
        applied(journal)


def test_a_new_system_has_the_module_by_which_grub_starts_the_watchdog_whatever_the_live_one_has() -> None:
    wdat = read_wdat(table(), driven=True, grub=False)
    plan = draw(GIVEN, FACTS.model_copy(update={"wdat": wdat}), NoHost(), None)
    assert SCRIPT in str(plan.changes)
    assert SCRIPT not in str(draw(GIVEN, FACTS, NoHost(), None).changes)
    not_driven = read_wdat(table(), driven=False)
    assert SCRIPT not in str(draw(GIVEN, FACTS.model_copy(update={"wdat": not_driven}), NoHost(), None).changes)


def test_a_volume_group_is_no_larger_than_what_the_layers_below_it_leave() -> None:
    """Of a mirror: LUKS2 keeps 16 MiB, and only where it was asked for."""
    sizes = []
    for case in ("two", "encrypted"):
        wanted, facts = answers(**mirror_sections(case)), MIRRORED["mirrored-uefi"]
        groups = new_facts(wanted, facts).storage.groups
        assert groups
        sizes.append(groups[0].bytes)
    assert sizes[0] - sizes[1] == 16 << 20


def test_the_new_systems_network_is_as_the_probe_will_find_it(tmp_path: Path) -> None:
    later = new_facts(answers(install=section("full") | {"disk": ("ata-SSD_S1",)}), FACTS)
    host = FakeHost(tmp_path)
    text = new_interfaces(str(later.network.uplink), FACTS.network.nics[0], GIVEN, FACTS)
    host.put("/etc/network/interfaces", text)
    host.put("/usr/sbin/ifup")
    assert probe_interfaces(host, Unread()) == later.network.interfaces
    assert len(list(parse(text))) == 5


def test_the_way_to_the_archive(tmp_path: Path) -> None:
    host = FakeHost(tmp_path, {
        "apt-get --print-uris update": URIS,
        "apt-config dump": 'A "";\nAcquire::http::Proxy "http://p:1";\nAcquire::Check-Date "false";\nAPT::X "y";\n',
    })  # fmt: skip
    host.put("/etc/resolv.conf", "nameserver 192.0.2.1\n")
    found = probe_outside(host)
    assert (found.archive, found.security) == ("http://mirror.example/debian", "http://mirror.example/debian-security")
    assert found.options == ('Acquire::http::Proxy "http://p:1"', 'Acquire::Check-Date "false"')
    assert found.resolv_conf == "nameserver 192.0.2.1\n"
    host.put("/etc/resolv.conf", "# stub\nnameserver 127.0.0.53\noptions edns0\n")
    host.put("/run/systemd/resolve/resolv.conf", "nameserver 192.0.2.2\n")
    assert probe_outside(host).resolv_conf == "nameserver 192.0.2.2\n", "nobody answers there in the new system"
    assert probe_outside(FakeHost(tmp_path / "none")).archive == ""
