"""A bridge made by real ifup(8) over a real cable, broken in one way, and judged: runs in namespaces (ground.sh)."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from installer import guard
from installer.commands import Output
from installer.engine import apply
from installer.errors import Exit
from installer.facts_network import Network, NetworkNow
from installer.guard import NetworkJudge
from installer.host import Host
from installer.journal import Journal, Run
from installer.network.reach import Clock
from installer.plan import draw_plan
from installer.probe.network import probe_network
from installer.resources.guard import Measured, read_measure
from installer.steps.bridge import BridgeStep
from installer.verbs_network import decide
from tests.machines import answers, machine

STATE = Path("/var/lib/xenstrap")
SILENT = {"ipv4": "dhcp"}
ANSWERS = {
    "wrong address": {"ipv4": "198.51.100.10/24", "gateway4": "198.51.100.1"},
    "wrong gateway": {"ipv4": "192.0.2.10/24", "gateway4": "192.0.2.77"},
    "DHCP silent": SILENT,
    "killed before the bridge goes": SILENT,
    "killed before the former interface comes": SILENT,
    "client lost": {"ipv4": "192.0.2.99/24", "gateway4": "192.0.2.1"},
}
DEADLY = {
    "killed before the bridge goes": ("ifdown", "--force"),
    "killed before the former interface comes": ("ifup", "--force", "enp1s0"),
    "killed while the bridge comes": ("ifup", "--force", "xenbr0"),
}
CLIENT = "import socket; s = socket.create_connection(('192.0.2.10', 22)); all(iter(lambda: s.recv(100), b''))"
SHORT = 12.0
PORT = ("ip", "-n", "router", "link", "set", "port", "master")
SPEED = 20.0


class Hurry(Clock):
    """A clock that runs twenty times as fast, and tells what happens in the world when its time has come."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.later: dict[float, tuple[str, ...]] = {}

    def now(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        time.sleep(seconds / SPEED)
        self.seconds += seconds
        for due in [due for due in self.later if due <= self.seconds]:
            subprocess.run(self.later.pop(due), check=True)


class KilledError(Exception):
    """The judge was ended by SIGKILL."""


class FieldHost(Host):
    """This machine without systemd: what it would do to networking.service is done to the ifup that we started.

    Whoever judges is killed at the order that begins with `deadly`, once; `repair` is done before the bridge goes.
    """

    starting: subprocess.Popen[bytes] | None = None
    deadly: tuple[str, ...] = ()

    def __init__(self, repair: Callable[[], object]) -> None:
        super().__init__()
        self.repair = repair

    def query(self, *argv: str, timeout: float = 60) -> Output:
        order = argv[3:]
        if self.deadly and order[: len(self.deadly)] == self.deadly:
            self.deadly = ()
            raise KilledError
        if order[:1] in (("ifdown",), ("ip",)) and order[-1] == "xenbr0":
            self.repair()
            self.repair = str
        match argv:
            case ("timeout", "10", "getent", *_):
                return Output(2, "", "")
            case ("systemctl", "is-active", "networking.service"):
                busy = self.starting is not None and self.starting.poll() is None
                return Output(0, "activating\n" if busy else "active\n", "")
            case (*_, "systemctl", "kill", "networking.service") if self.starting:
                os.killpg(self.starting.pid, signal.SIGKILL)
                self.starting.wait()
                return Output(0, "", "")
            case ("systemctl", "is-enabled", _):
                return Output(0, "enabled\n", "")
            case (*_, "systemctl", "start", "networking.service") | ("agetty", "--reload"):
                return Output(0, "", "")
            case ("timeout", kill, _, "ifup", "--force", "xenbr0"):
                argv = ("timeout", kill, "4", *order)  # DHCP is silent long enough
        return super().query(*argv, timeout=timeout)

    def stop(self) -> None:
        """How the network is before networking.service starts."""
        subprocess.run(["ip", "address", "flush", "dev", "enp1s0"], check=True)
        subprocess.run(["ip", "link", "set", "enp1s0", "down"], check=True)
        Path("/run/network/ifstate").write_text("lo=lo\n")

    def restart(self) -> None:
        """What networking.service does at a start, at most until DHCP has had some time."""
        self.starting = subprocess.Popen(["ifup", "--all"], start_new_session=True)
        try:
            self.starting.wait(3)
        except subprocess.TimeoutExpired:
            print("ifup is still at work")


def break_it(case: str, clock: Hurry) -> None:
    """What is wrong with the network from the change on."""
    match case:
        case "wrong VLAN":
            join("elsewhere")
        case "NIC gone":
            rename("enp1s0", "gone0")
        case "STP delay":
            join("elsewhere")  # a port that listens and learns passes nothing on
            clock.later[45.0] = (*PORT, "switch")


def repair(case: str) -> None:
    """What the former interface had, it has again."""
    match case:
        case "wrong VLAN":  # it is the former interface that this port of the switch was for
            join("switch")
        case "NIC gone":
            rename("gone0", "enp1s0")


def rename(nic: str, name: str) -> None:
    """Take an interface away, or give it back."""
    subprocess.run(["ip", "link", "set", nic, "down"], check=True)
    subprocess.run(["ip", "link", "set", nic, "name", name], check=True)


def join(switch: str) -> None:
    """Put the other end of the cable into a switch."""
    subprocess.run((*PORT, switch), check=True)


def connect() -> None:
    """Somebody comes from the router by TCP, as by ssh, and is told something all the time."""
    server = socket.create_server(("", 22))
    subprocess.Popen(["ip", "netns", "exec", "router", sys.executable, "-c", CLIENT])
    there, _ = server.accept()

    def talk() -> None:
        while True:
            there.sendall(b".")
            time.sleep(0.2)

    threading.Thread(target=talk, daemon=True).start()


def as_hardware(found: Network, client: str | None) -> Network:
    """A cable's end is no hardware in /sys; the bridge takes it for some."""
    nics = tuple(nic.model_copy(update={"kind": "nic"}) for nic in found.nics if nic.name == "enp1s0")
    return found.model_copy(update={"nics": nics, "now": NetworkNow(), "ssh_from": client})


def addresses(family: str) -> dict[str, list[str]]:
    """The addresses of each interface."""
    shown = json.loads(subprocess.run(["ip", "-j", "address"], capture_output=True, check=True).stdout)
    return {each["ifname"]: [one["local"] for one in each["addr_info"] if one["family"] == family] for each in shown}


def files() -> dict[str, str]:
    """Everything that configures the network."""
    places = (Path("/etc/network"), Path("/etc/systemd/network"))
    found = [path for place in places for path in place.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path): path.read_text() for path in found}


