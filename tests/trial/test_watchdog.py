"""The machine's watchdog, started by GRUB before the trial: what its firmware says, and what GRUB is told."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.facts_watchdog import PortWrite, Wdat
from installer.probe.watchdog import TABLE, probe_wdat, read_wdat
from installer.resources.boot import BootMenu
from installer.resources.files import File
from installer.steps.trial import TrialStep
from installer.steps.trial_ways import SCRIPT, order, periods, started_by_grub, ways_back
from tests.cli.conftest import Desk
from tests.fake_host import FakeHost
from tests.machines import UUID, answers, machine
from tests.trial.seen import armed, default, motd
from tests.trial.wdat import TCO, table
from tests.vm.hang import image

DRIVEN = read_wdat(table(), driven=True)
ORDERS = (f"outw {TCO + 0x12:#x} 0x3e8 0x3ff", f"outw {TCO + 8:#x} 0x0 0x800", f"outw {TCO:#x} 0x1")


def test_a_table_is_read_as_linux_reads_it() -> None:
    assert (
        Wdat(
            period_ms=600,
            most=0x3FF,
            driven=True,
            starts=(
                PortWrite(port=TCO + 0x12, bits=16, mask=0x3FF, counts=True),
                PortWrite(port=TCO + 8, bits=16, value=0, mask=0x800),
                PortWrite(port=TCO, bits=16, value=1, mask=0xFFFF),
            ),
        )
        == DRIVEN
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        table()[:-1],
        table() + b"\0",
        table()[:-1] + b"\1",
        table(flags=0x80),
        table(pci=0),
        table(period=0),
        table(most=3),
        table(most=0x400),
        table(space=0),
        table(entries=()),
        table(entries=((0x01, 2, TCO, 1, 1), (0x09, 2, TCO, 1, 1))),
        table(entries=((0x01, 2, TCO, 1, 1), (0x09, 0, TCO, 1, 1), (0x06, 3, TCO, 0, 0x3FF))),
        table(entries=((0x01, 2, 0x10000, 1, 1), (0x09, 2, TCO, 1, 1), (0x06, 3, TCO, 0, 0x3FF))),
    ],
)
def test_a_table_that_is_damaged_or_tells_too_little_is_none(raw: bytes) -> None:
    assert read_wdat(raw, driven=True) is None


@pytest.mark.parametrize(
    ("module", "identity", "driven", "grub"),
    [("i386-pc", "wdat_wdt\n", True, True), ("x86_64-efi", "iTCO_wdt\n", False, True), ("", "wdat_wdt\n", True, False)],
)
def test_grub_needs_its_module_and_linux_the_driver(
    tmp_path: Path, module: str, identity: str, driven: bool, grub: bool
) -> None:
    host = FakeHost(tmp_path)
    host.put(TABLE, table())
    host.put("/sys/class/watchdog/watchdog0/identity", identity)
    if module:
        host.put(f"/boot/grub/{module}/iorw.mod")
    found = probe_wdat(host)
    assert found
    assert (found.driven, found.grub) == (driven, grub)
    assert (started_by_grub(machine(wdat=found)) is found) is (driven and grub)
    host.path(TABLE).unlink()
    assert probe_wdat(host) is None


WRITES = st.builds(
    PortWrite,
    port=st.integers(0, 3),
    bits=st.just(16),
    value=st.integers(0, 0xFFFF),
    mask=st.integers(1, 0xFFFF),
    counts=st.booleans(),
    shift=st.integers(0, 6),
).map(lambda write: write.model_copy(update={"value": write.value & write.mask}))


@given(writes=st.lists(WRITES, min_size=1, max_size=6), ports=st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4))
def test_what_grub_is_told_changes_the_bits_of_the_mask_alone(writes: list[PortWrite], ports: list[int]) -> None:
    """As iorw's outw does it, against what a driver does."""
    grub, driver = [*ports], [*ports]
    for write in writes:
        name, port, value, *mask = order(write, 1000).split()
        kept = int(mask[0], 16) if mask else 0xFFFF
        assert name == "outw"
        grub[int(port, 16)] = grub[int(port, 16)] & ~kept | int(value, 16) & kept
        wanted = (1000 << write.shift if write.counts else write.value) & write.mask
        driver[write.port] = driver[write.port] & ~write.mask | wanted
    assert grub == driver


