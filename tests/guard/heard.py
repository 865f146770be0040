"""Machines that are connected by TCP in several ways, and over which interface each is heard: runs in namespaces."""

import json
import socket
import subprocess
from pathlib import Path

from installer.host import Host
from installer.network.reach import heard_over
from installer.network.ways import standing_on

LAN = """
link set lo up
netns add router
link add enp1s0 type veth peer name near netns router
link add enp2s0 type veth peer name far netns router
-n router link set near up
-n router link set far up
-n router address add 192.0.2.1/24 dev near
-n router address add 192.0.2.2/24 dev near
-n router address add 192.0.2.3/24 dev near
-n router address add 192.0.2.4/24 dev near
-n router address add 2001:db8::1/64 dev near nodad
-n router address add fe80::1/64 dev near nodad
-n router address add 198.51.100.1/24 dev far
address add 192.0.2.10/24 dev enp1s0
address add 2001:db8::10/64 dev enp1s0 nodad
address add fe80::10/64 dev enp1s0 nodad
address add 198.51.100.10/24 dev enp2s0
link set enp1s0 up
link set enp2s0 up
rule add from 198.51.100.10 to 192.0.2.3 table 100
route add default via 198.51.100.1 dev enp2s0 table 100
"""
WAYS = {
    "IPv4": ("192.0.2.1", "192.0.2.10"),
    "IPv6": ("2001:db8::1", "2001:db8::10"),
    "a link's own address": ("fe80::1%near", "fe80::10%near"),
    "to and fro over another": ("192.0.2.3", "198.51.100.10"),
    "to over another, fro over it": ("192.0.2.4", "198.51.100.10"),
}
CLIENT = """
import socket, sys
here, there, kind = sys.argv[1:]
line = socket.socket(int(kind), socket.SOCK_STREAM)
line.bind(socket.getaddrinfo(here, 0)[0][4])
line.connect(socket.getaddrinfo(there, 22)[0][4])
line.recv(100)
line.recv(100)
"""


def connected(there: str, here: str) -> socket.socket:
    """Our end of a connection, on which the other one has acknowledged something."""
    with socket.create_server(("::", 22), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        kind = socket.AF_INET6 if ":" in there else socket.AF_INET
        subprocess.Popen(["ip", "netns", "exec", "router", "python3", "-c", CLIENT, there, here, str(int(kind))])
        line, _ = server.accept()
    line.sendall(b".")
    return line


def main() -> None:
    """Print the interfaces by the way of the connection."""
    Path("/run/netns").mkdir(exist_ok=True)
    for words in LAN.split("\n"):
        if words:
            subprocess.run(["ip", *words.split()], check=True)
    lines = [connected(*way) for way in WAYS.values()]
    found = {name: sorted(heard_over(Host(), client, 10.0)) for name, (client, _) in WAYS.items()}
    found["long ago"] = sorted(heard_over(Host(), "192.0.2.1", 0.0))
    found["nobody"] = sorted(heard_over(Host(), "192.0.2.2", 10.0))
    subprocess.run(["ip", "link", "add", "xenbr0", "type", "bridge"], check=True)
    subprocess.run(["ip", "link", "set", "enp2s0", "master", "xenbr0"], check=True)
    subprocess.run(["ip", "link", "add", "link", "enp1s0", "name", "above0", "type", "macvlan"], check=True)
    found["standing"] = [*standing_on(Host(), "enp1s0", "xenbr0"), *standing_on(Host(), "enp2s0", "xenbr0")]
    print(json.dumps(found))
    for line in lines:
        line.close()


if __name__ == "__main__":
    main()
