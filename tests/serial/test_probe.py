"""The serial facts: native, under Xen, and unmoved by our own run."""

from pathlib import Path

import pytest

from installer.errors import HostError
from installer.facts import Boot, Serial, SerialPort
from installer.probe.serial import CON_OUT, console_word, mirrors, probe_serial
from installer.probe.spcr import SPCR
from installer.steps.serial import SerialStep
from installer.uart import SERIAL_DROP_IN, find_taken
from tests.fake_host import FakeHost
from tests.machines import BOOT, XEN, answers, machine
from tests.serial.test_spcr import spcr

COM1 = SerialPort(name="ttyS0", io=0x3F8, irq=4)
PLAIN = Boot(loader="grub")
VIDEO = bytes([2, 1, 12, 0, *b"\xd0\x41\x03\x0a", 0, 0, 0, 0, 1, 1, 6, 0, 0, 2])
UART = bytes([2, 1, 12, 0, *b"\xd0\x41\x01\x05", 0, 0, 0, 0, 3, 14, 19, 0]) + bytes(15)
NEXT, END = bytes([0x7F, 1, 4, 0]), bytes([0x7F, 0xFF, 4, 0])


def put_port(
    host: FakeHost, name: str, io: int, irq: int, kind: int = 4, where: str = "pnp0/00:04", memory: int = 0
) -> None:
    """A port in /sys as Linux shows it; kind 0 is one where no UART answered."""
    device = f"/sys/devices/{where}/tty/{name}"
    for key, value in {"port": f"0x{io:X}", "irq": irq, "type": kind, "io_type": 2 if memory else 0,
                       "iomem_base": f"0x{memory:X}"}.items():  # fmt: skip
        host.put(f"{device}/{key}", f"{value}\n")
    host.put_link(f"/sys/class/tty/{name}", f"../../devices/{where}/tty/{name}")


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    """A machine with COM1 and three places for ports where nothing is."""
    host = FakeHost(tmp_path)
    put_port(host, "ttyS0", 0x3F8, 4)
    for name, io, irq in (("ttyS1", 0x2F8, 3), ("ttyS2", 0x3E8, 4), ("ttyS3", 0x2E8, 3)):
        put_port(host, name, io, irq, kind=0, where="platform/serial8250")
    host.put("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet\n")
    host.put("/sys/class/tty/console/active", "tty0\n")
    return host


def under_xen(host: FakeHost) -> None:
    """What is left of it in a dom0: Xen has COM1, no UART answers there, Linux falls back to the usual interrupt."""
    (host.root / "sys/devices/pnp0/00:04/tty/ttyS0/irq").write_text("4\n")
    (host.root / "sys/devices/pnp0/00:04/tty/ttyS0/type").write_text("0\n")
    host.put("/proc/cmdline", "placeholder root=/dev/sda1 ro console=tty0 console=hvc0\n")
    host.put("/sys/class/tty/console/active", "tty0 hvc0\n")


def test_ports_that_answer(host: FakeHost) -> None:
    put_port(host, "ttyS4", 0xE010, 19, where="pci0000:00/0000:00:1c.0/0000:02:00.0")
    put_port(host, "ttyS10", 0, 20, where="pci0000:00/0000:00:16.3/0000:00:16.3:0/0000:00:16.3:0.0", memory=0xFE030000)
    assert probe_serial(host, PLAIN).ports == (
        COM1,
        SerialPort(name="ttyS4", io=0xE010, irq=19, pci="0000:02:00.0"),
        SerialPort(name="ttyS10", io=None, irq=20, pci="0000:00:16.3", memory=0xFE030000),
    )


def test_the_firmwares_port(host: FakeHost) -> None:
    host.put(SPCR, spcr(address=0x2F8, interrupt=(1, 3, 0)))
    found = probe_serial(host, PLAIN).spcr
    assert found
    assert (found.io, found.irq, found.speed) == (0x2F8, 3, 115200)


def test_a_table_that_only_root_may_read_is_left_out(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(name: str) -> bytes:
        raise HostError(f"{name} cannot be read: Permission denied")

    monkeypatch.setattr(host, "read_bytes", denied)
    monkeypatch.setattr(host, "read", lambda name: None)
    monkeypatch.setattr("installer.probe.serial.mirrors", lambda host, ours: False)
    assert probe_serial(host, PLAIN) == Serial()


def test_the_console_in_use(host: FakeHost) -> None:
    assert probe_serial(host, PLAIN).console is None
    assert probe_serial(host, PLAIN, tty="pts/3").console is None
    assert probe_serial(host, PLAIN, tty="ttyS0").console == "ttyS0"
    host.put("/sys/class/tty/console/active", "tty0 ttyS1\n")
    assert probe_serial(host, PLAIN, tty="ttyS0").console == "ttyS1"
    host.put("/proc/cmdline", "root=/dev/sda1 console=ttyS2,9600n8 console=tty0\n")
    assert (probe_serial(host, PLAIN).console, probe_serial(host, PLAIN).speed) == ("ttyS2", 9600)
    grub = Boot(loader="grub", linux="console=ttyS3,57600", linux_default="quiet")
    assert (probe_serial(host, grub).console, probe_serial(host, grub).speed) == ("ttyS3", 57600)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("quiet", None),
        ("console=tty0", None),
        ("console=ttyS0", ("ttyS0", None)),
        ("console=ttyS0,115200n8 console=tty0", ("ttyS0", 115200)),
        ("console=ttyS0 console=ttyS1,9600", ("ttyS1", 9600)),
        ("netconsole=ttyS0", None),
        ("console=ttyUSB0,9600", None),
    ],
)
def test_console_words(line: str, found: object) -> None:
    assert console_word(line) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("placeholder dom0_mem=1G", None),
        ("com1=115200,8n1 console=com1,vga", ("ttyS0", 0x3F8, 4, 115200, None, "com1")),
        ("com2=57600/1843200,8n1", ("ttyS1", 0x2F8, 3, 57600, None, "com2")),
        ("com1=9600,8n1,0x3e8,5", ("ttyS2", 0x3E8, 5, 9600, None, "com1")),
        ("com1=115200,8n1,0xe010,0", ("", 0xE010, 0, 115200, None, "com1")),
        ("com1=115200,8n1,0x2e8", ("ttyS3", 0x2E8, 3, 115200, None, "com1")),
        ("com1=115200,8n1,pci", ("", None, 0, 115200, None, "com1")),
        ("com1=115200,8n1,amt,0", ("", None, 0, 115200, None, "com1")),
        ("com1=115200,8n1,,5", ("ttyS0", 0x3F8, 5, 115200, None, "com1")),
        ("com1=9600,8n1 com2=115200,8n1 console=com1,vga", ("ttyS0", 0x3F8, 4, 9600, None, "com1")),
        ("com1=9600,8n1 com1=115200,8n1", ("ttyS0", 0x3F8, 4, 115200, None, "com1")),
    ],
)
def test_xens_words(line: str, found: object) -> None:
    assert find_taken("", line) == found


