"""The port test, over ptys that play the port: echoing, deaf, garbled, held, our own, Xen's."""

import os
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from installer.errors import HostError
from installer.facts import Facts, Running, Serial
from installer.host import Host, LookOnlyHost
from installer.line import OpenLine
from installer.try_port import Asked, arrived, find_holders, make_asked, try_port
from tests.fake_host import FakeHost
from tests.machines import XEN, dom0, machine
from tests.serial.far_end import Answer, FarEnd, deaf, echoing, garbling, typing
from tests.serial.ports import COM1, COM2

ASKED = Asked(tty="ttyS1", speed=57600, flow=False, word="tabime")
SHORT = 0.3
OPENS = """
import sys
from pathlib import Path
from installer.host import Host
from installer.line import OpenLine
with OpenLine(Host(Path(sys.argv[1])), "ttyS1", 9600, flow=False):
    try:
        open("/dev/tty").close()
    except OSError:
        sys.exit(0)
sys.exit("it is")
"""


def server(**running: Any) -> Facts:
    """A machine with two ports."""
    return machine(serial=Serial(ports=(COM1, COM2)), running=Running(kernel="6.12", command_line="", **running))


@pytest.mark.parametrize(
    ("answer", "seconds", "kind", "said"),
    [
        (echoing, 20, "echo", "The word came back on ttyS1: it works at 57600 baud."),
        (typing, 20, "echo", "The word came back on ttyS1: it works at 57600 baud."),
        (deaf, SHORT, "silence", "Nothing came back on ttyS1 within 0.3 s."),
        (garbling, SHORT, "garbled", "bytes came on ttyS1, but not the word."),
        (deaf, 0, "written", "A line was written to ttyS1 at 57600 baud."),
    ],
)
def test_what_comes_of_it(tmp_path: Path, answer: Answer, seconds: float, kind: str, said: str) -> None:
    with FarEnd(tmp_path, "ttyS1", answer) as far:
        outcome = try_port(Host(tmp_path), server(), ASKED, seconds)
        assert (outcome.kind, outcome.good) == (kind, kind == "echo")
        assert said in outcome.text
        assert bool(outcome.hint) == (kind in ("silence", "garbled"))
        assert far.settings() == far.before
    assert b"xenstrap port test, ttyS1 at 57600 baud. The word is: tabime\r\n" in far.heard


@pytest.mark.parametrize("flow", [False, True])
def test_the_line_is_raw_8n1_at_the_speed_while_it_is_open(tmp_path: Path, flow: bool) -> None:
    with FarEnd(tmp_path, "ttyS1") as far:
        with OpenLine(Host(tmp_path), "ttyS1", 9600, flow=flow) as line:
            iflag, oflag, cflag, lflag, ispeed, ospeed, _ = termios.tcgetattr(line.fd)
            assert (iflag, oflag, lflag) == (0, 0, 0)
            assert (ispeed, ospeed) == (termios.B9600, termios.B9600)
            assert cflag & termios.CSIZE == termios.CS8
            assert not cflag & (termios.PARENB | termios.CSTOPB)
            assert bool(cflag & termios.CRTSCTS) is flow
            assert os.get_inheritable(line.fd) is False
        assert far.settings() == far.before


def test_it_does_not_become_our_terminal(tmp_path: Path) -> None:
    """Opened by the leader of a session without a terminal, as a service is, it would without O_NOCTTY."""
    with FarEnd(tmp_path, "ttyS1") as far:
        done = subprocess.run([sys.executable, "-c", OPENS, str(tmp_path)], start_new_session=True, check=False)
        assert done.returncode == 0
        assert far.settings() == far.before


def test_the_settings_go_back_after_a_failure_too(tmp_path: Path) -> None:
    with FarEnd(tmp_path, "ttyS1") as far:
        with pytest.raises(ZeroDivisionError), OpenLine(Host(tmp_path), "ttyS1", 9600, flow=False):
            raise ZeroDivisionError
        assert far.settings() == far.before


def test_a_line_that_is_hung_up_is_said(tmp_path: Path) -> None:
    master, slave = os.openpty()
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/ttyS1").symlink_to(os.ttyname(slave))

    def break_off() -> None:
        with OpenLine(Host(tmp_path), "ttyS1", 9600, flow=False) as line:
            os.close(slave)
            os.close(master)
            line.exchange(b"text", b"word", 5, 5)

    with pytest.raises(HostError) as caught:
        break_off()
    assert caught.value.fact.startswith("/dev/ttyS1 ")


