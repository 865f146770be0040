"""The ports at this moment and the BMC: what /proc, stty and ipmitool say."""

from pathlib import Path

import pytest

from installer.commands import Output
from installer.errors import HostError
from installer.facts import Bmc, Uart
from installer.probe.system import probe_running
from installer.probe.uarts import DRIVER, probe_bmc, probe_speeds, probe_uarts
from tests.fake_host import FakeHost

DRIVEN = """\
serinfo:1.0 driver revision:
0: uart:16550A port:000003F8 irq:4 tx:1032 rx:5 brk:1 RTS|CTS|DTR|DSR|CD
1: uart:16550A port:000002F8 irq:3 tx:0 rx:0
2: uart:unknown port:000003E8 irq:4
4: uart:XR17V35X mmio:0xFE030000 irq:20 tx:0 rx:0 CTS
"""
SOL = """\
Info: SOL parameter 'Payload Channel (7)' not supported - defaulting to 0x01
Set in progress                 : set-complete
Enabled                         : true
Force Encryption                : true
Force Authentication            : false
Privilege Level                 : ADMINISTRATOR
Character Accumulate Level (ms) : 60
Character Send Threshold        : 96
Retry Count                     : 7
Retry Interval (ms)             : 500
Volatile Bit Rate (kbps)        : 19.2
Non-Volatile Bit Rate (kbps)    : 115.2
Payload Channel                 : 1 (0x01)
Payload Port                    : 623
"""


def test_the_uarts_that_linux_drives(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    assert list(probe_uarts(host)) == []
    host.put(DRIVER, DRIVEN)
    assert list(probe_uarts(host)) == [
        Uart(name="ttyS0", kind="16550A", io=0x3F8, irq=4, signals=("RTS", "CTS", "DTR", "DSR", "CD")),
        Uart(name="ttyS1", kind="16550A", io=0x2F8, irq=3),
        Uart(name="ttyS4", kind="XR17V35X", memory=0xFE030000, irq=20, signals=("CTS",)),
    ]


def test_only_ports_in_use_are_asked_for_their_speed(tmp_path: Path) -> None:
    host = FakeHost(tmp_path, {"stty -F /dev/ttyS0": "9600\n", "stty -F /dev/ttyS1": "stty: I/O error\n"})
    assert probe_speeds(host, ("tty0", "ttyS0", "ttyS1", "hvc0", "pts/0", "ttyS0", "")) == {"ttyS0": 9600}
    assert host.asked == ["stty -F /dev/ttyS0 speed", "stty -F /dev/ttyS1 speed"]


def test_what_runs_has_both(tmp_path: Path) -> None:
    said = {"systemctl list-units": "serial-getty@ttyS1.service loaded active running x\n", "stty": "57600\n"}
    host = FakeHost(tmp_path, said)
    host.put(DRIVER, DRIVEN)
    host.put("/sys/class/tty/console/active", "tty0 ttyS0\n")
    found = probe_running(host, "ttyS4")
    assert found.speeds == {"ttyS0": 57600, "ttyS1": 57600, "ttyS4": 57600}
    assert [uart.name for uart in found.uarts] == ["ttyS0", "ttyS1", "ttyS4"]


def test_a_bmc_is_asked_only_where_linux_has_a_way_to_it(tmp_path: Path) -> None:
    host = FakeHost(tmp_path, {"ipmitool sol info": SOL})
    assert probe_bmc(host) is None
    assert host.asked == []
    host.put("/dev/ipmi0")
    assert probe_bmc(host) == Bmc(sol=True, speed=19200, stored=115200)
    host.said["ipmitool sol info"] = SOL.replace(": true", ": false").replace("19.2", "IPMI-Over-Serial-Setting")
    assert probe_bmc(host) == Bmc(sol=False, speed=None, stored=115200)


class Answering(FakeHost):
    """A machine with a BMC on which ipmitool ends like this."""

    def __init__(self, root: Path, end: Output | HostError) -> None:
        super().__init__(root)
        self.end = end
        self.put("/dev/ipmi0")
        self.waited = 0.0

    def query(self, *argv: str, timeout: float = 0) -> Output:
        assert argv == ("ipmitool", "sol", "info")
        self.waited = timeout
        if isinstance(self.end, HostError):
            raise self.end
        return self.end


@pytest.mark.parametrize(
    ("end", "silent"),
    [
        (Output(127, "", ""), "ipmitool is not installed"),
        (Output(1, "", "Could not open device"), "ipmitool sol info failed"),
        (Output(0, "Set in progress : set-complete\n", ""), "ipmitool sol info does not say"),
        (HostError("ipmitool did not end within 10 s"), "ipmitool did not end within 10 s"),
    ],
)
def test_a_bmc_that_cannot_be_asked_is_said_and_no_error(tmp_path: Path, end: Output | HostError, silent: str) -> None:
    host = Answering(tmp_path, end)
    assert probe_bmc(host) == Bmc(silent=silent)
    assert 0 < host.waited <= 10
