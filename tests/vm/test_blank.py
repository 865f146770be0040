"""A live system puts Debian and Xen on a blank disk, and the machine starts from that disk as a verified dom0.

It takes half an hour or more, and runs only when asked for: `tests/vm/run --long -k blank`.
"""

import json
import shutil
from pathlib import Path

import pytest

from tests.vm.conftest import Boot
from tests.vm.image import Image
from tests.vm.machine import Machine
from tests.vm.qemu import BlankDisk, Hardware
from tests.vm.share import project_files
from tests.vm.test_convert import LONG, ROOT, THERE, Host

NEW = BlankDisk("xenstrap-root", 24576)
BYSTANDER = BlankDisk("xenstrap-bystander", 64)
ANSWERS = f"""\
serial.port = "com1"
[install]
disk = ["{NEW.id}"]
suite = "bookworm"
hostname = "xen1"
root = "6G"
root_password = "HASH"
"""


@pytest.mark.long
@pytest.mark.parametrize("image", ["bookworm-bios-ifupdown"])
def test_a_blank_disk_becomes_a_verified_dom0(image: str, boot: Boot, machine_directory: Path) -> None:
    live = boot(image, serial="xenstrap-live", disks=(NEW, BYSTANDER))
    live.run(f"head -c 64M /dev/urandom > /dev/disk/by-id/{BYSTANDER.id}")
    untouched = live.run(f"sha256sum /dev/disk/by-id/{BYSTANDER.id}").stdout
    live.push(ROOT, THERE, project_files(ROOT))
    host = Host(live, ANSWERS)
    root = live.run("getent shadow root | cut -d: -f2").stdout.strip()
    live.run(f"cat > /root/answers.toml <<'E'\n{ANSWERS.replace('HASH', root)}E")
    planned = host.events("plan answers.toml")[-1]
    assert planned["errors"] == 0
    host.xenstrap("apply answers.toml --yes", expect=2)  # the disk was not named a second time
    host.events(f"apply answers.toml --yes --erase {NEW.id} --plan-hash {planned['hash']}")
    assert live.run("findmnt /run/xenstrap-target", check=False).rc == 1
    assert live.run(f"lsblk --noheadings --output TYPE /dev/disk/by-id/{NEW.id}").stdout.split() == [
        *("disk", "part", "part", "part")
    ], "the volume group is still open"
    assert live.run(f"sha256sum /dev/disk/by-id/{BYSTANDER.id}").stdout == untouched
    live.power_off()

    disk = Path(shutil.copy(machine_directory / NEW.serial, machine_directory / "installed"))
    installed = Image("installed", live.image.firmware, disk)
    with Machine(installed, machine_directory / "again", Hardware(live.image.firmware)) as machine:
        machine.login(LONG)
        new = Host(machine, ANSWERS)
        new.wait_until_up()
        findings = new.events("verify")
        assert {finding["level"] for finding in findings} <= {"ok", "note", "warning"}
        assert machine.run("hostname").stdout == "xen1\n"
        assert "Domain-0" in machine.run("xl list").stdout
        assert json.loads(new.xenstrap("status --json"))["trial"] == "passed"
        assert "vg0" in machine.run("vgs --noheadings --options vg_name").stdout
        assert "dom0--swap" in machine.run("readlink -f /dev/mapper/* ; ls /dev/mapper").stdout
        machine.power_off()
    disk.unlink()