def prepare(host: Host, case: str, *, live: bool) -> Measured:
    """Plan the bridge and write its files; the measure that was taken before."""
    client = "192.0.2.1" if case.startswith("client") else None
    if client:
        connect()
    given = answers(bridge=ANSWERS.get(case, {}) | {"live": live})
    facts = machine(network=as_hardware(probe_network(host), client))
    journal = Journal(STATE)
    plan = draw_plan([BridgeStep()], given, facts, host)
    dumped = {"answers": given.model_dump(mode="json"), "facts": facts.model_dump(mode="json")}
    journal.add(Run.model_validate({"verb": "apply", "version": "1", "boot": "", "hash": "", "aim": ""} | dumped))
    for _ in apply(plan, host, journal):
        pass
    measured = read_measure(host)
    assert measured
    assert measured.reach.client is bool(client)
    return measured


def judge_it(host: FieldHost, clock: Clock, measured: Measured) -> Exit:
    """What the unit of systemd does; it starts again who is killed."""
    options = Namespace(guard=True, confirm=False, give_back=False)
    while True:
        judge = NetworkJudge(host, Journal(STATE), clock, print)
        known = judge.guard()
        assert known
        try:
            return decide(options, judge, known, measured)
        except KilledError:
            print("killed")


def main(case: str, when: str) -> None:
    """Measure, make the bridge with the fault, at a restart or live, and judge; print what came of it as JSON."""
    hurry, former, ipv6 = Hurry(), files(), addresses("inet6")["enp1s0"]
    host = FieldHost(lambda: repair(case))
    clock = Clock() if case.startswith("client") else hurry
    if case.startswith("client"):
        guard.GRACE = SHORT
    measured = prepare(host, case, live=when == "live")
    if when == "boot":
        host.stop()
    break_it(case, hurry)
    host.deadly = DEADLY.get(case, ())
    if when == "boot":
        host.restart()
    code = judge_it(host, clock, measured)
    guarded = NetworkJudge(host, Journal(STATE), clock, print).guarded
    ended = {
        "verdict": guarded.name,
        "text": guarded.text,
        "code": code,
        "took": hurry.seconds,
        "measured": [way.answers for way in measured.reach.ways],
        "addresses": addresses("inet"),
        "IPv6": [ipv6, addresses("inet6").get("enp1s0")],
        "files as before": files() == former,
        "units": sorted(str(path.name) for path in Path("/etc/systemd/system").rglob("*")),
    }
    print("\n" + json.dumps(ended), flush=True)
    os._exit(0)  # who talks to the client does not end


if __name__ == "__main__":
    main(*sys.argv[1:])
