"""What the probe makes of /proc, /sys and xl, on roots made for it and on what real dom0s printed."""

import struct
from pathlib import Path

import pytest

from installer.commands import Output
from installer.errors import HostError
from installer.host import Host
from installer.probe.boot import grub_settings, initrd_mib, probe_kernels
from installer.probe.cpu import firmware_locks, probe_cpu, probe_memory
from installer.probe.firmware import SECURE_BOOT, probe_firmware
from installer.probe.system import probe_domain, probe_release
from installer.probe.toolstack import probe_xl_conf
from installer.probe.xen import parse_vcpus, parse_xl_info, probe_xen
from tests.fake_host import FakeHost
from tests.machines import XEN

INFO = """\
host                   : xenhost
nr_cpus                : 2
virt_caps              : pv hvm hap gnttab-v1 gnttab-v2
total_memory           : 4089
free_memory            : 3022
xen_version            : 4.17.7
xen_caps               : xen-3.0-x86_64 hvm-3.0-x86_32
xen_commandline        : placeholder dom0_mem=1G,max:1G com1=115200,8n1 console=com1,vga
"""
VCPUS = """\
Name                                ID  VCPU   CPU State   Time(s) Affinity (Hard / Soft)
Domain-0                             0     0    0   r--     111.2  0 / all
Domain-0                             0     1    1   -b-      90.0  all / all
Domain-0                             0     2    -   --p       0.0  all / all
"""


def fake(root: Path, files: dict[str, str | bytes], said: dict[str, str] | None = None) -> FakeHost:
    """A root made of given files, with given answers to commands."""
    host = FakeHost(root, said)
    for name, content in files.items():
        host.put(name, content)
    return host


def cpuinfo(vendor: str, flags: str) -> str:
    """Two processors."""
    return "".join(
        f"processor\t: {n}\nvendor_id\t: {vendor}\nmodel name\t: Some CPU\nflags\t\t: {flags}\n\n" for n in (0, 1)
    )


@pytest.mark.parametrize(
    ("vendor", "flags", "register", "value", "hvm", "locked", "hap"),
    [
        ("GenuineIntel", "fpu vmx ept", 0x3A, 0x5, "vmx", False, True),
        ("GenuineIntel", "fpu", 0x3A, 0x1, "vmx", True, None),
        ("GenuineIntel", "fpu", 0x3A, None, None, None, None),
        ("AuthenticAMD", "fpu svm npt", 0xC0010114, 0x8, "svm", False, True),
        ("AuthenticAMD", "fpu svm", 0xC0010114, 0x18, "svm", True, False),
    ],
)
def test_the_register_tells_locked_from_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vendor: str, flags: str, register: int, value: int | None,
    hvm: str | None, locked: bool | None, hap: bool | None,
) -> None:  # fmt: skip
    host = fake(tmp_path, {"/proc/cpuinfo": cpuinfo(vendor, flags)})

    def read_at(name: str, offset: int, size: int) -> bytes | None:
        assert (name, offset, size) == ("/dev/cpu/0/msr", register, 8)
        return None if value is None else struct.pack("<Q", value)

    monkeypatch.setattr(host, "read_at", read_at)
    cpu = probe_cpu(host, None)
    assert (cpu.threads, cpu.hvm, cpu.hvm_locked, cpu.hap) == (2, hvm, locked, hap)


@pytest.mark.parametrize(
    "line",
    [
        "x86/cpu: VMX (outside TXT) disabled by BIOS",
        "kvm: SVM disabled (by BIOS) in MSR_VM_CR on CPU 0",
        "kvm: disabled by bios",
    ],
)
def test_without_the_register_the_kernel_tells(tmp_path: Path, line: str) -> None:
    assert firmware_locks(fake(tmp_path, {}, {"dmesg": f"[    1.0] {line}\n"}), "GenuineIntel") is True
    assert firmware_locks(fake(tmp_path, {}, {"dmesg": "[    1.0] nothing\n"}), "GenuineIntel") is None


