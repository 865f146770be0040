"""A disk that fails, or has gone, while a new system is put on it: it is named, and all is closed that can be."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from installer.closing import close
from installer.commands import Output
from installer.errors import HostError, JournalError
from installer.headless import run_plan
from installer.host import NoHost
from installer.journal import After, Before, End, Journal, Run
from installer.newroot import disk_named, draw
from installer.ours import RECORD
from installer.plan import Plan
from installer.resources.failing import LOOK
from installer.resources.filesystem import TARGET, FileSystem, Mount
from installer.status import read_status, status_lines
from tests.blank.desk import DISK, ROOT, LiveDesk, settle
from tests.blank.machines import BLANK, HASH
from tests.fake_host import FakeHost
from tests.machines import answers

GIVEN = answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH})
FACTS = BLANK["bios-480"]
BY_ID = "/dev/disk/by-id/ata-SSD_S1"


class FailingDesk(LiveDesk):
    """A live system some of whose commands end otherwise than with success."""

    ends: dict[str, int]

    def query(self, *argv: str, timeout: float = 0) -> Output:
        said = super().query(*argv)
        for line, status in self.ends.items():
            if " ".join(argv).startswith(line):
                return Output(status, said.stdout, "")
        return said


@pytest.fixture
def failing(tmp_path: Path) -> FailingDesk:
    """A live system with the disk and another one, and with a new system mounted."""
    desk = FailingDesk(tmp_path)
    desk.ends = {}
    for name in (BY_ID, "/dev/disk/by-id/usb-live"):
        desk.put(name)
    for name in ("", "/dev"):
        desk.mounts[TARGET + name] = "something"
    return desk


def named(desk: LiveDesk, fault: Exception) -> tuple[str, str, str]:
    """What is said of what has failed, what would help, and what the journal keeps of it."""
    plan, journal = draw(GIVEN, FACTS, NoHost(), None), Journal(desk.path("/state"))

    def fail() -> None:
        with disk_named(desk, plan, journal):
            raise fault

    with pytest.raises(HostError) as error:
        fail()
    end = journal.last_end()
    return error.value.fact, error.value.hint, end.text if end else ""


def test_a_disk_that_is_gone(failing: FailingDesk) -> None:
    failing.path(BY_ID).unlink()
    fact, hint, kept = named(failing, HostError("Debian trixie could not be fetched: setup failed", "look elsewhere"))
    assert fact == "the disk ata-SSD_S1 is gone: Debian trixie could not be fetched: setup failed"
    assert (hint, kept) == (LOOK, fact)
    assert "dmesg" in hint


def test_a_disk_that_cannot_be_read(failing: FailingDesk) -> None:
    failing.ends = {f"dd if={BY_ID}": 1}
    fact, hint, kept = named(failing, OSError(errno.EIO, "Input/output error", "/run/x"))
    assert fact == "the disk ata-SSD_S1 fails: /run/x: Input/output error"
    assert (hint, kept) == (LOOK, fact)


@pytest.mark.parametrize("options", ["ro,relatime", "rw,relatime,emergency_ro", "rw,shutdown"])
def test_a_disk_that_can_no_longer_be_written_to(failing: FailingDesk, options: str) -> None:
    failing.said["findmnt --noheadings --raw --output FS-OPTIONS"] = f"{options}\n"
    failing.mounts.clear()
    failing.mounts[TARGET] = options
    assert named(failing, HostError("apt failed"))[0] == "the disk ata-SSD_S1 fails: apt failed"


def test_an_error_of_a_disk_that_nobody_can_name_is_not_put_down_to_this_one(failing: FailingDesk) -> None:
    fact, hint, _ = named(failing, HostError("cp failed: error reading 'x': Input/output error"))
    assert fact == "cp failed: error reading 'x': Input/output error"
    assert hint == "a disk may be failing, of this system or ata-SSD_S1: `dmesg` says which"


def test_what_has_nothing_to_do_with_a_disk_stays_as_it_is(failing: FailingDesk) -> None:
    assert named(failing, HostError("apt failed", "look at the network")) == ("apt failed", "look at the network", "")


def test_what_cannot_be_read_any_more_is_unmounted_all_the_same(failing: FailingDesk) -> None:
    failing.path(TARGET + RECORD).mkdir(parents=True)  # as any file that cannot be read
    close(failing, Plan(steps=()))
    assert failing.ran == [f"umount --recursive {TARGET}"]


def test_volumes_that_lvm_cannot_close_are_closed_without_it(failing: FailingDesk) -> None:
    failing.put(TARGET + RECORD, "group vg0\n")
    open_now = ["vg0-dom0--swap/LVM/vg0", "vg0-pool_tmeta/LVM/vg0", "vg0-pool/LVM/vg0", "other-x/LVM/other", "c/CRYPT/"]
    failing.said["dmsetup info"] = lambda argv: "".join(f"{each}\n" for each in open_now)

    def remove(argv: tuple[str, ...]) -> None:
        if argv[:2] == ("dmsetup", "remove"):
            if argv[2] == "vg0-pool_tmeta" and "vg0-pool/LVM/vg0" in open_now:
                raise HostError("in use")
            open_now[:] = [each for each in open_now if not each.startswith(f"{argv[2]}/")]

    failing.does = remove
    close(failing, Plan(steps=()))
    assert open_now == ["other-x/LVM/other", "c/CRYPT/"]
    assert failing.mounts == {}


def test_the_group_is_known_where_its_disk_does_not_tell(failing: FailingDesk) -> None:
    failing.mounts.clear()
    failing.said["dmsetup info"] = "vg0-a/LVM/vg0\n"
    failing.fails = "dmsetup remove"
    close(failing, Plan(steps=()))
    with pytest.raises(HostError, match="vg0-a cannot be closed"):
        close(failing, Plan(steps=()), "vg0")


def test_a_journal_on_the_failing_disk_does_not_hide_what_failed_first(tmp_path: Path) -> None:
    class Full(Journal):
        def add(self, entry: object) -> None:
            if isinstance(entry, End):
                raise JournalError("journal.jsonl cannot be written: Read-only file system")

    def fail(of: HostError | JournalError) -> Callable[[object], None]:
        def show(event: object) -> None:
            raise of

        return show

    plan, host = draw(GIVEN, FACTS, NoHost(), None), LiveDesk(tmp_path)
    plan = Plan(steps=(plan.steps[0].model_copy(update={"changes": plan.steps[0].changes[:1]}),))
    with pytest.raises(HostError) as error:
        run_plan(plan, "apply", None, None, host, Full(tmp_path), fail(HostError("apt failed")), lambda: False)
    assert error.value.fact == "apt failed; journal.jsonl cannot be written: Read-only file system"


def test_a_filesystem_is_mended_before_it_is_mounted(desk: LiveDesk) -> None:
    root = Mount(name=TARGET, disk=DISK, start=ROOT.start)
    assert settle(root, desk)[-2:] == ["e2fsck -p /dev/sdb1", f"mount /dev/sdb1 {TARGET}"]
    desk.fails, desk.status = "e2fsck", 1
    assert settle(root, desk)[-1] == f"mount /dev/sdb1 {TARGET}", "all was mended"
    desk.status = 4
    with pytest.raises(HostError, match=f"the filesystem on {DISK} is damaged: e2fsck failed") as error:
        settle(root, desk)
    assert "`wipefs --all /dev/sdb1` gives up what is there" in error.value.hint


def test_a_partition_that_cannot_be_read_is_not_taken_for_an_empty_one(desk: LiveDesk) -> None:
    root = FileSystem(name="r", disk=DISK, slot=ROOT, format="ext4", uuid="u-1", label="root")
    assert root.observe(desk) is None
    desk.path("/dev/sdb1").mkdir()  # as any that cannot be read
    with pytest.raises(HostError, match=f"sdb1 on {DISK} cannot be read") as error:
        root.observe(desk)
    assert "dmesg" in error.value.hint


def test_status_counts_what_was_made_for_the_new_system(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add(Run(verb="apply", version="1", boot="b", hash="h", aim="a",
                    answers=GIVEN.model_dump(mode="json"), facts=FACTS.model_dump(mode="json")))  # fmt: skip
    for kind, name in (("file", "/etc/a"), ("mount", TARGET), ("debian", TARGET)):
        journal.add(Before(step="install", kind=kind, fields={"name": name}, state=None))
        if kind != "debian":
            journal.add(After(kind=kind, name=name, state={"is": "there"}))
    journal.add(End(status="failed", text="the disk X is gone"))
    assert list(status_lines(read_status(FakeHost(tmp_path), Journal(tmp_path)))) == [
        "The last apply failed: the disk X is gone",
        f"In flight when it ended: debian:{TARGET}.",
        "1 change was made for the new system from here.",
        "Next: `xenstrap apply` with the same answers goes on from here.",
    ]
