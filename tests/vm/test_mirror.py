"""A live system puts Debian and Xen on two disks that mirror each other, and the machine starts from either of them.

Takes an hour, and runs only when asked for: `tests/vm/run --long -k mirror`.
"""

import re
from pathlib import Path

import pytest

from tests.vm.conftest import Boot
from tests.vm.fresh import look_at_a_live_system
from tests.vm.host import LONG, ROOT, THERE, Host
from tests.vm.image import Image
from tests.vm.machine import Machine
from tests.vm.qemu import NIC, OVMF_VARS, BlankDisk, Hardware
from tests.vm.recipe import SAME_ADDRESSES
from tests.vm.share import project_files
from tests.vm.test_blank import SMALLER
from tests.vm.test_convert import global_addresses, look_at_dom0, look_at_storage, starts_xen

ONE, TWO = BlankDisk("xenstrap-one", 12288), BlankDisk("xenstrap-two", 12288)
BYSTANDER = BlankDisk("xenstrap-bystander", 64)
ANSWERS = f"""\
serial.port = "com1"
boot.linux_options = ["{SAME_ADDRESSES}"]
boot.trial = false
hooks.on_progress = ["/root/small"]
[install]
disk = ["{ONE.id}"]
raid1 = ["{TWO.id}"]
root = "6G"
hostname = "xen1"
root_password = "HASH"
"""


@pytest.mark.long
def test_either_disk_starts_the_dom0(boot: Boot, machine_directory: Path) -> None:
    live = boot("trixie-uefi-networkd-live", serial="xenstrap-live", disks=(ONE, TWO, BYSTANDER))
    live.run(f"head -c 64M /dev/urandom > /dev/disk/by-id/{BYSTANDER.id}")
    untouched = live.run(f"sha256sum /dev/disk/by-id/{BYSTANDER.id}").stdout
    look_at_a_live_system(live)
    live.push(ROOT, THERE, project_files(ROOT))
    host = Host(live, ANSWERS.replace("HASH", live.run("getent shadow root | cut -d: -f2").stdout.strip()))
    addresses = global_addresses(host, NIC)
    live.run(f"cat > /root/small <<'E'\n{SMALLER}E\nchmod +x /root/small")
    install(host)
    assert live.run(f"sha256sum /dev/disk/by-id/{BYSTANDER.id}").stdout == untouched
    live.power_off()

    one, two = (machine_directory / f"installed-{disk.serial}" for disk in (ONE, TWO))
    for place, disk in ((one, ONE), (two, TWO)):
        place.hardlink_to(machine_directory / disk.serial)
    beside = ("-drive", f"if=none,id=two,format=raw,discard=unmap,detect-zeroes=unmap,file={two}",
              "-device", f"virtio-blk-pci,drive=two,serial={TWO.serial},addr=0x6")  # fmt: skip
    both = Hardware("uefi", serial=ONE.serial, extra=beside)
    with Machine(installed(one), machine_directory / "both", both) as machine:
        machine.login(LONG)
        look_at_the_new_dom0(Host(machine, host.answers), addresses)
        machine.run("mdadm --wait /dev/md/*", timeout=LONG, check=False)
        assert set(members(machine)) == {"[UU]"}
        machine.power_off()
        first = machine.snapshot(machine_directory / "kept")
        for image, disk in ((first, ONE), (installed(two), TWO)):
            with Machine(image, machine_directory / disk.serial[-3:], Hardware("uefi", serial=disk.serial)) as alone:
                alone.login(LONG)
                look_at_what_is_left(Host(alone, host.answers), addresses)
                alone.power_off()
    first.disk.unlink()
    one.unlink()
    two.unlink()


def installed(disk: Path) -> Image:
    """What the live system has put on a disk, with a firmware that has never heard of it."""
    return Image(disk.name, "uefi", disk, "raw", OVMF_VARS["uefi"])


def install(host: Host) -> None:
    """Both disks have to be named; what was planned is done, and all of it closed."""
    host.machine.run(f"cat > /root/answers.toml <<'E'\n{host.answers}E")
    host.xenstrap(f"apply answers.toml --yes --erase {ONE.id}", expect=2)
    for disk in (ONE, TWO):
        assert host.machine.run(f"blkid /dev/disk/by-id/{disk.id}", check=False).stdout == ""
    planned = host.events("plan answers.toml")[-1]
    assert planned["errors"] == 0
    host.events(f"apply answers.toml --yes --erase {ONE.id} --erase {TWO.id} --plan-hash {planned['hash']}")
    for disk in (ONE, TWO):
        kinds = host.machine.run(f"lsblk --noheadings --output TYPE /dev/disk/by-id/{disk.id}").stdout.split()
        assert set(kinds) == {"disk", "part"}, "an array is still open"
    entries = host.machine.run("efibootmgr").stdout
    assert re.search(r"debian on disk 1", entries)
    assert re.search(r"debian on disk 2", entries)


def members(machine: Machine) -> list[str]:
    """Which members of each array are there, as /proc/mdstat draws it."""
    return re.findall(r"\[[U_]+\]", machine.run("cat /proc/mdstat").stdout)


def look_at_the_new_dom0(host: Host, addresses: set[str]) -> None:
    """What the test itself reads in it, with both disks there."""
    host.wait_until_up()
    look_at_dom0(host, addresses)
    assert starts_xen(host)
    findings = host.events("verify")
    assert {finding["level"] for finding in findings} <= {"ok", "note", "warning"}
    assert not any("lacks a disk" in str(finding["text"]) for finding in findings)
    look_at_storage(host, least=5000, part_of_debian=True)
    assert len(members(host.machine)) == 3
    kinds = host.machine.run("findmnt --noheadings --output SOURCE,FSTYPE / /boot/efi", check=False)
    assert "ext4" in host.machine.run("findmnt --noheadings --output SOURCE,FSTYPE /").stdout, kinds
    assert host.machine.run("findmnt --noheadings --output FSTYPE /boot/efi").stdout == "vfat\n"
    assert host.machine.run("systemctl --failed --no-legend").stdout == ""


def look_at_what_is_left(host: Host, addresses: set[str]) -> None:
    """The same dom0 on one of the two disks."""
    host.wait_until_up()
    look_at_dom0(host, addresses)
    assert members(host.machine) in (["[U_]"] * 3, ["[_U]"] * 3)
    findings = host.events("verify")
    assert {finding["level"] for finding in findings} <= {"ok", "note", "warning"}
    assert sum("lacks a disk" in str(finding["text"]) for finding in findings) == 3
    look_at_storage(host, least=5000, part_of_debian=True)
