#!/bin/sh
# Puts this process into namespaces' empty places (unshare(1) made the namespaces): the machine's own files and network
# are not seen. A cable from enp1s0 ends at a switch and router with 192.0.2.1, in a network namespace of its own; it
# carries VLAN 10 alone, or is one of two of a bond. The words are who configures the network, over what (nic, vlan,
# bond, or members: a bond that these name), and what to run then; /run/daemon.sh starts the one who configures it again.
set -eu
manager=$1 kind=$2
shift 2
mkdir -p /tmp/ground
mount -t tmpfs none /tmp/ground
cp -r /etc/network /tmp/ground/
for place in /etc/network /etc/systemd/network /etc/systemd/system /etc/NetworkManager /etc/dbus-1/system.d \
    /run /var/lib/xenstrap /var/lib/NetworkManager /usr/local/sbin; do
    mkdir -p $place
    mount -t tmpfs none $place
done
mkdir -p /run/network /run/netns /run/dbus /run/systemd /etc/network/interfaces.d /etc/NetworkManager/system-connections
for hooks in if-pre-up.d if-up.d if-down.d if-post-down.d; do
    mkdir /etc/network/$hooks
done
ln -s /lib/bridge-utils/ifupdown.sh /etc/network/if-pre-up.d/bridge
ln -s /lib/bridge-utils/ifupdown.sh /etc/network/if-post-down.d/bridge
access=ro # no udev, says this to networkd and NetworkManager
[ "$manager" != ifupdown ] || access=rw # ifenslave writes there
mount -t sysfs -o $access none /sys
ip netns add router
ip link add enp1s0 address 52:54:00:ab:cd:01 type veth peer name port netns router
far=port uplink=enp1s0
ip -n router link set port up
ip -n router link add switch type bridge forward_delay 0
ip -n router link add elsewhere type bridge forward_delay 0 # no VLANs in every kernel: another switch does the same
case $kind in
    vlan)
        ip -n router link add link port name port.10 type vlan id 10
        far=port.10 uplink=enp1s0.10
        ;;
    bond | members)
        ip link add enp2s0 address 52:54:00:ab:cd:02 type veth peer name port2 netns router
        far="port port2" uplink=bond0
        ;;
esac
ip -n router link set elsewhere up
ip netns exec router sh -c "echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore" # 192.0.2.1 is on its own switch alone
for end in $far; do
    ip -n router link set "$end" up master switch
done
ip -n router address add 192.0.2.1/24 dev switch
ip -n router link set switch up
ip link set lo up
printf 'auto lo\niface lo inet loopback\n\n' >/etc/network/interfaces

# interfaces(5)
stanzas() {
    [ "$kind" != vlan ] || printf 'auto enp1s0\niface enp1s0 inet manual\n\n'
    [ "$kind" != members ] || printf 'auto %s\niface %s inet manual\n    bond-master bond0\n\n' \
        enp1s0 enp1s0 enp2s0 enp2s0
    printf 'auto %s\niface %s inet static\n    address 192.0.2.10/24\n    gateway 192.0.2.1\n' $uplink $uplink
    [ "$kind" != bond ] || printf '    bond-slaves enp1s0 enp2s0\n'
    [ $uplink != bond0 ] || printf '    bond-mode active-backup\n    bond-miimon 100\n'
    printf '\nsource /etc/network/interfaces.d/*\n'
}

# unit NAME TEXT: a file of systemd.network(5)
unit() {
    printf "$2" >"/etc/systemd/network/$1"
}

# profile NAME TYPE LINES: a file of nm-settings-keyfile(5)
profile() {
    file=/etc/NetworkManager/system-connections/$1.nmconnection
    printf '[connection]\nid=%s\nuuid=%s\ntype=%s\ninterface-name=%s\n' "$1" "$(identity "$1")" "$2" "$1" >"$file"
    printf "$3" >>"$file"
    chmod 600 "$file"
}

