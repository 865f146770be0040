"""Capture machines: boots one hardware after the other, prepares each machine with the tools that people use, and keeps
what `xenstrap facts` says of its disks in tests/captured/disks.

Needs what `tests/vm/run images` installs, and takes about half an hour, of which each rig is some minutes:

    "${XENSTRAP_VM_CACHE:-/var/tmp/xenstrap-vm}/python/bin/python" -m tests.vm.capture [RIG ...]

Disks and their controllers are in tests/vm/rigs/shelves.py, the machines in hosts.py and lives.py beside it. Two hosts
run from disks that a live system put together: "live-uefi" comes before "guided" and "4kn". The system is Linux started
by QEMU itself, from a root filesystem that was put on the machine's own disk, or from a CD or a stick as a live system
in memory.
"""

import argparse
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from installer.facts import Facts
from tests.vm.host import ROOT, THERE
from tests.vm.image import CACHE, Image, base_image
from tests.vm.machine import Machine
from tests.vm.qemu import OVMF_VARS, Hardware
from tests.vm.recipe import RECIPES, SAME_ADDRESSES
from tests.vm.rigs import RIGS
from tests.vm.rigs.rig import Rig, Scene
from tests.vm.share import project_files

IMAGE = "trixie-bios-networkd-live-disks"
KEPT = ROOT / "tests/captured/disks"
SHELL = "/run/capture.sh"
LONG = 1200.0
DULL = re.compile(r"UUID|_ENC$|_TAG$")
"""udev's properties that are others in each capture, or say the same once more."""


class Capture:
    """One boot of a rig, and the machines that are made of it one after the other."""

    def __init__(self, name: str, rig: Rig, directory: Path) -> None:
        self.name = name
        self.rig = rig
        self.directory = directory
        self.plugged: set[str] = set()
        self.base = base_image(IMAGE)
        self.offset = RECIPES[IMAGE].root_offset_mib

    def run(self, after: str = "") -> None:
        """Boot it, capture every scene or those after one, cut the power."""
        begun = time.monotonic()
        system = self.rig.system
        disk = system.disk(self.base.disk, self.offset, self.directory)
        firmware = self.rig.firmware
        image = Image(self.name, firmware, disk, "qcow2" if system.made_by else "raw", OVMF_VARS.get(firmware))
        hardware = Hardware(
            firmware, cpus=1, system=system.words, extra=(*self.kernel(), *self.rig.words(self.directory))
        )
        with Machine(image, self.directory / self.name, hardware) as machine:
            machine.login(LONG)
            machine.push(ROOT, THERE, project_files(ROOT))
            machine.run(f"cat > {SHELL} <<'E'\n{Path(__file__).with_suffix('.sh').read_text()}E")
            print(f"{self.name}: started after {time.monotonic() - begun:.0f} s", flush=True)
            machine.run(f"udevadm settle; . {SHELL}; tidy; hide {' '.join(self.rig.slots())}\n{system.setup}", LONG)
            names = list(self.rig.scenes)
            for name in names[names.index(after) + 1 if after in names else 0 :]:
                self.capture(machine, name, self.rig.scenes[name])
        if system.bytes:
            disk.unlink()

    def capture(self, machine: Machine, name: str, scene: Scene) -> None:
        """Show what belongs to one machine, prepare it, keep its facts, and clear away."""
        begun = time.monotonic()
        shown = [self.rig.place(shelf) for shelf in scene.shelves]
        for shelf in scene.shelves:
            self.plug_in(machine, shelf)
        show = "\n".join(f"show {slot} {' '.join(paths)}" for slot, paths in shown)
        machine.run(f". {SHELL}\n{show}\n{scene.shell}\nudevadm settle", LONG)
        who = "setpriv --reuid=65534 --regid=65534 --clear-groups" if scene.nobody else ""
        said = machine.run(f"PYTHONPATH={THERE} {who} python3 -P -m installer facts 2>/run/narration", LONG)
        keep(f"{'live' if self.rig.system.live else 'host'}-{name}", Facts.model_validate_json(said.stdout))
        paths = " ".join(path for _, paths in shown for path in paths) if not scene.stays else ""
        machine.run(f". {SHELL}\n{scene.after}\ntidy {paths}\nhide {' '.join(slot for slot, _ in shown)}", LONG)
        print(f"{self.name}: {name} took {time.monotonic() - begun:.0f} s", flush=True)

    def plug_in(self, machine: Machine, shelf: str) -> None:
        """Put in the disks of a shelf that has them late, once."""
        if self.rig.shelves[shelf].late and shelf not in self.plugged:
            self.plugged.add(shelf)
            for device in self.rig.shelves[shelf].devices(shelf, self.rig.slot(shelf)):
                machine.qmp.execute("device_add", **dict(word.split("=", 1) for word in device.split(",")))

    def kernel(self) -> list[str]:
        """Linux and its initial RAM disk as they are on the image, and how they are started."""
        system, there = self.rig.system, f"{self.base.disk}?offset={self.offset << 20}"
        listed = subprocess.run(
            ["debugfs", "-R", "ls -p /boot", there], check=True, capture_output=True, text=True
        ).stdout
        words = []
        for option, start in (("-kernel", "vmlinuz-"), ("-initrd", "initrd.img-")):
            [name] = re.findall(rf"/({re.escape(start)}[^/]+)/", listed)
            path = self.directory / name
            if not path.exists():
                subprocess.run(["debugfs", "-R", f"dump /boot/{name} {path}", there], check=True, capture_output=True)
            words += [option, str(path)]
        root = system.root or f"UUID={RECIPES[IMAGE].uuid('root')}"
        line = f"root={root} ro quiet fsck.mode=skip {SAME_ADDRESSES} console=tty0 console=ttyS0,115200"
        return [*words, "-append", f"{line} init=/usr/sbin/live-init" if system.live else line]


def keep(name: str, facts: Facts) -> None:
    """Keep what is said of disks, and of what the layout of a new one depends on; what is random is left out."""
    kept: dict[str, Any] = {
        "firmware": facts.firmware.model_dump(exclude={"board"}),
        "live": facts.running.live,
        "root": facts.root,
    }
    kept |= facts.model_dump(mode="json", include={"disks", "storage"}, exclude_defaults=True)
    for disk in kept.setdefault("disks", []):
        disk["properties"] = {key: value for key, value in disk.get("properties", {}).items() if not DULL.search(key)}
    (KEPT / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")


def main() -> None:
    """Capture the machines of the named rigs, or of all."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("rigs", nargs="*", metavar="RIG", help=", ".join(RIGS))
    parser.add_argument("--after", metavar="MACHINE", help="leave out this machine of a rig and those before it")
    directory, given = CACHE / "captures", parser.parse_args()
    if not given.rigs:
        shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(exist_ok=True)
    KEPT.mkdir(exist_ok=True)
    for name in given.rigs or RIGS:
        begun = time.monotonic()
        Capture(name, RIGS[name], directory).run(given.after)
        print(f"{name}: {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
