#!/bin/sh
# PID 1 of a new image's first boot: does what needs the real disk and the real firmware, then powers off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

# Read from the disk, this script would keep it from being mounted read-only.
if [ "$0" = /bake ]; then
    mv /bake /run/bake
    exec sh /run/bake
fi

bake() {
    if [ -d /sys/firmware/efi ]; then
        mount -t efivarfs efivarfs /sys/firmware/efi/efivars &&
            mkdir -p /boot/efi && mount /boot/efi &&
            grub-install --target=x86_64-efi --force-extra-removable --recheck &&
            update-grub &&
            umount /boot/efi
    else
        grub-install --target=i386-pc --recheck /dev/vda &&
            update-grub
    fi
}

mountpoint -q /proc || mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sysfs /sys
bake && mount -o remount,ro / && echo "image-is-baked"
echo o > /proc/sysrq-trigger
# Nothing more is read from the disk, which is gone before the power is.
while :; do :; done