identity() {
    printf '%s' "$1" | md5sum | sed 's/\(.\{8\}\)\(.\{4\}\)\(.\{4\}\)\(.\{4\}\)\(.\{12\}\).*/\1-\2-\3-\4-\5/'
}

case $manager in
    ifupdown)
        for hook in if-pre-up.d/ifenslave if-post-down.d/ifenslave if-up.d/ifenslave; do
            [ $uplink != bond0 ] || ln -s "/tmp/ground/network/$hook" "/etc/network/$hook"
        done
        stanzas >>/etc/network/interfaces
        ifup --all
        ;;
    networkd)
        unit 20-lan.network "[Match]\nName=$uplink\n\n[Network]\nAddress=192.0.2.10/24\nGateway=192.0.2.1\n"
        case $kind in
            vlan)
                unit 10-vlan.netdev "[NetDev]\nName=enp1s0.10\nKind=vlan\n\n[VLAN]\nId=10\n"
                unit 10-below.network "[Match]\nName=enp1s0\n\n[Network]\nVLAN=enp1s0.10\nLinkLocalAddressing=no\n"
                ;;
            bond)
                unit 10-bond.netdev "[NetDev]\nName=bond0\nKind=bond\n\n[Bond]\nMode=active-backup\nMIIMonitorSec=100ms\n"
                unit 10-members.network "[Match]\nName=enp1s0 enp2s0\n\n[Network]\nBond=bond0\n"
                ;;
        esac
        echo exec /lib/systemd/systemd-networkd >/run/daemon.sh
        ;;
    NetworkManager)
        top=$(readlink -f "$(command -v NetworkManager)")
        top=${top%/usr/sbin/NetworkManager}
        cp "$top"/usr/share/dbus-1/system.d/org.freedesktop.NetworkManager.conf /etc/dbus-1/system.d/
        ln -s "$(command -v nmcli)" /usr/local/sbin/nmcli
        # Nothing outside of these namespaces is its business: neither names nor the name of this machine.
        printf '[main]\nplugins=keyfile\ndns=none\nrc-manager=unmanaged\nsystemd-resolved=false\nhostname-mode=none\n' \
            >/etc/NetworkManager/NetworkManager.conf
        printf 'auth-polkit=false\n' >>/etc/NetworkManager/NetworkManager.conf
        addresses='[ipv4]\nmethod=manual\naddress1=192.0.2.10/24,192.0.2.1\n[ipv6]\nmethod=auto\n'
        member="master=$(identity bond0)\nslave-type=bond\n"
        case $kind in
            nic)
                profile enp1s0 ethernet "$addresses"
                ;;
            vlan)
                profile enp1s0 ethernet '[ipv4]\nmethod=disabled\n[ipv6]\nmethod=disabled\n'
                profile enp1s0.10 vlan "[vlan]\nid=10\nparent=enp1s0\n$addresses"
                ;;
            bond)
                profile bond0 bond "[bond]\nmode=active-backup\nmiimon=100\n$addresses"
                profile enp1s0 ethernet "$member"
                profile enp2s0 ethernet "$member"
                ;;
        esac
        echo "export LD_LIBRARY_PATH=$(echo "$top"/usr/lib/*-linux-gnu)" >/run/daemon.sh
        echo "exec $top/usr/sbin/NetworkManager -n" >>/run/daemon.sh
        ;;
esac
# wait_until TEST...: until that holds, which takes a moment
wait_until() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || { cat /run/daemon.log >&2; exit 1; }
        sleep 0.1
    done
}
has_way() { ip route show default | grep -q 192.0.2.1; }
has_link_local() { ip -6 address show dev $uplink scope link | grep -q inet6; }

if [ -e /run/daemon.sh ]; then
    dbus-daemon --system --fork
    sh /run/daemon.sh >/run/daemon.log 2>&1 &
    echo $! >/run/daemon.pid
    wait_until has_way
fi
[ ! -e /proc/net/if_inet6 ] || wait_until has_link_local
exec "$@"
