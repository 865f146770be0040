"""The drop-in, read by Debian's own scripts of GRUB: what the menu then really carries."""

import shutil
import subprocess
from pathlib import Path

import pytest

from installer.facts import Facts, Serial, SerialPort, Spcr
from installer.host import Host
from installer.resources.boot import BootMenu, menu_entries
from installer.resources.files import File
from installer.steps.serial import SerialStep
from installer.templates import render
from tests.machines import BOOT, answers, machine
from tests.serial.grub import MISSING, generate

GOLDEN = Path(__file__).parent / "golden"
COM1, COM2 = SerialPort(name="ttyS0", io=0x3F8, irq=4), SerialPort(name="ttyS1", io=0x2F8, irq=3)
MACHINES = {
    "com1": machine(serial=Serial(ports=(COM1,), spcr=Spcr(io=0x3F8, irq=4, speed=115200))),
    "com2-uefi-mirrors": machine(
        serial=Serial(ports=(COM1, COM2), spcr=Spcr(io=0x2F8, irq=3, speed=57600), mirrored=True)
    ),
    "console-in-grub": machine(
        boot=BOOT.model_copy(update={"linux": "console=tty0 console=ttyS0,115200 net.ifnames=0"}),
        serial=Serial(ports=(COM1,), console="ttyS0", speed=115200),
    ),
    "console-only-in-grub": machine(
        boot=BOOT.model_copy(update={"linux": "console=ttyS0", "linux_default": ""}),
        serial=Serial(ports=(COM1,), console="ttyS0"),
    ),
}  # fmt: skip


def wanted(facts: Facts) -> tuple[File, BootMenu]:
    """The step's drop-in and what it wants the menu to carry."""
    file, menu = SerialStep().resources(answers(), facts)
    assert isinstance(file, File)
    assert isinstance(menu, BootMenu)
    return file, menu


def settings(facts: Facts) -> str:
    """/etc/default/grub of this machine."""
    return (
        "GRUB_DISTRIBUTOR=Debian\n"
        f'GRUB_CMDLINE_LINUX="{facts.boot.linux}"\nGRUB_CMDLINE_LINUX_DEFAULT="{facts.boot.linux_default}"\n'
    )


@pytest.mark.parametrize("name", MACHINES)
def test_the_drop_in_is_the_golden_one(name: str) -> None:
    assert wanted(MACHINES[name])[0].text == (GOLDEN / f"{name}.cfg").read_text()


@pytest.mark.skipif(not shutil.which("sh"), reason="no sh")
@pytest.mark.parametrize("name", MACHINES)
def test_the_drop_in_is_shell(name: str, tmp_path: Path) -> None:
    (tmp_path / "drop-in").write_text(wanted(MACHINES[name])[0].text)
    subprocess.run(["sh", "-n", str(tmp_path / "drop-in")], check=True)


@pytest.mark.skipif(MISSING, reason="GRUB's scripts are not installed here")
@pytest.mark.parametrize("name", MACHINES)
def test_the_menu_carries_it(name: str, tmp_path: Path) -> None:
    file, menu = wanted(MACHINES[name])
    generate(tmp_path, settings(MACHINES[name]), {})
    assert menu.observe(Host(tmp_path)) != menu.expected()
    text = generate(tmp_path, settings(MACHINES[name]), {Path(file.name).name: file.text})
    assert menu.observe(Host(tmp_path)) == menu.expected()
    entries = {entry.id: entry for entry in menu_entries(text)}
    for entry in entries.values():
        if entry.xen:
            assert [word for word in entry.linux if word.startswith("console=")] == ["console=tty0", "console=hvc0"]
            assert "console=com" in " ".join(entry.xen)
        else:
            assert entry.linux.count("console=hvc0") == 0
            assert len({word.partition(",")[0] for word in entry.linux if "ttyS" in word}) == 1
    assert any("recovery" in id and entry.xen for id, entry in entries.items())


@pytest.mark.skipif(MISSING, reason="GRUB's scripts are not installed here")
def test_no_other_word_of_the_admin_is_lost(tmp_path: Path) -> None:
    facts = MACHINES["console-in-grub"]
    file, _ = wanted(facts)
    admin = 'GRUB_CMDLINE_LINUX="console=ttyS0,115200 net.ifnames=0 dyndbg=\\"file a.c +p\\" apparmor=0"\n' \
            'GRUB_CMDLINE_LINUX_DEFAULT="quiet console=tty1 splash"\nGRUB_CMDLINE_XEN="loglvl=all"\n'  # fmt: skip
    text = generate(tmp_path, admin, {Path(file.name).name: file.text})
    xen = next(entry for entry in menu_entries(text) if entry.xen)
    words = " ".join(xen.linux)
    assert 'net.ifnames=0 dyndbg="file a.c +p" apparmor=0 console=tty0 console=hvc0 quiet splash' in words
    assert xen.xen[1:4] == ("loglvl=all", "com1=115200,8n1,0x3f8,4", "console=com1,vga")


@pytest.mark.skipif(MISSING, reason="GRUB's scripts are not installed here")
def test_the_admins_own_words_for_xen_entries_are_kept(tmp_path: Path) -> None:
    file, _ = wanted(MACHINES["com1"])
    admin = 'GRUB_CMDLINE_LINUX="a"\nGRUB_CMDLINE_LINUX_XEN_REPLACE="b console=ttyS1"\n' \
            'GRUB_CMDLINE_LINUX_DEFAULT="c"\nGRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT="d"\n'  # fmt: skip
    later = render("grub/linux-words.cfg", step="boot", words=["panic=10"])
    text = generate(tmp_path, admin, {"50-xenstrap-serial.cfg": file.text, "55-xenstrap-boot-linux.cfg": later})
    xen = next(entry for entry in menu_entries(text) if entry.xen)
    assert xen.linux[-5:] == ("b", "console=tty0", "console=hvc0", "d", "panic=10")


# Trap 0.14, and an empty replacement, which GRUB takes for none.
@pytest.mark.skipif(MISSING, reason="GRUB's scripts are not installed here")
def test_a_line_that_holds_nothing_but_the_console_does_not_leak_into_xen_entries(tmp_path: Path) -> None:
    facts = MACHINES["console-only-in-grub"]
    before = generate(tmp_path, settings(facts), {})
    assert "console=ttyS0" in next(entry for entry in menu_entries(before) if entry.xen).linux
    for default in ("", "console=ttyS0"):
        admin = f'GRUB_CMDLINE_LINUX="console=ttyS0"\nGRUB_CMDLINE_LINUX_DEFAULT="{default}"\n'
        after = generate(tmp_path, admin, {"50-xenstrap-serial.cfg": wanted(facts)[0].text})
        for entry in menu_entries(after):
            assert entry.xen == () or not any("ttyS" in word for word in entry.linux), default
