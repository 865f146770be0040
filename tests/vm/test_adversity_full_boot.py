"""A /boot of its own that is full, before `apply` or in the midst of it: each time it is said, and the machine starts.

`tests/vm/run --long -k adversity`
"""

import pytest

from tests.vm.conftest import Boot
from tests.vm.host import LONG, ROOT, THERE, Host
from tests.vm.machine import Machine
from tests.vm.qemu import DISK_ID, BlankDisk
from tests.vm.share import project_files

SMALL, DATA = BlankDisk("xenstrap-boot", 128), BlankDisk("xenstrap-data", 12288)
ANSWERS = f'storage.where = "disk"\nstorage.disk = ["{DATA.id}"]\nhooks.on_progress = ["/root/fill"]\n'
APPLY = f"apply answers.toml --yes --erase {DATA.id}"
FILLER = "/boot/filler"
FILL = f"""\
#!/bin/sh
# Leaves so many KiB on /boot when a step begins, as /root/left says.
[ -e /root/left ] || exit 0
read -r step left < /root/left
[ "$XENSTRAP_STEP" = "$step" ] || exit 0
rm /root/left
fallocate --length $(( $(stat --file-system --format '%a * %S / 1024' /boot) - left ))K {FILLER}
"""
MOMENTS = {
    "packages 64": ("'/boot/xen-", "dpkg is not at rest: "),
    "packages 9216": ("zstd: ", "dpkg is not at rest: "),
    "start 6": ("grub-mkconfig -o /boot/grub/grub.cfg.xenstrap failed", ""),
}
"""When it is full, with how many KiB left, and what is said of it: Xen, then a RAM disk, then the menu has no room."""
HOOK = "/etc/initramfs-tools/hooks/ballast"
BALLAST = """\
#!/bin/sh
[ "$1" = prereqs ] || head -c 12M /dev/urandom > "$DESTDIR/ballast"
"""
"""A RAM disk with few modules is made in less time, but for once it must not be a small one."""
MOVE = f"""\
set -e
cat > {HOOK} <<'B'
{BALLAST}B
chmod +x {HOOK}
echo MODULES=dep > /etc/initramfs-tools/conf.d/modules
DEBIAN_FRONTEND=noninteractive apt-get -y purge lvm2
mkfs.ext4 -q -m 0 /dev/disk/by-id/{SMALL.id}
mount /dev/disk/by-id/{SMALL.id} /mnt
cp -a /boot/. /mnt
umount /mnt
mount --bind / /mnt
find /mnt/boot -mindepth 1 -delete
umount /mnt
echo "UUID=$(blkid -s UUID -o value /dev/disk/by-id/{SMALL.id}) /boot ext4 defaults 0 2" >> /etc/fstab
systemctl daemon-reload
mount /boot
grub-install /dev/disk/by-id/{DISK_ID}
update-grub
"""


@pytest.mark.long
def test_a_full_boot_of_its_own_is_said_and_gone_on_from(boot: Boot) -> None:
    machine = boot("bookworm-bios-ifupdown", disks=(SMALL, DATA))
    machine.push(ROOT, THERE, project_files(ROOT))
    host = Host(machine, ANSWERS)
    machine.run(f"cat > /root/move <<'E'\n{MOVE}E\nbash /root/move", timeout=LONG)
    machine.reboot()
    assert machine.run("findmnt --noheadings --output SOURCE /boot").stdout == "/dev/vdb\n"
    machine.run(f"cat > /root/answers.toml <<'E'\n{ANSWERS}E\ncat > /root/fill <<'E'\n{FILL}E\nchmod +x /root/fill")
    full_at_the_beginning(host)
    for moment, said in MOMENTS.items():
        machine.line.note(moment)
        full_at(host, moment, said)
    machine.run(f"rm {FILLER}")
    host.xenstrap(APPLY)
    assert [event["id"] for event in host.events(APPLY) if event["event"] == "settled"] == []
    machine.reboot()
    host.wait_until_up()
    (status,) = host.events("status")
    assert (status["trial"], status["verified"], status["pending"]) == ("passed", True, [])
    assert machine.run("cat /sys/hypervisor/type").stdout == "xen\n"
    machine.power_off()


def full_at_the_beginning(host: Host) -> None:
    """Refused before anything is written."""
    host.machine.run("echo '- 2048' > /root/left; XENSTRAP_STEP=- /root/fill")
    said = host.xenstrap(APPLY, expect=3) + host.machine.run("cat /run/narration").stdout
    assert "8 MiB for Xen and " in said
    assert " MiB for a second initial RAM disk are needed there: " in said
    assert host.xenstrap("status") == "xenstrap has changed nothing on this machine.\n"
    host.machine.run(f"rm {FILLER}")


def full_at(host: Host, moment: str, said: tuple[str, ...]) -> None:
    """It fails, says where to make room, and leaves a machine that starts by the menu that it had."""
    machine = host.machine
    menu = machine.run("sha256sum /boot/grub/grub.cfg").stdout
    machine.run(f"rm -f {FILLER}; echo {moment} > /root/left")
    host.xenstrap(APPLY, expect=1)
    narration = machine.run("cat /run/narration").stdout
    for words in ("No space left on device", "make room on the filesystem of /boot", *said):
        assert words in narration
    assert "Next: `xenstrap apply` with the same answers goes on from here." in host.xenstrap("status")
    assert look(machine, menu) == []
    machine.reboot()
    assert machine.run("test -e /sys/hypervisor/type", check=False).rc == 1
    assert machine.run(f"test -s {FILLER}", check=False).rc == 0


def look(machine: Machine, menu: str) -> list[str]:
    """The menu where it is not as it was, and what is half made."""
    now = machine.run("sha256sum /boot/grub/grub.cfg").stdout
    return [*({now} ^ {menu}), *machine.run("find /boot -name '*.new' -o -name '*.xenstrap*'").stdout.split()]
