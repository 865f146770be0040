"""Guests over a restart of the host: as little as possible changed, and nothing that the script would not read."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.resources.base import Resource
from installer.resources.diverted import DivertedFile
from installer.resources.files import File, Link
from installer.steps.guests import DROP_IN, GuestsStep
from tests.machines import answers, errors, machine, texts

STEP = GuestsStep()
DEBIANS = ("XENDOMAINS_MIGRATE", "XENDOMAINS_SAVE", "XENDOMAINS_RESTORE", "XENDOMAINS_AUTO", "XENDOMAINS_STOP_MAXWAIT")
UNIT = """
[Service]
Type=forking
TimeoutSec=5min
RemainAfterExit=yes
ExecStart=/bin/true
"""


def wanted(**guests: object) -> list[Resource]:
    """The resources for these answers."""
    return list(STEP.resources(answers(guests=guests), machine()))


def settings(text: str) -> dict[str, str]:
    """What a shell that reads the file has set."""
    script = f"{text}\nset | grep ^XENDOMAINS_"
    shown = subprocess.run(
        ["sh", "-ec", script], capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
    )
    return dict(re.findall(r"^(\w+)='?([^'\n]*)'?$", shown.stdout, re.MULTILINE))


def xendomains(**guests: object) -> dict[str, str]:
    """The settings of /etc/default/xendomains for these answers."""
    (file,) = (thing for thing in wanted(**guests) if isinstance(thing, DivertedFile))
    assert file.name == "/etc/default/xendomains"
    return settings(file.text)


def test_debians_own_settings_are_left_alone() -> None:
    assert [thing.id for thing in wanted()] == [f"file:{DROP_IN}"]


# Trap 0.11: "false" would be on.
def test_shutting_down_is_neither_saving_nor_restoring() -> None:
    assert xendomains(on_host_reboot="shutdown", stop_wait=120) == {
        "XENDOMAINS_MIGRATE": "",
        "XENDOMAINS_SAVE": "",
        "XENDOMAINS_RESTORE": "",
        "XENDOMAINS_AUTO": "/etc/xen/auto",
        "XENDOMAINS_STOP_MAXWAIT": "120",
    }


def test_saving_with_another_wait_keeps_debians_other_settings() -> None:
    found = xendomains(stop_wait=900)
    assert (found["XENDOMAINS_SAVE"], found["XENDOMAINS_RESTORE"]) == ("/var/lib/xen/save", "true")
    assert found["XENDOMAINS_STOP_MAXWAIT"] == "900"


@given(st.sampled_from(["save", "shutdown"]), st.integers(10, 3600).filter(lambda wait: wait != 300))
def test_exactly_the_settings_that_debians_script_reads(mode: str, wait: int) -> None:
    assert set(xendomains(on_host_reboot=mode, stop_wait=wait)) == set(DEBIANS)


def test_autostart_links_to_the_configuration_beside() -> None:
    links = [thing for thing in wanted(autostart=["web", "db.2"]) if isinstance(thing, Link)]
    assert [(link.name, link.target) for link in links] == [
        ("/etc/xen/auto/web.cfg", "../web.cfg"),
        ("/etc/xen/auto/db.2.cfg", "../db.2.cfg"),
    ]
    given_ = answers(guests={"autostart": ["web"]})
    assert "note: /etc/xen/web.cfg must be there when the host starts." in texts(STEP.check(given_, machine()))


@pytest.mark.parametrize("name", ["../passwd", "a/b", "", "-rf", "a b", "x" * 65, "a\n"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="autostart"):
        answers(guests={"autostart": [name]})


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
@pytest.mark.parametrize(("change", "said"), [("", ""), ("Timeout", "'TypoTimeoutStopSec'")])
def test_systemd_understands_the_drop_in(tmp_path: Path, change: str, said: str) -> None:
    (file,) = (thing for thing in wanted() if isinstance(thing, File))
    text = file.text.replace(f"{change}StopSec", "TypoTimeoutStopSec") if change else file.text
    (tmp_path / "xendomains.service").write_text(UNIT)
    (tmp_path / "xendomains.service.d").mkdir()
    (tmp_path / "xendomains.service.d/50-xenstrap.conf").write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "xendomains.service")],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    about_ours = [line for line in done.stderr.splitlines() if "50-xenstrap.conf" in line]
    assert (said in done.stderr) if said else about_ours == []


def test_a_small_var_is_worth_a_warning_with_numbers() -> None:
    facts = machine(memory_mib=65536, var_free_mib=9000)
    said = texts(STEP.check(answers(), facts))
    assert (
        "warning: Saving guests takes as much disk as they have memory: up to 61184 MiB; /var has 9000 MiB free."
        in said
    )
    assert "/var/lib/xen/save" in said
    assert not errors(STEP, answers(), facts)
    assert texts(STEP.check(answers(guests={"on_host_reboot": "shutdown"}), facts)) == ""
    assert texts(STEP.check(answers(), machine(memory_mib=65536, var_free_mib=90000))) == ""
    assert texts(STEP.check(answers(), machine(var_free_mib=None))) == ""


def test_the_choices_say_why() -> None:
    shown = {choice.key: choice for choice in STEP.choices(answers(), machine())}
    assert shown["guests.on_host_reboot"].value == "save"
    assert "Debian's own default" in shown["guests.on_host_reboot"].because