def test_ten_minutes_are_asked_for_and_less_than_five_are_not_enough() -> None:
    def wanted(raw: bytes) -> list[str]:
        facts = machine(wdat=read_wdat(raw, driven=True))
        return [each.name for each in TrialStep().resources(answers(), facts) if each.name == SCRIPT]

    assert DRIVEN
    assert periods(DRIVEN) * 600 == 600_000
    assert wanted(table(most=0x1F4)) == [SCRIPT]
    assert wanted(table(most=0x1F3)) == []
    assert read_wdat(table(), driven=False)
    assert not [each for each in TrialStep().resources(answers(), machine()) if each.name == SCRIPT]


@pytest.mark.skipif(not shutil.which("grub-script-check"), reason="GRUB's tools are not installed here")
def test_grub_starts_it_for_the_trials_boot_alone(tmp_path: Path) -> None:
    found = list(TrialStep().resources(answers(), machine(wdat=DRIVEN)))
    (script,) = [each for each in found if isinstance(each, File) and each.name == SCRIPT]
    (menu,) = [each for each in found if isinstance(each, BootMenu) and each.name == "trial, watchdog"]
    said = subprocess.run(["sh", "-c", script.text], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == [
        f'if [ "${{boot_once}}" = true -a "${{default}}" = "xen-gnulinux-simple-{UUID}" ]; then',
        "insmod iorw",
        *ORDERS,
        "fi",
    ]
    assert menu.lines == ORDERS
    (tmp_path / "part.cfg").write_text(said)
    assert subprocess.run(["grub-script-check", tmp_path / "part.cfg"], check=False).returncode == 0


@pytest.mark.skipif(not shutil.which("grub-file"), reason="GRUB's tools are not installed here")
def test_what_hangs_in_the_machines_tests_is_what_grub_takes_for_a_hypervisor(tmp_path: Path) -> None:
    (tmp_path / "hang").write_bytes(image())
    assert subprocess.run(["grub-file", "--is-x86-multiboot2", tmp_path / "hang"], check=False).returncode == 0


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({"wdat": DRIVEN, "watchdog": True}, "the machine's watchdog, which GRUB starts"),
        (
            {"watchdog": True},
            "Xen's watchdog, once it runs; the machine's watchdog, once dom0 runs; else nothing: switch it off and on,",
        ),
        ({}, "Xen's watchdog, once it runs; else nothing: switch it off and on, and plain Linux starts"),
        ({"under": "kvm"}, "nothing: switch it off and on, and plain Linux starts"),
    ],
)
def test_the_plan_says_what_ends_a_hang(different: dict[str, object], said: str) -> None:
    *_, systemd, xen = ways_back(answers(), machine(**different), 15)
    assert xen.startswith(f"  Xen hangs                     {said}")
    assert ("the machine's watchdog" in systemd) is ("watchdog" in different)


def test_a_trial_that_passes_leaves_nothing_of_it(desk: Desk) -> None:
    desk.facts = desk.facts.model_copy(update={"wdat": DRIVEN, "watchdog": True})
    before = desk.host.tree()
    assert desk("apply", desk.answers(), "--yes") == 0
    assert ORDERS[0] in (desk.root / "boot/grub/grub.cfg").read_text()
    assert desk.reboot()
    desk.facts = desk.facts.model_copy(update={"wdat": DRIVEN, "watchdog": True})
    assert desk("trial", "--at-boot") == 0
    assert "The trial has passed" in desk.err
    assert "outw" not in (desk.root / "boot/grub/grub.cfg").read_text()
    assert not (desk.root / SCRIPT.lstrip("/")).exists()
    assert desk("rollback", "--yes") == 0
    assert desk.host.tree() == before


def test_a_dom0_that_cannot_take_it_over_does_not_pass(desk: Desk) -> None:
    desk.facts = desk.facts.model_copy(update={"wdat": DRIVEN, "watchdog": True})
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert "dom0 has no driver for the machine's watchdog, which GRUB started" in desk.err
    assert desk.host.rebooted
    assert not armed(desk)
    assert default(desk) == "0"


def test_plain_linux_says_that_the_watchdog_fired(desk: Desk) -> None:
    assert desk("apply", desk.answers(), "--yes") == 0
    assert desk.reboot()
    assert not desk.reboot()
    status = desk.root / "sys/class/watchdog/watchdog0/bootstatus"
    status.parent.mkdir(parents=True)
    status.write_text("32\n")
    assert desk("trial", "--at-boot") == 0
    assert "before it could say why; the machine's watchdog restarted it" in motd(desk)
