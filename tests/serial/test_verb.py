"""`xenstrap port-test`: its words, its questions, its exit codes."""

import io
import json
import os
import re
import sys
from pathlib import Path

import pytest

from installer import verbs, verbs_port
from installer.__main__ import main
from installer.facts import Facts, Serial
from installer.host import Host
from tests.machines import machine
from tests.serial.far_end import Answer, FarEnd, deaf, echoing
from tests.serial.ports import AMT, COM1, COM2, MAPPED, SPCR2


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """The machine behind the command line: its firmware is on COM2, which is ours to try."""
    there = machine(serial=Serial(ports=(COM1, COM2, MAPPED), spcr=SPCR2, console="ttyS4", speed=19200))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(verbs, "root_host", lambda: Host(tmp_path))
    monkeypatch.setattr(verbs, "look", lambda host: there)
    monkeypatch.setattr(verbs_port, "is_terminal", lambda: True)
    return there


@pytest.mark.parametrize(("word", "code", "said"), [("right", 0, "arrived: it works"), ("wrong", 5, "is not the word"),
                                                    ("", 5, "Nothing arrived")])  # fmt: skip
def test_it_asks_what_arrived(
    facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    word: str, code: int, said: str,
) -> None:  # fmt: skip
    with FarEnd(tmp_path, "ttyS1") as far:

        def read_there() -> str:
            far.until(b"\r\n", 2)
            return re.findall(rb"The word is: (\w+)", far.heard)[0].decode() if word == "right" else word

        monkeypatch.setattr("builtins.input", read_there)
        assert main(["port-test"]) == code
    told = capsys.readouterr()
    assert said in told.out
    assert ("  -> the other end" in told.out) == bool(code)
    assert "writing a line to ttyS1 at 115200 baud ..." in told.err
    assert "Which word stands at the end" in told.err


@pytest.mark.parametrize(("answer", "code", "kind"), [(echoing, 0, "echo"), (deaf, 5, "silence")])
def test_it_listens_and_tells_a_program(
    facts: Facts, tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: Answer, code: int, kind: str
) -> None:
    with FarEnd(tmp_path, "ttyS0", answer):
        listen = "20" if code == 0 else "0.2"
        assert main(["port-test", "com1", "--speed", "9600", "--listen", listen, "--json"]) == code
    told = capsys.readouterr()
    said = json.loads(told.out)
    assert (said["event"], said["kind"], said["good"]) == ("port-test", kind, code == 0)
    assert "writing a line to ttyS0 at 9600 baud ..." in told.err


def test_where_nobody_can_be_asked_it_listens(
    facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verbs_port, "is_terminal", lambda: False)
    with FarEnd(tmp_path, "ttyS1", echoing):
        assert main(["port-test"]) == 0
    assert "should come back within 10 s" in capsys.readouterr().err


def test_the_end_of_the_input_is_no_word(
    facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with FarEnd(tmp_path, "ttyS1"):
        assert main(["port-test"]) == 5
    assert "Nothing arrived from ttyS1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("port", "speed", "tty", "rate"),
    [
        ("auto", "auto", "ttyS1", 115200),
        ("com1", "auto", "ttyS0", 115200),
        ("ttyS0", "9600", "ttyS0", 9600),
        ("ttyS1", "auto", "ttyS1", 115200),
        ("0x2f8", "57600", "ttyS1", 57600),
        ("ttyS4", "auto", "ttyS4", 19200),
        ("ttyS4", "9600", "ttyS4", 9600),
    ],
)
def test_a_port_by_any_of_its_names(facts: Facts, port: str, speed: str, tty: str, rate: int) -> None:
    asked = verbs_port.find_asked(facts, port, speed, flow=True)
    assert (asked.tty, asked.speed, asked.flow) == (tty, rate, True)


def test_a_card_that_xen_would_find() -> None:
    there = machine(serial=Serial(ports=(COM1, AMT)))
    assert verbs_port.find_asked(there, "amt", "auto", flow=False).tty == "ttyS4"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ttyS7"], 2, "Linux knows no serial port ttyS7\n  -> there are: ttyS0, ttyS1, ttyS4"),
        (["com3"], 2, "com3 does not fit serial.port\n  -> `xenstrap example` says what serial.port may be"),
        (["com1", "--speed", "300"], 2, "300 does not fit serial.speed"),
        (["com1", "--speed", "fast"], 2, "fast does not fit serial.speed"),
        (["com1", "--listen", "0"], 2, "--listen takes more than 0 and up to 3600 seconds"),
        (["off"], 1, "there is no serial line to try\n  -> name a port; there are: ttyS0, ttyS1, ttyS4"),
        (["com1"], 1, "/dev/ttyS0 cannot be opened: No such file or directory"),
    ],
)
def test_what_it_refuses(
    facts: Facts, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert main(["port-test", *words]) == code
    assert said in capsys.readouterr().err


def test_it_takes_root(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main(["port-test"]) == 1
    assert "takes root" in capsys.readouterr().err
