"""A bridge made by ifup(8) or a daemon over a cable, broken in one way, and judged: runs in namespaces (ground.sh)."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from argparse import Namespace
from pathlib import Path

from installer import guard
from installer.engine import apply
from installer.errors import Exit
from installer.facts_network import Network, NetworkNow
from installer.guard import NetworkJudge
from installer.host import Host
from installer.journal import Journal, Run
from installer.network.reach import Clock
from installer.network.ways import default_ways
from installer.plan import draw_plan
from installer.probe.network import probe_network
from installer.resources.guard import Measured, read_measure
from installer.steps.bridge import BridgeStep
from installer.verbs_network import decide
from tests.guard.field_host import FieldHost, Hurry, KilledError
from tests.machines import answers, machine

STATE = Path("/var/lib/xenstrap")
SILENT = {"ipv4": "dhcp"}
ANSWERS = {
    "wrong address": {"ipv4": "198.51.100.10/24", "gateway4": "198.51.100.1"},
    "wrong gateway": {"ipv4": "192.0.2.10/24", "gateway4": "192.0.2.77"},
    "DHCP silent": SILENT,
    "DHCP silent, disk full": SILENT,
    "killed before the bridge goes": SILENT,
    "killed before the former interface comes": SILENT,
    "client lost": {"ipv4": "192.0.2.99/24", "gateway4": "192.0.2.1"},
    "client back elsewhere": {"ipv4": "192.0.2.99/24", "gateway4": "192.0.2.1"},
}
ELSEWHERE = ("client elsewhere", "client elsewhere, nothing answers")
"""Who is connected never was on the interface that the bridge is made over."""
DEADLY = {
    "killed before the bridge goes": ("ifdown", "--force"),
    "killed before the former interface comes": ("ifup", "--force", "enp1s0"),
    "killed while the bridge comes": ("ifup", "--force", "xenbr0"),
}
CLIENT = """
import socket, sys
there, here = sys.argv[1:]
s = socket.create_connection((there, 22), source_address=(here, 0))
all(iter(lambda: s.recv(100), b''))
"""
SHORT = 12.0
OTHER_WAY = "default via 198.51.100.1 dev enp9s0"
MANAGER, KIND, GIVEN, WHEN = sys.argv[1:]
CASE, ANOTHER, _ = GIVEN.partition(", another way")
"""Whether another interface has a default route all the time, whose gateway answers."""
UPLINK = {"nic": "enp1s0", "vlan": "enp1s0.10"}.get(KIND, "bond0")
FAR = {"nic": ("port",), "vlan": ("port.10",)}.get(KIND, ("port", "port2"))
"""The other ends of the cables."""
FILES = ("/etc/network", "/etc/systemd/network", "/etc/NetworkManager")


def break_it(case: str, clock: Hurry) -> None:
    """What is wrong with the network from the change on."""
    match case:
        case "wrong VLAN":
            join("elsewhere")
        case "NIC gone":
            rename(UPLINK, "gone0")
        case "DHCP silent, disk full":
            taken = sum(path.stat().st_blocks * 512 for path in STATE.iterdir())
            subprocess.run(["mount", "-o", f"remount,size={taken}", STATE], check=True)
        case "STP delay":
            join("elsewhere")  # a port that listens and learns passes nothing on
            clock.later[45.0] = lambda: join("switch")
        case "nothing answers until somebody plugs it in":
            clock.later[120.0] = lambda: join("switch")
        case "client elsewhere":
            subprocess.run(["ip", "-n", "router", "link", "set", "beside", "down"], check=True)
        case "client back elsewhere":
            connect("198.51.100.10")
        case "outdone":
            subprocess.run(["ip", "route", "add", *OTHER_WAY.split()], check=True)


def repair(case: str) -> None:
    """What the former interface had, it has again."""
    match case:
        case "wrong VLAN":  # it is the former interface that this port of the switch was for
            join("switch")
        case "NIC gone":
            rename("gone0", UPLINK)


def rename(nic: str, name: str) -> None:
    """Take an interface away, or give it back."""
    subprocess.run(["ip", "link", "set", nic, "down"], check=True)
    subprocess.run(["ip", "link", "set", nic, "name", name], check=True)


def join(switch: str) -> None:
    """Put the other ends of the cables into a switch."""
    for end in FAR:
        subprocess.run(["ip", "-n", "router", "link", "set", end, "master", switch], check=True)


def cable() -> None:
    """Another cable to the router, which nothing of ours touches; who comes by it is answered over it."""
    for words in (
        "link add enp9s0 type veth peer name beside netns router",
        "-n router address add 198.51.100.1/24 dev beside",
        "-n router link set beside up",
        "address add 198.51.100.10/24 dev enp9s0",
        "link set enp9s0 up",
        "rule add from 198.51.100.10 table 100",
        "route add default via 198.51.100.1 dev enp9s0 table 100",
    ):
        subprocess.run(["ip", *words.split()], check=True)


def connect(there: str) -> None:
    """Somebody comes from the router to an address of ours by TCP, as by ssh, and is told something all the time."""
    server = socket.create_server(("", 22))
    subprocess.Popen(["ip", "netns", "exec", "router", sys.executable, "-c", CLIENT, there, "192.0.2.1"])
    line, _ = server.accept()
    server.close()

    def talk() -> None:
        while True:
            line.sendall(b".")
            time.sleep(0.2)

    threading.Thread(target=talk, daemon=True).start()


def known(host: Host, client: str | None) -> Network:
    """The machine's network as it was probed."""
    return probe_network(host).model_copy(update={"now": NetworkNow(), "ssh_from": client})


