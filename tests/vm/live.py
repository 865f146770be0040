"""A system that lives in memory: an installed Debian whose root is an overlay, started anew."""

from .machine import Machine

MEDIUM = "/run/live/medium"
INIT = f"""\
#!/bin/sh
# Below: the installed system, which nobody writes to. Above: memory (overlay in Linux' Documentation/filesystems).
modprobe overlay
mount -t tmpfs memory /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
for each in dev proc sys run; do mount --move "/$each" "/mnt/root/$each"; done
cd /mnt/root
mkdir -p .{MEDIUM}
pivot_root . .{MEDIUM}
exec chroot . /sbin/init
"""


def make_live(machine: Machine) -> None:
    """Restart a fresh Debian as a system that forgets everything; what it was started from is below `MEDIUM`."""
    machine.run(f"cat > /sbin/live-init <<'E'\n{INIT}E\nchmod +x /sbin/live-init; : > /etc/fstab")
    menu = "/boot/grub/grub.cfg"
    machine.run(f"sed -i 's|root=UUID=[^ ]*|& init=/sbin/live-init|' {menu} && grep -c live-init {menu}")
    machine.reboot()
    assert machine.run("findmnt --noheadings --output FSTYPE /").stdout == "overlay\n"
    assert machine.run(f"findmnt --noheadings --output FSTYPE {MEDIUM}").stdout == "ext4\n"
