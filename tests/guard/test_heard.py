"""Over which interface an ssh client is heard from, by what ss(8) says of its connection."""

from pathlib import Path

import pytest

from installer.commands import Output
from installer.host import Host
from installer.network.reach import heard_over

LINE = "0      0      192.0.2.10:22 192.0.2.7:50022 cubic wscale:7,7 rto:204 rtt:0.3/0.1 mss:1448 lastsnd:4{}"
BARE = "0      0      192.0.2.10:22 192.0.2.7:50022"


class Connected(Host):
    """A machine with one connection, by that line of ss(8)."""

    def __init__(self, root: Path, line: str) -> None:
        super().__init__(root)
        self.line = line

    def query(self, *argv: str, timeout: float = 0) -> Output:
        match argv:
            case ("ss", "-tniOH", *_):
                return Output(0, f"{self.line}\n", "")
            case ("ip", "-j", "address", *_):
                return Output(0, '[{"ifname": "enp1s0"}]', "")
            case ("ip", "-j", "route", "get", *_):
                return Output(0, '[{"dev": "enp1s0"}]', "")
        raise AssertionError(argv)


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        pytest.param(LINE.format(" lastack:9999 pacing_rate 1bps"), True, id="a while ago"),
        pytest.param(LINE.format(" lastack:10000 pacing_rate 1bps"), False, id="too long ago"),
        pytest.param(LINE.format(" pacing_rate 1bps"), True, id="in this millisecond, which ss leaves out"),
        pytest.param(BARE, False, id="nobody knows"),
        pytest.param("", False, id="no connection"),
    ],
)
def test_a_client_is_heard_from_by_what_it_acknowledged(tmp_path: Path, line: str, heard: bool) -> None:
    assert heard_over(Connected(tmp_path, line), "192.0.2.7", 10.0) == ({"enp1s0"} if heard else set())
