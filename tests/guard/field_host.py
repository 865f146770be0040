"""The machine that a bridge is tried on in namespaces, a clock in a hurry, and the end of whoever judges."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from installer.commands import Output
from installer.host import Host
from installer.network.reach import Clock

DAEMON = Path("/run/daemon.pid")
SPEED = float(os.environ.get("HURRY", "20"))


class Hurry(Clock):
    """A clock that runs `SPEED` times as fast, and tells what happens in the world when its time has come."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.later: dict[float, Callable[[], object]] = {}

    def now(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        time.sleep(seconds / SPEED)
        self.seconds += seconds
        for due in [due for due in self.later if due <= self.seconds]:
            self.later.pop(due)()


class KilledError(Exception):
    """The judge was ended by SIGKILL."""


class FieldHost(Host):
    """This machine without systemd: what it would do to networking.service is done to the ifup that we started.

    The ends of its cables are hardware. Whoever judges is killed at the order that begins with `deadly`, once;
    `repair` is done before the bridge goes. `manager` configures the `uplink`, which lies over enp1s0 or is that.
    """

    starting: subprocess.Popen[bytes] | None = None
    deadly: tuple[str, ...] = ()

    def __init__(self, manager: str, uplink: str, repair: Callable[[], object]) -> None:
        super().__init__()
        self.manager, self.uplink, self.repair = manager, uplink, repair

    def exists(self, name: str) -> bool:
        return super().exists(name.removesuffix("/device") if name.startswith("/sys/class/net/enp") else name)

    def query(self, *argv: str, timeout: float = 60) -> Output:
        if self.deadly and argv[: len(self.deadly)] == self.deadly:
            self.deadly = ()
            raise KilledError
        match argv:
            case (
                ("ifdown", *_, "xenbr0") | ("ip", "link", "delete", "xenbr0") | ("nmcli", "device", "delete", "xenbr0")
            ):
                self.repair()
                self.repair = str
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
            case ("ifup", "--force", "xenbr0"):
                timeout = 4  # DHCP is silent long enough
        return super().query(*argv, timeout=timeout)

    def stop(self) -> None:
        """How the network is before a start."""
        if self.manager == "ifupdown":
            for state in Path("/run/network").glob("ifstate*"):  # one of each interface as well
                state.unlink()
            Path("/run/network/ifstate").write_text("lo=lo\n")
        else:
            daemon = int(DAEMON.read_text())
            os.kill(daemon, signal.SIGKILL)
            os.waitpid(daemon, 0)
        if self.uplink != "enp1s0":
            subprocess.run(["ip", "link", "delete", self.uplink], check=True)
        subprocess.run(["ip", "address", "flush", "dev", "enp1s0"], check=True)
        subprocess.run(["ip", "link", "set", "enp1s0", "down"], check=True)

    def restart(self) -> None:
        """What brings the network up at a start, at most until DHCP has had some time."""
        if self.manager != "ifupdown":
            subprocess.Popen(["sh", "/run/daemon.sh"])
            return
        self.starting = subprocess.Popen(["ifup", "--all"], start_new_session=True)
        try:
            self.starting.wait(3)
        except subprocess.TimeoutExpired:
            print("ifup is still at work")
