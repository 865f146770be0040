"""The power fails in the middle of `apply`, again and again: what the machine comes to is what it would have been.

Runs only when asked for: `tests/vm/run --power-cuts N` does so N times, at moments that a seed gives, which is printed
and may be given back; each disk loses what was not flushed. Two cuts at chosen moments are in tests/vm/test_convert.py.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random, SystemRandom

import pytest

from tests.vm.conftest import Boot
from tests.vm.host import LONG, ROOT, THERE, Host
from tests.vm.image import Image
from tests.vm.machine import Machine
from tests.vm.manifest import difference, packages_of
from tests.vm.off import everything_on
from tests.vm.qemu import BlankDisk, Hardware
from tests.vm.recipe import PATIENT
from tests.vm.serial_line import LateError
from tests.vm.share import project_files
from tests.vm.two_cuts import look_at_status

NAME = "bookworm-bios-ifupdown"
DATA = BlankDisk("xenstrap-data", 12288)
ANSWERS = f'storage.where = "disk"\nstorage.disk = ["{DATA.id}"]\n'
APPLY = f"cd /root && {THERE}/xenstrap apply answers.toml --yes --erase {DATA.id} > /tmp/said 2>&1"
SHARE = 0.25
"""The longest that `apply` is left alone for, as a share of the time that it takes."""
VOLUMES = "lvs --noheadings --options vg_name,lv_name,lv_size --separator /; blkid -s LABEL /dev/vg0/*"


@pytest.mark.power_cuts
def test_what_comes_of_an_apply_with_power_cuts_is_what_comes_of_one_without(
    boot: Boot, machine_directory: Path, pytestconfig: pytest.Config
) -> None:
    wanted: int = pytestconfig.getoption("--power-cuts")
    seed: int = pytestconfig.getoption("--seed") or SystemRandom().randrange(1, 10**9)
    print(f"the seed of these moments: --seed {seed}")
    moments = Random(seed)
    image, hardware = prepared(boot(NAME, disks=(DATA,)), machine_directory)
    with Machine(image, machine_directory / "undisturbed", hardware) as machine:
        machine.login()
        began = time.monotonic()
        apply(machine)
        lasts = time.monotonic() - began
        undisturbed = dom0_of(machine, machine_directory / "left-alone")
    cuts = 0
    while cuts < wanted:
        with Machine(image, machine_directory / f"after-{cuts}", replace(hardware, volatile=True)) as machine:
            machine.login()
            for after in until_done(machine, (moments.uniform(0, SHARE * lasts) for _ in range(wanted - cuts))):
                cuts += 1
                print(f"cut {cuts}: after {after:.1f} s of {lasts:.0f}", flush=True)
            apply(machine)
            found = dom0_of(machine, machine_directory / f"found-{cuts}")
            assert difference(undisturbed, found) == [], f"with --seed {seed}"


def prepared(machine: Machine, directory: Path) -> tuple[Image, Hardware]:
    """A machine with a checkout that is set up, and answers, as an image to begin from each time."""
    machine.push(ROOT, THERE, project_files(ROOT))
    Host(machine, ANSWERS).xenstrap("--version")
    machine.run(f"cat > /root/answers.toml <<'E'\n{ANSWERS}E")
    machine.run(PATIENT)
    machine.power_off()
    return machine.snapshot(directory / "prepared"), replace(machine.hardware)


def until_done(machine: Machine, moments: Iterator[float]) -> Iterator[float]:
    """Apply, and cut the power after so many seconds, until it came to its end in less; the moments of the cuts."""
    for after in moments:
        try:
            machine.run(APPLY, timeout=after, check=False)
        except LateError:
            machine.kill()
        else:
            return
        machine.start()
        machine.login(LONG)
        look_at_status(Host(machine, ANSWERS))
        yield after


def apply(machine: Machine) -> None:
    """Apply to the end."""
    ended = machine.run(APPLY, timeout=LONG, check=False)
    assert ended.rc == 0, machine.run("tail -n 40 /tmp/said").stdout


def dom0_of(machine: Machine, folder: Path) -> dict[str, str]:
    """All that the machine is once its trial of Xen has passed: every file, package and volume. It is off then."""
    if machine.run("test -e /sys/hypervisor/type", check=False).rc:
        machine.reboot()
    host = Host(machine, ANSWERS)
    host.wait_until_up()
    (status,) = host.events("status")
    assert (status["trial"], status["verified"], status["pending"]) == ("passed", True, [])
    volumes = dict.fromkeys(machine.run(VOLUMES).stdout.split(), "volume")
    packages = dict.fromkeys(packages_of(machine), "package")
    machine.power_off()
    folder.mkdir()
    found = everything_on(machine.raw_disk(folder / "raw"), NAME, folder / "tree")
    shutil.rmtree(folder)
    return found | packages | volumes
