"""What a terminal is shown."""

import io
import os
import subprocess
import sys

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
    ask = "from installer.host import Host; from installer.terminal import ssh_ends; print(*ssh_ends(Host()))"
    sudo = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ask!r}], env={{}}, check=True)"
    env = os.environ | {"SSH_CONNECTION": "192.0.2.9 40000 192.0.2.1 22"}
    done = subprocess.run([sys.executable, "-c", sudo], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "192.0.2.9 192.0.2.1\n"
