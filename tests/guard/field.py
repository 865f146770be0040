"""A bridge made by real ifup(8) over a real cable, broken in one way, and judged: runs in namespaces (ground.sh)."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from installer.commands import Output
from installer.engine import apply
from installer.facts_network import Network, NetworkNow
from installer.guard import NetworkJudge
from installer.host import Host
from installer.journal import Journal, Run
from installer.network.reach import Clock
from installer.plan import draw_plan
from installer.probe.network import probe_network
from installer.resources.guard import read_measure
from installer.steps.bridge import BridgeStep
from tests.machines import answers, machine

INTERFACES = Path("/etc/network/interfaces")
ANSWERS = {
    "wrong address": {"ipv4": "198.51.100.10/24", "gateway4": "198.51.100.1"},
    "wrong gateway": {"ipv4": "192.0.2.10/24", "gateway4": "192.0.2.77"},
    "DHCP silent": {"ipv4": "dhcp"},
    "killed before the bridge goes": {"ipv4": "dhcp"},
    "killed before the former interface comes": {"ipv4": "dhcp"},
}
DEADLY = {
    "killed before the bridge goes": ("ifdown", "--force"),
    "killed before the former interface comes": ("ifup", "--force", "enp1s0"),
}
STATE = Path("/tmp/ground/state")
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

    Whoever judges is killed at the order that begins with `deadly`, once.
    """

    starting: subprocess.Popen[bytes] | None = None
    deadly: tuple[str, ...] = ()

    def query(self, *argv: str, timeout: float = 60) -> Output:
        if self.deadly and argv[3 : 3 + len(self.deadly)] == self.deadly:
            self.deadly = ()
            raise KilledError
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
            case (*_, "systemctl", "start", "networking.service"):
                return Output(0, "", "")
        return super().query(*argv, timeout=timeout)

    def restart(self) -> None:
        """What networking.service does at a start, at most until DHCP has had some time."""
        self.starting = subprocess.Popen(["ifup", "--all"], start_new_session=True)
        try:
            self.starting.wait(3)
        except subprocess.TimeoutExpired:
            print("ifup is still at work")


def break_it(case: str, clock: Hurry) -> None:
    """What is wrong with the network from the restart on."""
    match case:
        case "wrong VLAN":
            join("elsewhere")
        case "NIC gone":
            subprocess.run(["ip", "link", "set", "enp1s0", "name", "gone0"], check=True)
        case "STP delay":
            join("elsewhere")  # a port that listens and learns passes nothing on
            clock.later[45.0] = (*PORT, "switch")


def as_hardware(found: Network) -> Network:
    """A cable's end is no hardware in /sys; the bridge takes it for some."""
    nics = tuple(nic.model_copy(update={"kind": "nic"}) for nic in found.nics if nic.name == "enp1s0")
    return found.model_copy(update={"nics": nics, "now": NetworkNow()})


def join(switch: str) -> None:
    """Put the other end of the cable into a switch."""
    subprocess.run((*PORT, switch), check=True)


def link_local() -> list[str]:
    """The addresses that the interface made itself."""
    argv = ("ip", "-6", "-o", "address", "show", "dev", "enp1s0", "scope", "link")
    return [
        line.split()[3] for line in subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()
    ]


def main(case: str) -> None:
    """Measure, make the bridge, restart the network with the fault, judge; print what came of it as JSON."""
    host, clock, former = FieldHost(), Hurry(), INTERFACES.read_text()
    given = answers(bridge=ANSWERS.get(case, {}))
    ipv6 = link_local()
    facts = machine(network=as_hardware(probe_network(host)))
    journal = Journal(STATE)
    plan = draw_plan([BridgeStep()], given, facts, host)
    dumped = {"answers": given.model_dump(mode="json"), "facts": facts.model_dump(mode="json")}
    journal.add(Run.model_validate({"verb": "apply", "version": "1", "boot": "", "hash": "", "aim": ""} | dumped))
    for _ in apply(plan, host, journal):
        pass
    measured = read_measure(host)
    assert measured
    subprocess.run(["ip", "address", "flush", "dev", "enp1s0"], check=True)
    subprocess.run(["ip", "link", "set", "enp1s0", "down"], check=True)
    Path("/run/network/ifstate").write_text("lo=lo\n")
    break_it(case, clock)
    host.restart()
    judge = NetworkJudge(host, journal, clock, print)
    guard = judge.guard()
    assert guard
    missing = judge.wait(guard, measured)
    waited, still = clock.seconds, list[str]()
    if missing:
        if case == "wrong VLAN":  # it is the former interface that this port of the switch was for
            join("switch")
        if case == "NIC gone":
            subprocess.run(["ip", "link", "set", "gone0", "name", "enp1s0"], check=True)
        host.deadly = DEADLY.get(case, ())
        try:
            still = judge.give_back(guard, measured, missing)
        except KilledError:  # systemd starts it again
            judge = NetworkJudge(host, Journal(STATE), clock, print)
            still = judge.give_back(guard, measured, [])
    elif judge.stands(guard.span):
        judge.keep()
    shown = json.loads(subprocess.run(["ip", "-j", "address"], capture_output=True, check=True).stdout)
    ended = {
        "verdict": judge.guarded.name,
        "missing": missing,
        "still": still,
        "waited": waited,
        "took": clock.seconds,
        "measured": [way.answers for way in measured.reach.ways],
        "addresses": {
            each["ifname"]: [one["local"] for one in each["addr_info"] if one["family"] == "inet"] for each in shown
        },
        "IPv6": [ipv6, link_local()],
        "interfaces as before": INTERFACES.read_text() == former,
        "ours": sorted(str(path) for path in Path("/etc/network/interfaces.d").iterdir()),
        "units": sorted(str(path.name) for path in Path("/etc/systemd/system").rglob("*")),
    }
    print("\n" + json.dumps(ended))


if __name__ == "__main__":
    main(sys.argv[1])
