# shellcheck shell=bash
# What the machines of tests/vm/capture.py are prepared with; sourced by bash, in /dev/disk/by-id.
set -eu
D=/dev/disk/by-id
cd "$D" 2> /dev/null || cd /dev # no disk has a name there

functions() { for slot; do echo "0000:00:$slot.0"; done; }

# Let go of controllers, and all disks behind them.
hide() { for each in $(functions "$@"); do echo "$each" > "/sys/bus/pci/devices/$each/driver/unbind"; done; }

# Take a controller back: $1 is its slot, the others are its disks.
show() {
    functions "$1" > /sys/bus/pci/drivers_probe
    shift
    udevadm wait --timeout=120 --settle "$@"
}

# A new partition table of what sfdisk(8) reads.
table() { sfdisk --quiet --wipe always --wipe-partitions always "$1" && udevadm settle; }

# The same on the disk that the system runs from, whose partitions are in use.
more() {
    sfdisk --quiet --no-reread --no-tell-kernel --force "$@"
    partx --update "${@: -1}"
    udevadm settle
}

# A partition of the system's disk is no longer there.
less() {
    sfdisk --quiet --no-reread --no-tell-kernel --force --delete "$@"
    partx --delete --nr "$2" "$1"
    udevadm settle
}

# Nothing uses the disks any more, and those in the arguments no longer tell what was on them.
tidy() {
    systemctl stop multipathd.service multipathd.socket
    awk '$2 ~ "^/(mnt|home|srv)" { print $2 }' /proc/mounts | xargs --no-run-if-empty umount
    multipath -F
    for each in /sys/block/bcache*/bcache/stop; do [ ! -e "$each" ] || echo 1 > "$each"; done
    for each in /dev/mapper/secret*; do [ ! -e "$each" ] || cryptsetup close "$each"; done
    ! command -v vgchange > /dev/null || vgchange --quiet --activate n > /dev/null || true
    for each in /dev/md[0-9]*; do [ ! -b "$each" ] || wipefs --quiet --all "$each"; done
    mdadm --quiet --stop --scan
    udevadm settle
    for each; do
        each=$(readlink -f "$each")
        blockdev --setrw "$each"
        for part in "$each"[0-9]* "$each"p[0-9]* "$each"; do
            [ ! -b "$part" ] || wipefs --quiet --all --force "$part"
        done
        udevadm settle
        udevadm lock --device="$each" blockdev --rereadpt "$each"
    done
    udevadm settle
}