def test_what_does_not_go_out_is_dropped_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a UART would wait for it, up to half a minute."""
    flushed: list[int] = []
    monkeypatch.setattr(termios, "tcflush", lambda handle, queue: flushed.append(queue))
    master, slave = os.openpty()
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/ttyS1").symlink_to(os.ttyname(slave))
    with OpenLine(Host(tmp_path), "ttyS1", 115200, flow=True) as line:
        heard = line.exchange(bytes(1 << 20), b"word", 0, -90)
    assert not heard.sent
    assert flushed == [termios.TCIOFLUSH, termios.TCOFLUSH]
    with OpenLine(Host(tmp_path), "ttyS1", 115200, flow=True):
        flushed.clear()
    assert flushed == []
    os.close(slave)
    os.close(master)


def test_no_port_is_no_test(tmp_path: Path) -> None:
    with pytest.raises(HostError) as caught:
        try_port(Host(tmp_path), server(), ASKED)
    assert caught.value.fact == "/dev/ttyS1 cannot be opened: No such file or directory"
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/ttyS1").write_text("no terminal")
    with pytest.raises(HostError) as caught:
        try_port(Host(tmp_path), server(), ASKED)
    assert caught.value.fact == "/dev/ttyS1 cannot be set up: Inappropriate ioctl for device"
    assert (tmp_path / "dev/ttyS1").read_text() == "no terminal"


def test_a_machine_that_is_only_looked_at_is_not_written_to(tmp_path: Path) -> None:
    with FarEnd(tmp_path, "ttyS1") as far:
        with pytest.raises(HostError) as caught:
            try_port(LookOnlyHost(tmp_path), server(), ASKED)
        assert caught.value.fact == "a host that is only looked at was asked to write to /dev/ttyS1"
    assert far.heard == b""


def held(root: Path, pid: int, name: str) -> FakeHost:
    """A machine on which a process has ttyS1 open."""
    host = FakeHost(root)
    host.put(f"/proc/{pid}/comm", f"{name}\n")
    host.put_link(f"/proc/{pid}/fd/0", "/dev/ttyS1")
    host.put_link(f"/proc/{pid}/fd/1", "/dev/ttyS10")
    return host


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("agetty", "its login can be seen at the other end; else `systemctl stop serial-getty@ttyS1` first"),
        ("minicom", "end that first"),
    ],
)
def test_a_port_that_somebody_has_is_left_to_him(tmp_path: Path, name: str, hint: str) -> None:
    host = held(tmp_path, 712, name)
    with FarEnd(tmp_path, "ttyS1") as far:
        with pytest.raises(HostError) as caught:
            try_port(host, server(), ASKED)
        assert (caught.value.fact, caught.value.hint) == (f"ttyS1 is held by {name} (process 712)", hint)
    assert far.heard == b""
    assert list(find_holders(host, "ttyS1")) == [(712, name)]
    assert list(find_holders(host, "ttyS0")) == []


def test_the_port_that_we_are_on_is_shown_to_work_by_that(tmp_path: Path) -> None:
    host = Host(tmp_path)
    outcome = try_port(host, server(tty="ttyS1", speeds={"ttyS1": 57600}), ASKED)
    assert (outcome.kind, outcome.good, outcome.text) == (
        "here",
        True,
        "You read this on ttyS1: it works at 57600 baud.",
    )
    assert try_port(host, server(tty="ttyS1"), ASKED).text == "You read this on ttyS1: it works."
    with pytest.raises(HostError) as caught:
        try_port(host, server(tty="ttyS1", speeds={"ttyS1": 9600}), ASKED)
    assert caught.value.fact == "you are on ttyS1 yourself, at 9600 baud, and would lose sight of this at 57600"


def test_behind_sudo_it_is_still_the_port_that_we_are_on(tmp_path: Path) -> None:
    """sudo gives its command a pty of its own; the shell before it has the port."""
    host = held(tmp_path, 712, "bash")
    host.put(f"/proc/{os.getpid()}/status", "Name:\tpython3\nPPid:\t800\n")
    host.put("/proc/800/status", "Name:\tsudo\nPPid:\t712\n")
    assert try_port(host, server(tty="pts/0"), ASKED).kind == "here"


def test_xens_port_is_seen_through_xen(tmp_path: Path) -> None:
    told = XEN.model_copy(update={"command_line": "placeholder com2=57600,8n1 console=com2,vga"})

    def under(tty: str) -> Facts:
        return dom0(xen=told, serial=server().serial, running=Running(kernel="", command_line="", tty=tty))

    outcome = try_port(Host(tmp_path), under("hvc0"), ASKED)
    assert (outcome.kind, outcome.text) == ("here", "You read this on hvc0, which Xen has on ttyS1: it works.")
    with pytest.raises(HostError) as caught:
        try_port(Host(tmp_path), under("pts/0"), ASKED)
    assert caught.value.fact == "ttyS1 is Xen's own port now"
    with pytest.raises(HostError) as caught:
        try_port(Host(tmp_path), under("hvc0"), ASKED.model_copy(update={"tty": "ttyS0"}))
    assert caught.value.fact == "/dev/ttyS0 cannot be opened: No such file or directory"


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("tabime", "echo", "The line on ttyS1 arrived: it works at 57600 baud."),
        ("  TABIME\n", "echo", "The line on ttyS1 arrived: it works at 57600 baud."),
        ("", "silence", "Nothing arrived from ttyS1 at 57600 baud."),
        ("tabimo", "garbled", '"tabimo" is not the word that was written to ttyS1.'),
    ],
)
def test_what_somebody_says(said: str, kind: str, text: str) -> None:
    outcome = arrived(ASKED, said)
    assert (outcome.kind, outcome.text, bool(outcome.hint)) == (kind, text, kind != "echo")


def test_every_test_has_a_word_of_its_own() -> None:
    words = {make_asked("ttyS0", 9600, flow=False).word for _ in range(50)}
    assert len(words) > 25
    assert all(len(word) == 6 and word.isalpha() for word in words)