def test_a_xen_that_is_not_ours_still_has_its_port(host: FakeHost) -> None:
    under_xen(host)
    xen = XEN.model_copy(update={"command_line": "placeholder com1=57600,8n1 console=com1,vga"})
    found = probe_serial(host, PLAIN, xen, tty="hvc0")
    assert found == Serial(ports=(COM1,), console="ttyS0", speed=57600)


@pytest.mark.parametrize("console", ["", "console=ttyS0,115200", "console=ttyS0"])
@pytest.mark.parametrize("tty", ["ttyS0", "pts/0", ""])
@pytest.mark.parametrize("firmware", [None, spcr(), spcr(address=0x2F8)])
@pytest.mark.parametrize("irq", [4, 5, 26])
def test_the_second_plan_wants_what_the_first_one_did(
    host: FakeHost, console: str, tty: str, firmware: bytes | None, irq: int
) -> None:
    """Applied over the line or over ssh, looked at again in dom0: the same resources."""
    host.put("/sys/devices/pnp0/00:04/tty/ttyS0/irq", f"{irq}\n")
    boot = BOOT.model_copy(update={"linux_default": f"quiet {console}"})
    if firmware:
        host.put(SPCR, firmware)
    before = machine(boot=boot, serial=probe_serial(host, boot, None, tty))
    wanted = list(SerialStep().resources(answers(), before))
    if not wanted:
        assert (console, tty == "ttyS0", firmware == spcr()) == ("", False, False)
        return
    host.put(SERIAL_DROP_IN, str((wanted[0].expected() or {})["text"]))
    under_xen(host)
    xen = XEN.model_copy(update={"command_line": "placeholder " + " ".join(wanted[1].xen)})  # type: ignore[attr-defined]
    for later in ("hvc0", "pts/0"):
        after = machine(boot=boot, serial=probe_serial(host, boot, xen, later))
        assert after.serial.ports == before.serial.ports
        assert list(SerialStep().resources(answers(), after)) == wanted


@pytest.mark.parametrize(("port", "words"), [("0xe010", "0xe010,0"), ("pci", "pci,0"), ("amt", "amt,0")])
@pytest.mark.parametrize("gone", [True, False])
@pytest.mark.parametrize("irq", [11, 19])
def test_a_card_that_xen_has_taken_is_still_known(host: FakeHost, port: str, words: str, gone: bool, irq: int) -> None:
    """Linux keeps a place for its port without a UART, or none at all."""
    where = "pci0000:00/0000:00:1c.0/0000:02:00.0"
    put_port(host, "ttyS4", 0xE010, irq, where=where)
    asked = answers(serial={"port": port})
    before = machine(serial=probe_serial(host, PLAIN))
    wanted = list(SerialStep().resources(asked, before))
    assert f"com1=115200,8n1,{words} " in str(wanted[0])
    host.put(SERIAL_DROP_IN, str((wanted[0].expected() or {})["text"]))
    host.put(f"/sys/devices/{where}/tty/ttyS4/type", "0\n")
    if gone:
        host.path("/sys/class/tty/ttyS4").unlink()
    after = machine(serial=probe_serial(host, PLAIN, XEN))
    assert after.serial.ports == before.serial.ports
    assert list(SerialStep().resources(asked, after)) == wanted


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (VIDEO + END, False),
        (VIDEO + NEXT + UART + END, True),
        (UART + END, True),
        (VIDEO + END + UART, False),
        (b"\x03\x0e", False),
        (bytes(40), False),
    ],
)
def test_uefi_that_repeats_its_console_on_a_uart(tmp_path: Path, path: bytes, found: bool) -> None:
    host = FakeHost(tmp_path)
    host.put(CON_OUT, b"\x07\0\0\0" + path)
    assert mirrors(host, "") is found


def test_where_xen_hides_uefis_variables_our_own_decision_stands(tmp_path: Path) -> None:
    assert mirrors(FakeHost(tmp_path), 'GRUB_TERMINAL="console"\n')
    assert not mirrors(FakeHost(tmp_path), 'GRUB_TERMINAL="console serial"\n')
    assert not mirrors(FakeHost(tmp_path), "")
