"""What a terminal is shown."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from installer import terminal
from installer.terminal import folded


class Tty(io.StringIO):
    """A terminal of 80 columns."""

    def isatty(self) -> bool:
        return True


def test_sentences_fold_at_the_width_of_a_terminal_and_files_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    sentence, line = "  Warning: " + "word " * 20 + "end", '      + GRUB_CMDLINE_XEN="' + "x " * 60 + '"'
    shown = list(folded([sentence, line, "short"], Tty()))
    assert [len(each) <= 59 for each in shown[:-2]] == [True] * len(shown[:-2])
    assert " ".join(" ".join(shown[:-2]).split()) == " ".join(sentence.split())
    assert shown[1].startswith("      word")
    assert shown[-2:] == [line, "short"]


def test_a_pipe_gets_lines_as_they_are() -> None:
    lines = ["word " * 100]
    assert list(folded(lines, io.StringIO())) == lines


def test_a_terminal_that_has_gone_away_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Gone())
    terminal.say("once")
    terminal.say("twice")


def test_sudo_does_not_hide_who_is_connected() -> None:
    ask = "from installer.terminal import ssh_client; print(ssh_client())"
    sudo = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ask!r}], env={{}}, check=True)"
    env = os.environ | {"SSH_CONNECTION": "192.0.2.9 40000 192.0.2.1 22"}
    done = subprocess.run([sys.executable, "-c", sudo], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "192.0.2.9\n"


@pytest.mark.parametrize(
    ("tty", "text", "speed"),
    [
        ("hvc0", 'GRUB_CMDLINE_XEN="com2=9600,8n1,0x2f8,3 console=com2,vga"\n', 9600),
        ("hvc0", "", None),
        ("hvc0", None, None),
        ("ttyS0", 'GRUB_CMDLINE_XEN="com1=9600,8n1,0x3f8,4 console=com1,vga"\n', None),
    ],
)
def test_the_speed_of_a_line_through_xen_is_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tty: str, text: str | None, speed: int | None
) -> None:
    drop_in = tmp_path / "50-xenstrap-serial.cfg"
    if text is not None:
        drop_in.write_text(text)
    monkeypatch.setattr(terminal, "own_tty", lambda: tty)
    monkeypatch.setattr(terminal, "SERIAL_DROP_IN", str(drop_in))
    assert terminal.speed_through_xen() == speed
