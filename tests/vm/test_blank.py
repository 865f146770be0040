"""A live system puts Debian and Xen on a blank disk, and the machine starts from that disk as a verified dom0.

The bookworm is made from an answer file, the trixie by the wizard. Each takes half an hour or more, and runs only when
asked for: `tests/vm/run --long -k blank`.
"""

import json
import re
from pathlib import Path

import pytest

from tests.keystrokes import DOWN, ENTER, TAB
from tests.vm.conftest import Boot
from tests.vm.fresh import look_at_a_live_system
from tests.vm.host import LONG, ROOT, THERE, Host
from tests.vm.image import Image
from tests.vm.killed import kill_twice
from tests.vm.machine import BOOT_FAILURES, Machine
from tests.vm.qemu import NIC, OVMF_VARS, BlankDisk, Hardware
from tests.vm.recipe import RECIPES, ROOT_PASSWORD, SAME_ADDRESSES
from tests.vm.screen import Screen
from tests.vm.share import project_files
from tests.vm.test_convert import (
    global_addresses,
    look_at_dom0,
    look_at_storage,
    look_at_what_the_trial_left,
)

NEW = BlankDisk("xenstrap-root", 24576)
BYSTANDER = BlankDisk("xenstrap-bystander", 64)
TARGET = "/run/xenstrap-target"
MIB, GIB = 1 << 20, 1 << 30
KEY = "ssh-ed25519 " + "A" * 68 + " me@desk"
ANSWERS = f"""\
serial.port = "com1"
boot.linux_options = ["{SAME_ADDRESSES}"]
hooks.on_progress = ["/root/small"]
[install]
suite = "SUITE"
root = "6G"
hostname = "xen1"
timezone = "Europe/Berlin"
locale = "en_GB.UTF-8"
keyboard = "de"
user = "admin"
ssh_keys = ["{KEY}"]
"""
PASSPHRASE = "open it, please"
WHAT_AND_WHO = f'disk = ["{NEW.id}"]\nroot_password = "HASH"\npassphrase = "{PASSPHRASE}"\n'
UNREACHABLE = 'mirror = "http://10.0.2.2:9/debian"\n'
SMALLER = f"""\
#!/bin/sh
# Emulated, an initial RAM disk with every module takes more than 20 minutes (initramfs.conf(5), MODULES).
[ "$XENSTRAP_STEP" = debian ] || exit 0
mkdir -p {TARGET}/etc/initramfs-tools/conf.d
echo MODULES=dep > {TARGET}/etc/initramfs-tools/conf.d/modules
"""
STOP = '#!/bin/sh\n[ "$XENSTRAP_EVENT" = start ] || kill -INT $PPID\n'
PARTS = {"bios": [(1, 1, "BIOS boot")], "uefi": [(1, 512, "EFI System")]}


@pytest.mark.long
@pytest.mark.parametrize("image", ["bookworm-bios-ifupdown-live", "trixie-uefi-networkd-live"])
def test_a_blank_disk_becomes_a_verified_dom0(image: str, boot: Boot, machine_directory: Path) -> None:
    live = boot(image, serial="xenstrap-live", disks=(NEW, BYSTANDER))
    live.run(f"head -c 64M /dev/urandom > /dev/disk/by-id/{BYSTANDER.id}")
    untouched = live.run(f"sha256sum /dev/disk/by-id/{BYSTANDER.id}").stdout
    look_at_a_live_system(live)
    live.push(ROOT, THERE, project_files(ROOT))
    host = Host(live, ANSWERS.replace("SUITE", image.partition("-")[0]))
    addresses = global_addresses(host, RECIPES[image].nic)
    assert addresses
    live.run(f"cat > /root/small <<'E'\n{SMALLER}E\nchmod +x /root/small")
    if image.startswith("bookworm"):
        host.answers += WHAT_AND_WHO.replace("HASH", live.run("getent shadow root | cut -d: -f2").stdout.strip())
        fail_and_stop(host)
        answer(host, host.answers)
        kill_twice(host, f"answers.toml --yes --erase {NEW.id}")
        install(host)
        install_again(host)
    else:
        install_by_keystrokes(host)
    closed(host)
    assert (
        host.machine.run(f"grep -rlF --exclude-dir=live '{PASSPHRASE}' /var/lib/xenstrap /run /etc", check=False).stdout
        == ""
    )
    assert "Next: restart into the new system" in host.xenstrap("status")
    assert live.run(f"sha256sum /dev/disk/by-id/{BYSTANDER.id}").stdout == untouched
    live.power_off()

    disk = machine_directory / "installed"
    disk.hardlink_to(machine_directory / NEW.serial)
    installed = Image("installed", live.image.firmware, disk, "raw", OVMF_VARS.get(live.image.firmware))
    with Machine(installed, machine_directory / "again", Hardware(live.image.firmware)) as machine:
        if PASSPHRASE in host.answers:
            unlock(machine)
        machine.login(LONG)
        look_at_the_new_dom0(Host(machine, host.answers), addresses)
        machine.power_off()
    disk.unlink()


