# Starts systemd-networkd on the files in $1, in namespaces of its own (unshare(1)): the machine's network is not seen.
# Prints what ip(8) then shows, one JSON text per line; networkd's words go to $1/log.
set -eu
mount -t tmpfs none /etc/systemd/network
mkdir -p /run/systemd/netif /run/systemd/network
mount -t tmpfs none /run/systemd/network
mount -t tmpfs none /run/systemd/netif
mkdir /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
chown -R systemd-network: /run/systemd/netif
mount -t sysfs -o ro none /sys # read-only: networkd then does not wait for udev
cp "$1"/*.net* /etc/systemd/network/
ip link add enp1s0 address 52:54:00:ab:cd:01 type veth peer name switch1
ip link add enp2s0 address 52:54:00:ab:cd:02 type veth peer name switch2
ip link set switch1 up
ip link set switch2 up
SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_LEVEL=debug /lib/systemd/systemd-networkd >"$1/log" 2>&1 &
tries=0
until grep -q 'xenbr0: State changed: configuring -> configured' "$1/log" || [ $tries -ge 150 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
ip -j -d address show
ip -j -4 route show default
ip -j -6 route show default
kill $!
