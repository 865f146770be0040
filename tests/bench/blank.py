"""From a blank disk to a booted dom0: xenstrap on a live system, beside debian-installer with a preseed.

Both on the same virtual hardware, in turn, from power on to a login in which `xl info` answers; seconds are this
host's. Of xenstrap's time the log says how much is mmdebstrap's and apt's own.
"""

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.bench.debian_installer import (
    FAILURES,
    STORAGE,
    WORDS,
    NotServedError,
    preseed,
    served_installer,
    with_answers,
)
from tests.vm.host import LONG, ROOT, THERE
from tests.vm.image import Image, base_image
from tests.vm.machine import BOOT_FAILURES, Machine
from tests.vm.qemu import OVMF_VARS, BlankDisk, Hardware
from tests.vm.share import project_files
from tests.vm.test_blank import SMALLER

NEW = BlankDisk("xenstrap-root", 24576)
HOURS = 4 * 3600.0
ANSWERS = """\
serial.port = "com1"
hooks.on_progress = ["/root/small"]
[install]
disk = ["{disk}"]
suite = "{suite}"
table = "{table}"
root = "6G"
hostname = "xen1"
locale = "en_GB.UTF-8"
root_password = "{secret}"
"""
TABLES = {"bios": "msdos", "uefi": "gpt"}
COMMAND = re.compile(r"^(\S+) \$ (?:unshare --mount )?(\S+).*  \[-?\d+, ([0-9.]+) s\]$", re.MULTILINE)
LOG = "/var/lib/xenstrap/log"
FETCHING = ("mmdebstrap", "apt-get")
IMAGES = ("update-initramfs", "dracut")


class Clock:
    """Seconds of each phase."""

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}

    @contextmanager
    def of(self, phase: str) -> Iterator[None]:
        """Measure what is done meanwhile."""
        began = time.monotonic()
        yield
        self.phases[phase] = time.monotonic() - began
        print(f"  {phase}: {self.phases[phase]:.0f} s", flush=True)

    @property
    def total(self) -> float:
        """All of it."""
        return sum(self.phases.values())


def spent(log: str, until: str) -> dict[str, float]:
    """Seconds of each program in one of our logs, until a time as the log has it."""
    found: dict[str, float] = {}
    for at, program, seconds in COMMAND.findall(log):
        if at <= until:
            found[program] = found.get(program, 0.0) + float(seconds)
    return found


def with_xenstrap(image: Image, folder: Path) -> tuple[Clock, dict[str, float]]:
    """A live system, `apply`, and the start of what it has made."""
    clock, kept = Clock(), folder / "installed.raw"
    hardware = Hardware(image.firmware, serial="xenstrap-live", disks=(NEW,))
    with Machine(image, folder / "live", hardware) as live:
        live.login()
        live.power_off()
        with clock.of("the live system starts"):
            live.start()
            live.login(LONG)
        secret = live.run("getent shadow root | cut -d: -f2").stdout.strip()
        text = ANSWERS.format(
            disk=NEW.id, suite=image.name.partition("-")[0], table=TABLES[image.firmware], secret=secret
        )
        live.run(f"cat > /root/answers.toml <<'E'\n{text}E")
        live.run(f"cat > /root/small <<'E'\n{SMALLER}E\nchmod +x /root/small")
        live.push(ROOT, THERE, project_files(ROOT))
        with clock.of("xenstrap apply"):
            live.run(f"cd /root && {THERE}/xenstrap apply answers.toml --yes --erase {NEW.id} > said 2>&1 ||"
                     " { tail -n 40 said; exit 1; }", timeout=HOURS)  # fmt: skip
        until = live.run("date --utc +%Y-%m-%dT%H:%M:%SZ").stdout.strip()
        programs = spent(live.pull(LOG).decode(), until)
        with clock.of("it is switched off"):
            live.power_off()
        kept.hardlink_to(folder / "live" / NEW.serial)
    installed = Image("installed", image.firmware, kept, "raw", OVMF_VARS.get(image.firmware))
    with Machine(installed, folder / "installed", Hardware(image.firmware, serial=NEW.serial)) as machine:
        with clock.of("the new dom0 starts"):
            machine.login(LONG)
            machine.run("until xl info; do sleep 1; done; vgs vg0", timeout=LONG)
        inner = spent(machine.pull(LOG).decode(), until)
    return clock, {name: programs.get(name, 0.0) + inner.get(name, 0.0) for name in programs.keys() | inner.keys()}