def unlock(machine: Machine) -> None:
    """The initial RAM disk asks for the passphrase, and asks again after a wrong one."""
    for typed in ("another one", PASSPHRASE):
        machine.line.expect(r"Please unlock disk guests: ?", LONG, BOOT_FAILURES)
        machine.line.send(typed + ENTER)


def answer(host: Host, text: str) -> None:
    """Write the answers down."""
    host.machine.run(f"cat > /root/answers.toml <<'E'\n{text}E")


def fail_and_stop(host: Host) -> None:
    """What is not named twice stays; what a failure or a stop leaves behind is in nobody's way."""
    answer(host, host.answers + UNREACHABLE)
    host.xenstrap("apply answers.toml --yes", expect=2)
    assert host.machine.run(f"blkid /dev/disk/by-id/{NEW.id}", check=False).stdout == ""
    host.xenstrap(f"apply answers.toml --yes --erase {NEW.id}", expect=1)
    assert "could not be fetched" in host.machine.run("cat /run/narration").stdout
    closed(host)
    host.machine.run(f"cat > /root/stop <<'E'\n{STOP}E\nchmod +x /root/stop")
    answer(host, host.answers.replace("/root/small", "/root/stop") + UNREACHABLE)
    host.xenstrap("apply answers.toml --yes", expect=130)
    stopped = host.machine.run("cat /run/narration").stdout
    assert f"(LUKS) guests on {NEW.id}\nStopped between two changes" in stopped
    closed(host)


def install(host: Host) -> None:
    """What was planned is done, and all of it closed."""
    answer(host, host.answers)
    planned = host.events("plan answers.toml")[-1]
    assert planned["errors"] == 0
    host.events(f"apply answers.toml --yes --erase {NEW.id} --plan-hash {planned['hash']}")


def install_by_keystrokes(host: Host) -> None:
    """The wizard asks for the disk and the password; the rest stands in the answers that it is given."""
    answer(host, host.answers)
    screen = Screen(host.machine.line, LONG, never=["It stopped at", "Traceback"])
    host.machine.line.type(f"{THERE}/xenstrap wizard /root/answers.toml")
    screen.press("", "This is a live system, which forgets everything when it ends.", "> 1 Start <")
    screen.press(ENTER, "A new Debian goes on a disk", "> Erase this disk", f"vdb 24 GiB {NEW.serial}")
    screen.press(DOWN * 2, "after: ERASED; Debian 6 GiB")
    for page in ("Storage", "Network", "Memory and CPUs", "Serial console", "Xen and boot menu", "Guests"):
        screen.press(ENTER, f"\n {page}\n")
    screen.press(ENTER, "The new Debian's name, and who may log in.", "> Name of the machine", "xen1")
    screen.press(TAB, "> Password of root")
    screen.press(ROOT_PASSWORD, "once more", "The two are not the same.")
    screen.press(TAB + ROOT_PASSWORD + TAB, "> A user besides root")
    screen.press(ENTER, "Review", "changes:", "[ 4 Apply ]")
    screen.press("4", "Everything on this disk will be lost, for ever", f"serial number {NEW.serial}")
    screen.press(f"vdb{ENTER}", "> 1 Not yet <")
    screen.press("2", "Make these", "a quarter of an hour or more")
    screen.press("2", "Installed", "> 1 Restart now <", "[ 2 Leave ]")
    host.machine.line.send("2")
    assert host.machine.run("echo back").stdout == "back\n"


def install_again(host: Host) -> None:
    """The disk is ours by now; a second time changes nothing."""
    again = host.events("apply answers.toml --yes")
    assert {event["id"] for event in again if event["event"] == "settled" and not opening(event)} == set()
    closed(host)


def opening(event: dict[str, object]) -> bool:
    """Whether an event is about what is mounted, or open, for as long as xenstrap works on the new system."""
    return str(event["id"]).startswith(("mount:", "luks:"))