def test_in_dom0_xen_tells_since_the_flags_are_masked(tmp_path: Path) -> None:
    host = fake(tmp_path, {"/proc/cpuinfo": cpuinfo("AuthenticAMD", "fpu hypervisor")}, {"xl dmesg": ""})
    cpu = probe_cpu(host, XEN)
    assert (cpu.threads, cpu.hvm, cpu.hvm_locked, cpu.hap) == (8, "svm", False, True)
    without = XEN.model_copy(update={"virt_caps": ("pv",)})
    assert probe_cpu(host, without).hvm is None
    host.said["xl dmesg"] = "(XEN) CPU0: VMX disabled by BIOS.\n"
    assert probe_cpu(host, without).hvm_locked is True


def test_memory_is_the_firmwares_map_or_what_xen_says(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"/proc/meminfo": "MemTotal:  1000000 kB\n"}
    assert probe_memory(fake(tmp_path, files), None) == 976
    for number, (kind, start, end) in enumerate(
        [("System RAM", "0x0", "0x9fbff"), ("Reserved", "0x9fc00", "0x9ffff"), ("System RAM", "0x100000", "0xffffffff")]
    ):
        files |= {
            f"/sys/firmware/memmap/{number}/{key}": f"{value}\n"
            for key, value in (("type", kind), ("start", start), ("end", end))
        }
    assert probe_memory(fake(tmp_path, files), None) == 4095
    assert probe_memory(fake(tmp_path, files), XEN) == 16370


@pytest.mark.parametrize(("value", "on"), [(b"\6\0\0\0\1", True), (b"\6\0\0\0\0", False)])
def test_secure_boot_is_the_fifth_byte(tmp_path: Path, value: bytes, on: bool) -> None:
    firmware = probe_firmware(fake(tmp_path, {SECURE_BOOT: value}))
    assert (firmware.kind, firmware.secure_boot) == ("uefi", on)


def test_secure_boot_under_xen_is_what_the_kernel_said(tmp_path: Path) -> None:
    host = fake(tmp_path, {"/sys/firmware/efi/systab": ""}, {"dmesg": "secureboot: Secure boot disabled\n"})
    assert probe_firmware(host).secure_boot is False
    host.said.clear()
    assert probe_firmware(host).secure_boot is None


def test_without_efi_it_is_a_bios(tmp_path: Path) -> None:
    firmware = probe_firmware(
        fake(tmp_path, {"/sys/class/dmi/id/sys_vendor": "Vendor\n", "/sys/class/dmi/id/product_name": "X1\n"})
    )
    assert (firmware.kind, firmware.secure_boot, firmware.board) == ("bios", False, "Vendor X1")


@pytest.mark.parametrize(
    ("files", "domain"),
    [
        ({}, "none"),
        ({"/sys/hypervisor/type": "xen\n", "/proc/xen/capabilities": "control_d\n"}, "dom0"),
        ({"/sys/hypervisor/type": "xen\n", "/sys/hypervisor/start_flags/initdomain": "1\n"}, "dom0"),
        ({"/sys/hypervisor/type": "xen\n", "/sys/hypervisor/properties/features": "000228f0\n"}, "dom0"),
        ({"/sys/hypervisor/type": "xen\n", "/sys/hypervisor/properties/features": "000206f0\n"}, "domU"),
        ({"/sys/hypervisor/type": "xen\n"}, "domU"),
    ],
)
def test_the_domain(tmp_path: Path, files: dict[str, str | bytes], domain: str) -> None:
    assert probe_domain(fake(tmp_path, files)) == domain


def test_the_release(tmp_path: Path) -> None:
    text = 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nNAME="Debian GNU/Linux"\nVERSION_CODENAME=forky\nID=debian\n'
    release = probe_release(fake(tmp_path, {"/etc/os-release": text}))
    assert (release.id, release.codename, release.container) == ("debian", "forky", None)