def with_debian_installer(image: Image, folder: Path, netboot: Path, archive: str) -> Clock:
    """debian-installer from its netboot image with a preseed, and the start of what it has made."""
    clock, blank = Clock(), folder / "blank.raw"
    with blank.open("wb") as file:
        file.truncate(NEW.mib << 20)
    kernel = netboot / "linux"
    initrd = with_answers(netboot, preseed(image, archive), folder / "initrd")
    direct = ("-kernel", str(kernel), "-initrd", str(initrd), "-append", WORDS, "-no-reboot")
    hardware = Hardware(image.firmware, serial=NEW.serial, extra=direct)
    empty = Image("blank", image.firmware, blank, "raw", OVMF_VARS.get(image.firmware))
    began = time.monotonic()
    with Machine(empty, folder / "installer", hardware) as machine:
        machine.wait_until_off(HOURS, (*BOOT_FAILURES, *FAILURES))
        clock.phases["debian-installer, with Xen's packages"] = time.monotonic() - began
        machine.hardware = replace(hardware, extra=())
        with clock.of("the new dom0 starts"):
            machine.start()
            machine.login(LONG)
            machine.run("until xl info; do sleep 1; done", timeout=LONG)
        with clock.of("vg0 and the swap in it"):
            machine.run(STORAGE.format(number=2 if image.firmware == "bios" else 3), timeout=LONG)
    return clock


def told(clock: Clock, programs: dict[str, float]) -> Iterator[str]:
    """What of xenstrap's time is whose."""
    applied = clock.phases["xenstrap apply"]
    shares = {" and ".join(names): sum(programs.get(name, 0.0) for name in names) for names in (FETCHING, IMAGES)}
    for names, seconds in shares.items():
        yield f"of `apply` {names}: {seconds:.0f} s, {seconds / applied:.1%}"
    yield f"of `apply` both: {sum(shares.values()) / applied:.1%}"
    rest = sorted(programs.keys() - {*FETCHING, *IMAGES}, key=lambda name: -programs[name])
    yield "further commands: " + ", ".join(f"{name} {programs[name]:.0f} s" for name in rest[:12])
    yield f"of `apply` no command at all: {applied - sum(programs.values()):.0f} s"


def main() -> None:
    """Measure both in turn and print the ratio and the shares."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--image", default="trixie-uefi-networkd")
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    image, suite = base_image(f"{options.image}-live"), options.image.partition("-")[0]
    ratios = []
    try:
        with served_installer(suite) as (netboot, archive):
            for number in range(options.rounds):
                ours = measured(image, number)
                with tempfile.TemporaryDirectory() as folder:
                    print(f"round {number + 1}: debian-installer", flush=True)
                    theirs = with_debian_installer(image, Path(folder), netboot, archive)
                print(f"  {theirs.total:.0f} s in all", flush=True)
                ratios.append(ours / theirs.total)
    except NotServedError as error:
        for number in range(options.rounds):
            measured(image, number)
        raise SystemExit(f"debian-installer was not measured: {error}") from error
    print(f"xenstrap / debian-installer: {statistics.median(ratios):.3f}")


def measured(image: Image, number: int) -> float:
    """Seconds of xenstrap in one round; what of them is whose is printed."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"round {number + 1}: xenstrap", flush=True)
        clock, programs = with_xenstrap(image, Path(folder))
    print(f"  {clock.total:.0f} s in all", *told(clock, programs), sep="\n  ", flush=True)
    return clock.total


if __name__ == "__main__":
    main()