def closed(host: Host) -> None:
    """Nothing of the new system is mounted, or open as a volume."""
    assert host.machine.run(f"findmnt --list --noheadings --output TARGET | grep {TARGET}", check=False).rc == 1
    assert host.machine.run(f"grep -ls {TARGET} /proc/[0-9]*/mountinfo", check=False).stdout == ""
    kinds = host.machine.run(f"lsblk --noheadings --output TYPE /dev/disk/by-id/{NEW.id}").stdout.split()
    assert set(kinds) <= {"disk", "part"}


def look_at_the_new_dom0(host: Host, addresses: set[str]) -> None:
    """What the test itself reads in it."""
    machine, firmware = host.machine, host.machine.image.firmware
    host.wait_until_up()
    look_at_dom0(host, addresses)
    look_at_what_the_trial_left(host)
    findings = host.events("verify")
    assert {finding["level"] for finding in findings} <= {"ok", "note", "warning"}
    look_at_storage(host, part_of_debian=PASSPHRASE in host.answers)

    told = json.loads(machine.run("lsblk --list --json --bytes --output TYPE,START,SIZE,PARTTYPENAME /dev/vda").stdout)
    parts = [(each["start"] * 512 // MIB, each["size"] // MIB, each["parttypename"])
             for each in told["blockdevices"] if each["type"] == "part"]  # fmt: skip
    start = PARTS[firmware][0][0] + PARTS[firmware][0][1]
    rest = 24576 - start - 6144 - 1
    assert parts == [
        *PARTS[firmware],
        (start, 6144, "Linux filesystem"),
        (start + 6144, rest, "Linux filesystem" if PASSPHRASE in host.answers else "Linux LVM"),
    ]
    if PASSPHRASE in host.answers:
        look_at_the_encryption(machine)
    assert machine.run("hostname").stdout == "xen1\n"
    assert machine.run("findmnt --noheadings --output SOURCE,FSTYPE /").stdout.split() == ["/dev/vda2", "ext4"]
    assert "LANG=en_GB.UTF-8" in machine.run("localectl status; cat /proc/1/environ | tr '\\0' '\\n'").stdout
    assert "en_GB.utf8" in machine.run("locale -a").stdout
    assert machine.run("date +%Z").stdout.strip() in ("CET", "CEST")
    assert 'XKBLAYOUT="de"' in machine.run("cat /etc/default/keyboard").stdout
    look_at_the_name(machine)
    assert "what answered before it, 10.0.2.2" in machine.run("journalctl -b -u xenstrap-network.service").stdout
    assert machine.run("cat /home/admin/.ssh/authorized_keys").stdout == f"{KEY}\n"
    assert "sudo" in machine.run("id --name --groups admin").stdout.split()
    assert machine.run("systemctl is-active ssh").stdout == "active\n"
    assert machine.run("systemctl --failed --no-legend").stdout == ""
    assert machine.run("test -e /usr/sbin/policy-rc.d", check=False).rc == 1
    secret = machine.run("getent shadow root | cut -d: -f2").stdout.strip()
    assert secret.startswith("$")
    for each in (secret, PASSPHRASE):
        assert machine.run(f"grep -rlF '{each}' /var/lib/xenstrap /etc/xenstrap", check=False).stdout == ""
    if firmware == "uefi":
        assert machine.run("ls /boot/efi/EFI/BOOT/BOOTX64.EFI /boot/efi/EFI/debian/grubx64.efi").rc == 0


def look_at_the_name(machine: Machine) -> None:
    """The interface is pinned to the name that udev gives it here by itself, whatever the live system called it."""
    assert "10-xenstrap.link" in machine.run(f"udevadm info /sys/class/net/{NIC}").stdout
    told = machine.run(f"udevadm test-builtin net_id /sys/class/net/{NIC} 2>/dev/null").stdout
    names = dict(re.findall(r"^ID_NET_NAME_(\w+)=(\S+)$", told, re.MULTILINE))
    assert [names[key] for key in ("ONBOARD", "SLOT", "PATH") if key in names][:1] == [NIC]
    assert f"Name={NIC}\n" in machine.run("cat /etc/systemd/network/10-xenstrap.link").stdout


def look_at_the_encryption(machine: Machine) -> None:
    """vg0 and with it the swap lie in LUKS; the keymap that the passphrase is typed with is in the initial RAM disk."""
    told = machine.run("lsblk --noheadings --list --output NAME,TYPE,FSTYPE --inverse /dev/vg0/dom0-swap").stdout
    assert [line.split()[1:] for line in told.splitlines()] == [["lvm", "swap"], ["crypt", "LVM2_member"],
                                                               ["part", "crypto_LUKS"], ["disk"]]  # fmt: skip
    images = machine.run("lsinitramfs /boot/initrd.img-*").stdout
    assert "kmap" in images
    assert "cryptroot/crypttab" in images
