#!/bin/sh
# Puts this process into namespaces' empty places (unshare(1) made the namespaces): the machine's own files and network
# are not seen. A cable from enp1s0 ends at a switch and router with 192.0.2.1, in a network namespace of its own. The
# first word is who configures enp1s0, the rest is run.
set -eu
manager=$1
shift
for place in /etc/network /etc/systemd/network /etc/systemd/system /run /var/lib/xenstrap /tmp/ground; do
    mkdir -p $place
    mount -t tmpfs none $place
done
mkdir -p /run/network /run/netns /etc/network/interfaces.d
for hooks in if-pre-up.d if-up.d if-down.d if-post-down.d; do
    mkdir /etc/network/$hooks
done
ln -s /lib/bridge-utils/ifupdown.sh /etc/network/if-pre-up.d/bridge
ln -s /lib/bridge-utils/ifupdown.sh /etc/network/if-post-down.d/bridge
mount -t sysfs -o ro none /sys # no udev, says this to networkd
ip netns add router
ip link add enp1s0 address 52:54:00:ab:cd:01 type veth peer name port netns router
ip -n router link add switch type bridge forward_delay 0
ip -n router link add elsewhere type bridge forward_delay 0 # no VLANs in every kernel: another switch does the same
ip -n router link set elsewhere up
ip netns exec router sh -c "echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore" # 192.0.2.1 is on its own switch alone
ip -n router link set port master switch
ip -n router address add 192.0.2.1/24 dev switch
ip -n router link set port up
ip -n router link set switch up
ip link set lo up
printf 'auto lo\niface lo inet loopback\n\n' >/etc/network/interfaces
if [ "$manager" = ifupdown ]; then
    printf 'auto enp1s0\niface enp1s0 inet static\n    address 192.0.2.10/24\n    gateway 192.0.2.1\n' >>/etc/network/interfaces
    printf '\nsource /etc/network/interfaces.d/*\n' >>/etc/network/interfaces
    ifup enp1s0
else
    printf '[Match]\nName=enp1s0\n\n[Network]\nAddress=192.0.2.10/24\nGateway=192.0.2.1\n' >/etc/systemd/network/10-lan.network
    mkdir -p /run/dbus /run/systemd
    dbus-daemon --system --fork
    /lib/systemd/systemd-networkd &
    until ip route show default | grep -q 192.0.2.1; do sleep 0.1; done
fi
until [ ! -e /proc/net/if_inet6 ] || ip -6 address show dev enp1s0 scope link | grep -q inet6; do sleep 0.1; done
exec "$@"
