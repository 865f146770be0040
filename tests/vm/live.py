"""A system that lives in memory: an installed Debian whose root is an overlay."""

LIVE_MEDIUM = "/run/live/medium"
LIVE_INIT = "/usr/sbin/live-init"
INIT = f"""\
#!/bin/sh
# Below: the installed system, which nobody writes to. Above: memory (overlay in Linux' Documentation/filesystems).
modprobe overlay
mount -t tmpfs memory /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
: > /mnt/root/etc/fstab
for each in dev proc sys run; do mount --move "/$each" "/mnt/root/$each"; done
cd /mnt/root
mkdir -p .{LIVE_MEDIUM}
pivot_root . .{LIVE_MEDIUM}
exec chroot . /sbin/init
"""
LIVE_FILES = {
    LIVE_INIT.lstrip("/"): INIT,
    # A live system is not started from what it would write there.
    "etc/initramfs-tools/update-initramfs.conf": "update_initramfs=no\n",
}
