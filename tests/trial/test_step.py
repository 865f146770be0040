"""What the trial wants on which machine, and its units as systemd reads them."""

import re
import shutil
from pathlib import Path

import pytest

from installer.facts import Program
from installer.probe.lasting import probe_program, probe_unwritable
from installer.resources.base import Resource
from installer.resources.boot import BootMenu
from installer.resources.files import File, Link
from installer.stage import Stage
from installer.steps.boot import BootStep
from installer.steps.trial import TrialStep
from tests.fake_host import FakeHost
from tests.machines import BOOT, answers, errors, machine, texts
from tests.units import verify

HERE = Program(path="/opt/xenstrap/xenstrap")


def wanted(**different: object) -> list[Resource]:
    """What the step wants of a machine."""
    return list(TrialStep().resources(answers(), machine(program=HERE, **different)))


def words(resources: list[Resource]) -> dict[str, list[str]]:
    """The words that the menu shall carry."""
    return {
        key: list(each) for menu in resources if isinstance(menu, BootMenu) for key, each in menu.words.items() if each
    }


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    units = {Path(each.name).name: each for each in wanted() if isinstance(each, File) and "/system/" in each.name}
    assert sorted(units) == [
        "xenstrap-trial-deadline.service",
        "xenstrap-trial-deadline.timer",
        "xenstrap-trial.service",
    ]
    verify(tmp_path, {name: unit.text.replace("/opt/xenstrap/xenstrap", "/bin/true") for name, unit in units.items()})
    for name, link in {Path(each.name).parent.name: each for each in wanted() if isinstance(each, Link)}.items():
        if name.endswith(".wants"):
            assert Path(link.target).name == Path(link.name).name in units


def test_plain_linux_is_never_restarted_by_the_deadline() -> None:
    (unit,) = [each for each in wanted() if isinstance(each, File) and each.name.endswith("deadline.service")]
    assert "\nConditionPathExists=/sys/hypervisor/type\n" in unit.text
    (judge,) = [each for each in wanted() if isinstance(each, File) and each.name.endswith("xenstrap-trial.service")]
    assert not re.search(r"Action=|OnFailure=|OnSuccess=", judge.text)


def test_words_that_bring_a_machine_back() -> None:
    assert words(wanted()) == {"xen": ["watchdog", "watchdog_timeout=60"], "xen_linux": ["panic=15"]}
    assert words(wanted(under="kvm")) == {"xen_linux": ["panic=15"]}
    assert words(wanted(under="kvm", initramfs="dracut")) == {
        "xen_linux": ["panic=15", "rd.shell=0", "rd.emergency=reboot"]
    }
    own = machine(under="kvm", boot=BOOT.model_copy(update={"linux": "panic=30"}))
    assert words(list(TrialStep().resources(answers(), own))) == {}
    given = answers(boot={"options": ["watchdog=force"], "linux_options": ["panic=5"]})
    assert words(list(TrialStep().resources(given, machine()))) == {}


@pytest.mark.parametrize(
    ("linux", "linux_default", "options", "followed"),
    [
        ("panic=0", "quiet", [], True),
        ("panic=30", "panic=0", [], True),
        ("panic=0", "panic=-1", [], False),
        ("panic=0", "quiet", ["panic=5"], False),
        ("panic=30", "quiet", ["panic=0"], True),
        ("panic=", "quiet", [], True),
    ],
)
def test_a_panic_that_halts_for_ever_is_followed_by_ours_during_the_trial(
    linux: str, linux_default: str, options: list[str], followed: bool
) -> None:
    host = machine(under="kvm", boot=BOOT.model_copy(update={"linux": linux, "linux_default": linux_default}))
    given = answers(boot={"linux_options": options})
    assert words(list(TrialStep().resources(given, host))) == ({"xen_linux": ["panic=15"]} if followed else {})
    said = texts(TrialStep().check(given, host))
    assert ("comes into force when the trial has passed: until then panic=15 follows it" in said) == followed


def test_the_machines_watchdog_is_used_where_there_is_one() -> None:
    assert not [each for each in wanted() if "system.conf.d" in each.name]
    (file,) = [each for each in wanted(watchdog=True) if "system.conf.d" in each.name]
    assert str((file.expected() or {})["text"]).endswith("[Manager]\nRuntimeWatchdogSec=60\n")


