"""A small Debian on ifupdown, in a network that may die as soon as the bridge is in force."""

import json
import shutil
from collections.abc import Callable

import pytest

from installer.__main__ import main
from installer.commands import Output
from installer.facts import Facts
from installer.facts_network import Address, NetworkNow, Route
from installer.network.interfaces_text import OUR_FILE
from installer.network.reach import Clock
from installer.probe.network import probe_network
from tests.cli.conftest import Desk
from tests.debian import FakeDebian, PowerCut
from tests.machines import dom0, machine
from tests.network.cases import MAC, NIC, build

UNIT = "etc/systemd/system/xenstrap-network.service"
WAY = {"dst": "default", "gateway": "192.0.2.1", "dev": NIC}


class Lan:
    """What the network does: over the bridge (its files being there) it may be dead, and may take its time.

    `later` is what happens when a second has come; a `mute` one never answers; `states` are what systemd says of the
    guard, one after the other. Somebody who is `back` is heard from by TCP; a `bare` interface has no address.
    """

    dead = mute = back = bare = False
    seconds = 0.0
    wakes = 0.0
    later: dict[float, Callable[[], object]] = {}
    states: list[str] = []


class NoTime(Clock):
    """A clock that stands still but for pauses."""

    def now(self) -> float:
        return Lan.seconds

    def pause(self, seconds: float) -> None:
        Lan.seconds += seconds
        for due in [due for due in Lan.later if due <= Lan.seconds]:
            Lan.later.pop(due)()


def network(host: FakeDebian, argv: tuple[str, ...]) -> Output:
    """ip(8), getent(1) and the rest, by the files."""
    port = f"/sys/class/net/xenbr0/brif/{NIC}"
    restarted = host.read("/proc/sys/kernel/random/boot_id") != FIRST[0]
    bridged = host.exists(OUR_FILE) and (restarted or host.exists(port))
    dead = Lan.mute or (bridged and (Lan.dead or Lan.seconds < Lan.wakes))
    nic = "xenbr0" if bridged else NIC
    match argv:
        case ("ip", "-j", "-4", "route", "show", "default"):
            return Output(0, json.dumps([WAY | {"dev": nic}]), "")
        case ("ip", "-j", "neigh", "show", *_):
            return Output(0, json.dumps([{"state": ["FAILED" if dead else "REACHABLE"]}]), "")
        case ("timeout", "10", "getent", *_):
            return Output(2 if dead else 0, "", "")
        case (*_, "ifup", "--force", "xenbr0"):
            host.path(port).parent.mkdir(parents=True)
            host.path(port).touch()
        case (*_, "ifdown", "--force", "--interfaces", _, "xenbr0"):
            shutil.rmtree(host.path("/sys/class/net/xenbr0"), ignore_errors=True)
        case ("ss", *_, "192.0.2.7") if Lan.back:
            return Output(0, "0 0 192.0.2.10:22 192.0.2.7:50022 cubic lastsnd:4 lastrcv:4 lastack:4\n", "")
        case ("ip", "-j", "route", "get", "192.0.2.7", *_):
            return Output(0, json.dumps([{"dst": "192.0.2.7", "dev": nic}]), "")
        case ("ip", "-j", "address", *_) if Lan.bare:
            return Output(0, "[]", "")
        case ("ip", "-j", "address", *_):
            return Output(0, json.dumps([{"ifname": nic, "addr_info": [{"local": "192.0.2.10", "prefixlen": 24}]}]), "")
    return Output(0, "", "")


FIRST = [""]


def start(host: FakeDebian, unit: str) -> None:
    """What systemd does: start the guard, by itself."""
    assert f"etc/systemd/system/{unit}" == UNIT
    assert host.exists(f"/{UNIT}")
    main(["network", "--guard"])


def facts_in(desk: Desk, xen: bool) -> Facts:
    """The facts of a server on ifupdown; in the new dom0 its bridge is up."""
    found = build(desk.folder / f"net{len(list(desk.folder.iterdir()))}", "ifupdown", "dhcp")
    known = probe_network(found)
    now = NetworkNow(
        bridges={"xenbr0": (NIC,)},
        macs={"xenbr0": MAC},
        addresses={"xenbr0": (Address(text="192.0.2.10/24", dynamic=True),)},
        routes=(Route(family=4, nic="xenbr0", gateway="192.0.2.1"),),
    )
    known = known.model_copy(update={"now": now}) if xen else known
    return dom0(network=known) if xen else machine(network=known)


@pytest.fixture(autouse=True)
def server(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on ifupdown, and a network that works."""
    Lan.dead = Lan.mute = Lan.back = Lan.bare = False
    Lan.seconds, Lan.wakes, Lan.later, Lan.states = 0.0, 0.0, {}, []
    monkeypatch.setattr(FakeDebian, "network", network)
    monkeypatch.setattr("installer.resources.guard.Clock", NoTime)
    for module in ("verbs_network", "verbs", "machine", "live"):
        monkeypatch.setattr(f"installer.{module}.Clock", NoTime)
    monkeypatch.setattr(FakeDebian, "start", start)
    monkeypatch.setattr(
        FakeDebian, "unit_state", lambda *_: Lan.states.pop(0) if Lan.states else "Job=\nActiveState=inactive\n"
    )
    monkeypatch.setattr("installer.verbs_trial.PATIENCE", 0.0)
    source = build(desk.folder / "source", "ifupdown", "dhcp").path("/etc/network/interfaces")
    (desk.root / "etc/network/interfaces").write_text(source.read_text())
    (desk.root / "etc/apt").mkdir(exist_ok=True)
    (desk.root / "etc/apt/sources.list").write_text("deb http://mirror.example/debian trixie main\n")
    desk.facts = facts_in(desk, xen=False)
    FIRST[0] = (desk.root / "proc/sys/kernel/random/boot_id").read_text()


def restart(desk: Desk) -> bool:
    """Restart: whether that is Xen. The bridge's files make the bridge."""
    xen = desk.reboot()
    desk.facts = facts_in(desk, xen)
    port = desk.root / f"sys/class/net/xenbr0/brif/{NIC}"
    if (desk.root / OUR_FILE.lstrip("/")).exists():
        port.parent.mkdir(parents=True, exist_ok=True)
        port.touch()
    return xen


def interfaces(desk: Desk) -> tuple[str, bool]:
    """The administrator's file, and whether ours is there."""
    return (desk.root / "etc/network/interfaces").read_text(), (desk.root / OUR_FILE.lstrip("/")).exists()


def pending(desk: Desk, answers: str = "") -> int:
    """How much there is to do."""
    assert desk("plan", desk.answers(answers), "--json") == 0
    return int(desk.events()[-1]["pending"])


def motd(desk: Desk) -> str:
    """What a login says."""
    path = desk.folder / "state/motd"
    return path.read_text() if path.exists() else ""


def guard_cut(desk: Desk, cut: int) -> None:
    """The guard, whose power fails before its change of that number; then the next start, and the guard again."""
    desk.cut = cut
    try:
        assert desk("network", "--guard") == 0
    except PowerCut:
        desk.cut = 0
        restart(desk)
        if (desk.root / UNIT).exists():
            assert desk("network", "--guard") == 0