def addresses(family: str) -> dict[str, list[str]]:
    """The addresses of each interface."""
    shown = json.loads(subprocess.run(["ip", "-j", "address"], capture_output=True, check=True).stdout)
    return {each["ifname"]: [one["local"] for one in each["addr_info"] if one["family"] == family] for each in shown}


def files() -> dict[str, str]:
    """Everything that configures the network."""
    found = [path for place in FILES for path in Path(place).rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path): path.read_text() for path in found}


def prepare(host: Host, case: str, *, live: bool) -> Measured:
    """Plan the bridge and write its files; the measure that was taken before."""
    client = "192.0.2.1" if case.startswith("client") else None
    if "elsewhere" in case or ANOTHER or case == "outdone":
        cable()
    if ANOTHER:
        subprocess.run(["ip", "route", "add", *OTHER_WAY.split(), "metric", "2000"], check=True)
    if "nothing answers" in case:
        join("elsewhere")
    if client:
        connect("198.51.100.10" if case in ELSEWHERE else "192.0.2.10")
    given = answers(bridge=ANSWERS.get(case, {}) | {"live": live})
    facts = machine(network=known(host, client))
    journal = Journal(STATE)
    plan = draw_plan([BridgeStep()], given, facts, host)
    dumped = {"answers": given.model_dump(mode="json"), "facts": facts.model_dump(mode="json")}
    journal.add(Run.model_validate({"verb": "apply", "version": "1", "boot": "", "hash": "", "aim": ""} | dumped))
    for _ in apply(plan, host, journal):
        pass
    measured = read_measure(host)
    assert measured
    assert measured.reach.client is (bool(client) and case not in ELSEWHERE)
    return measured


def judge_it(host: FieldHost, clock: Clock, measured: Measured) -> Exit:
    """What the unit of systemd does; it starts again who is killed."""
    options = Namespace(guard=True, confirm=False, give_back=False)
    while True:
        judge = NetworkJudge(host, Journal(STATE), clock, print)
        guarding = judge.guard()
        assert guarding
        try:
            return decide(options, judge, guarding, measured)
        except KilledError:
            print("killed")


def main() -> None:
    """Measure, make the bridge with the fault, at a restart or live, and judge; print what came of it as JSON."""
    hurry, former, ipv6 = Hurry(), files(), addresses("inet6")[UPLINK]
    host = FieldHost(MANAGER, UPLINK, lambda: repair(CASE))
    clock = Clock() if CASE.startswith("client") else hurry
    if CASE.startswith("client"):
        guard.GRACE = SHORT
    measured = prepare(host, CASE, live=WHEN == "live")
    if WHEN == "boot":
        host.stop()
    break_it(CASE, hurry)
    host.deadly = DEADLY.get(CASE, ())
    if WHEN == "boot":
        host.restart()
    code = judge_it(host, clock, measured)
    guarded = NetworkJudge(host, Journal(STATE), clock, print).guarded
    ended = {
        "verdict": guarded.name,
        "text": guarded.text,
        "code": code,
        "took": hurry.seconds,
        "measured": [way.answers for way in measured.reach.ways if way.place == "bridge"],
        "addresses": addresses("inet"),
        "former": addresses("inet").get(UPLINK),
        "ways": [way.gateway for way in default_ways(host)],
        "IPv6": [ipv6, addresses("inet6").get(UPLINK)],
        "files as before": files() == former,
        "units": sorted(str(path.name) for path in Path("/etc/systemd/system").rglob("*")),
    }
    print("\n" + json.dumps(ended), flush=True)
    os._exit(0)  # who talks to the client does not end


if __name__ == "__main__":
    main()