def test_nothing_is_left_to_want_once_it_has_passed_or_is_not_wanted() -> None:
    assert list(TrialStep().at(Stage(name="passed")).resources(answers(), machine())) == []
    assert list(TrialStep().resources(answers(boot={"trial": False}), machine())) == []
    assert list(TrialStep().resources(answers(boot={"xen": False}), machine())) == []
    assert list(TrialStep().check(answers(boot={"trial": False}), machine(program=Program(lasting=False)))) == []


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({"boot": BOOT.model_copy(update={"unwritable": "LVM"})}, "GRUB cannot write to /boot on LVM: Xen would start"),
        ({"program": Program(path="/media/stick/xenstrap", lasting=False)}, "/media/stick/xenstrap does not last"),
        ({"program": Program(path="/opt/my tools/xenstrap")}, "has a name that no unit of systemd can have"),
    ],
)
def test_a_machine_that_could_not_judge_or_not_stop_trying_is_refused(different: dict[str, object], said: str) -> None:
    (finding,) = errors(TrialStep(), answers(), machine(**different))
    assert said in finding.text
    assert "boot.trial = false" in finding.hint
    assert (finding.key, finding.fault) == ("boot.trial", "host")


@pytest.mark.parametrize(
    ("line", "word"),
    [("noreboot", "noreboot=no"), ("noreboot=true", "noreboot=no"), ("noreboot=no", ""), ("noreboot noreboot=0", "")],
)
def test_a_noreboot_of_the_administrator_is_overruled_for_the_trial(line: str, word: str) -> None:
    boot = BOOT.model_copy(update={"xen": line})
    assert words(wanted(under="kvm", boot=boot)).get("xen", []) == ([word] if word else [])


def test_noreboot_waits_for_the_end_of_the_trial() -> None:
    given = answers(boot={"noreboot": True})
    assert "comes into force when the trial has passed" in texts(TrialStep().check(given, machine()))

    def menus(stage: str) -> dict[str, list[str]]:
        return words(list(BootStep().at(Stage.model_validate({"name": stage})).resources(given, machine())))

    assert menus("untried") == menus("trying") == menus("failed") == {}
    assert menus("passed") == {"xen": ["noreboot"]}


def test_a_noreboot_that_comes_after_ours_is_warned_of() -> None:
    boot = BOOT.model_copy(update={"xen_default": "noreboot"})
    assert "does not come back as plain Linux" in texts(TrialStep().check(answers(), machine(boot=boot)))


@pytest.mark.parametrize(
    ("mount", "types", "unwritable"),
    [
        ("ext4 /dev/vda2", "part\ndisk", ""),
        ("ext4 /dev/mapper/vg0-root", "lvm\npart\ndisk", "LVM"),
        ("ext4 /dev/md0", "raid1\npart\ndisk\npart\ndisk", "RAID"),
        ("ext4 /dev/mapper/boot", "crypt\npart\ndisk", ""),
        ("btrfs /dev/vda2[/@rootfs]", "part\ndisk", "btrfs"),
        ("zfs bpool/BOOT/debian", "", "zfs"),
        ("xfs /dev/nvme0n1p2", "part\ndisk", ""),
        ("", "", ""),
    ],
)
def test_where_grub_can_write(tmp_path: Path, mount: str, types: str, unwritable: str) -> None:
    source = mount.partition(" ")[2].partition("[")[0]
    told = {
        "findmnt --noheadings --output FSTYPE,SOURCE --target /boot/grub": mount,
        f"lsblk --inverse --noheadings --list --output TYPE {source}": types,
    }
    assert probe_unwritable(FakeHost(tmp_path, told)) == unwritable


@pytest.mark.parametrize(
    ("mount", "removable", "transport", "lasting"),
    [
        ("ext4 /dev/vda2", "0\n0", "virtio", True),
        ("btrfs /dev/vda2[/@home]", "0\n0", "nvme", True),
        ("ext4 /dev/sdb1", "1\n1", "usb", False),
        ("ext4 /dev/sdb1", "0\n0", "usb", False),
        ("tmpfs tmpfs", "", "", False),
        ("overlay overlay", "", "", False),
        ("fuse.sshfs host:/dir", "", "", False),
        ("nfs4 host:/dir", "", "", False),
        ("zfs rpool/ROOT", "", "", True),
    ],
)
def test_whether_the_program_lasts(tmp_path: Path, mount: str, removable: str, transport: str, lasting: bool) -> None:
    device = mount.partition(" ")[2].partition("[")[0]
    told = {
        "findmnt --noheadings --output FSTYPE,SOURCE --target /opt/xenstrap/xenstrap": mount,
        f"lsblk --inverse --noheadings --list --output RM {device}": removable,
        f"lsblk --inverse --noheadings --list --output TRAN {device}": transport,
    }
    assert probe_program(FakeHost(tmp_path, told), HERE.path) == Program(path=HERE.path, lasting=lasting)
    assert probe_program(FakeHost(tmp_path), "") == Program()