def test_kernels_are_judged_by_their_configuration(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "/boot/vmlinuz-6.1-amd64": "", "/boot/config-6.1-amd64": "CONFIG_XEN=y\nCONFIG_XEN_DOM0=y\n",
        "/boot/vmlinuz-6.1-cloud-amd64": "", "/boot/config-6.1-cloud-amd64": "# CONFIG_XEN_DOM0 is not set\n",
        "/boot/vmlinuz-6.1-own": "",
    }  # fmt: skip
    assert [kernel.dom0 for kernel in probe_kernels(fake(tmp_path, files))] == [True, False, False]


def test_the_largest_initial_ram_disk_counts_and_none_that_is_half_made(tmp_path: Path) -> None:
    host = fake(tmp_path, {"/boot/initrd.img-6.1": "", "/boot/initrd.img-6.12": "", "/boot/initrd.img-6.12.new": ""})
    host.said["stat --format %s /boot/initrd.img-6.1 /boot/initrd.img-6.12"] = "1048576\n1048577\n"
    assert initrd_mib(host) == 2
    assert initrd_mib(fake(tmp_path / "none", {"/boot/vmlinuz-6.1": ""})) == 0


def test_grub_settings_are_what_the_shell_makes_of_them_without_ours(tmp_path: Path) -> None:
    (tmp_path / "etc/default/grub.d").mkdir(parents=True)
    (tmp_path / "etc/default/grub").write_text(
        'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_DEFAULT=0\nGRUB_DISABLE_SUBMENU=y\n'
    )
    for name, text in (
        ("15_cloud.cfg", 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT net.ifnames=0"\n'),
        ("50-xenstrap-serial.cfg", 'GRUB_CMDLINE_LINUX_DEFAULT="ours"\n'),
        ("xen.cfg", "GRUB_DEFAULT=xen\n"),
    ):
        (tmp_path / "etc/default/grub.d" / name).write_text(text)

    class Rooted(Host):
        def ask(self, *argv: str, timeout: float = 0) -> str:
            return super().ask(*(word.replace("/etc/", f"{tmp_path}/etc/") for word in argv))

    assert grub_settings(Rooted()) == {"linux_default": "quiet net.ifnames=0", "default": "0", "disable_submenu": "y"}


def test_xl_conf_is_read_where_the_original_lies(tmp_path: Path) -> None:
    assert probe_xl_conf(fake(tmp_path / "a", {})) == {}
    theirs = '# comment\n#autoballoon="auto"\nvif.default.script="vif-route"\n'
    assert probe_xl_conf(fake(tmp_path / "b", {"/etc/xen/xl.conf": theirs})) == {"vif.default.script": '"vif-route"'}
    ours = {"/etc/xen/xl.conf": '# Written by xenstrap\nautoballoon="off"\n', "/etc/xen/xl.conf.xenstrap-orig": theirs}
    assert probe_xl_conf(fake(tmp_path / "c", dict(ours))) == {"vif.default.script": '"vif-route"'}


def test_xl_is_understood() -> None:
    told = parse_xl_info(INFO)
    assert told["xen_commandline"] == "placeholder dom0_mem=1G,max:1G com1=115200,8n1 console=com1,vga"
    assert told["virt_caps"].split() == ["pv", "hvm", "hap", "gnttab-v1", "gnttab-v2"]
    assert [(vcpu.number, vcpu.affinity) for vcpu in parse_vcpus(VCPUS)] == [(0, "0"), (1, "all")]


def test_a_xenstore_that_does_not_answer_is_a_gap(tmp_path: Path) -> None:
    class Waiting(FakeHost):
        def query(self, *argv: str, timeout: float = 0) -> Output:
            if argv[0] == "xenstore-read":
                raise HostError(f"xenstore-read did not end within {timeout:.0f} s")
            return super().query(*argv, timeout=timeout)

    found = probe_xen(Waiting(tmp_path, {"xl info": INFO, "systemctl is-active xen": "inactive\n"}))
    assert (found.version, found.xenstore, found.services["xen"]) == ("4.17.7", "", "inactive")
