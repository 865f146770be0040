"""Processors and memory; under Xen, which hides both from its control domain, as Xen tells."""

import re
import struct

from installer.facts import Cpu, Xen
from installer.host import Host

FEATURE_CONTROL = 0x3A  # IA32_FEATURE_CONTROL: bit 0 locks, bit 2 lets VMX run (Intel SDM, vol. 4)
VM_CR = 0xC0010114  # bit 4, SVMDIS (AMD APM, vol. 2)
FLAGS = {"GenuineIntel": "vmx", "AuthenticAMD": "svm", "HygonGenuine": "svm"}


def probe_cpu(host: Host, xen: Xen | None) -> Cpu:
    """The processors, from /proc/cpuinfo, the machine's registers and Xen."""
    text = host.read("/proc/cpuinfo") or ""
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}
    vendor, model = fields.get("vendor_id", ""), fields.get("model name", "this processor")
    words = set((fields.get("flags", "") + " " + fields.get("vmx flags", "")).split())
    if xen:
        hvm = FLAGS.get(vendor) if "hvm" in xen.virt_caps else None
        locked = "disabled by BIOS" in host.query("xl", "dmesg").stdout if not hvm else False
        return Cpu(
            vendor=vendor,
            model=model,
            threads=xen.threads,
            hvm=FLAGS.get(vendor) if locked else hvm,
            hvm_locked=locked,
            hap="hap" in xen.virt_caps if hvm else None,
        )
    threads = len(re.findall(r"^processor\s*:", text, re.MULTILINE))
    hvm = next((flag for flag in ("vmx", "svm") if flag in words), None)
    locked_by_firmware = firmware_locks(host, vendor)
    return Cpu(
        vendor=vendor,
        model=model,
        threads=max(threads, 1),
        hvm=hvm or (FLAGS.get(vendor) if locked_by_firmware else None),
        hvm_locked=locked_by_firmware,
        hap=bool(words & {"ept", "npt"}) if hvm else None,
    )


def firmware_locks(host: Host, vendor: str) -> bool | None:
    """Whether the firmware has switched virtualization off; None where neither register nor kernel tells.

    Linux takes the flag out of /proc/cpuinfo in that case, so that locked looks like absent there.
    """
    register = {"GenuineIntel": FEATURE_CONTROL, "AuthenticAMD": VM_CR, "HygonGenuine": VM_CR}.get(vendor)
    raw = host.read_at("/dev/cpu/0/msr", register, 8) if register else None
    if raw and len(raw) == 8:
        value = struct.unpack("<Q", raw)[0]
        return bool(value & 1 and not value & 4) if register == FEATURE_CONTROL else bool(value & 0x10)
    kernel = host.query("dmesg")
    if re.search(r"(VMX|SVM)\b.*disabled( \(?by|\)? by)? \(?BIOS|disabled by bios", kernel.stdout, re.IGNORECASE):
        return True
    return None


def probe_memory(host: Host, xen: Xen | None) -> int:
    """The machine's memory in MiB: by the firmware's map, or by Xen; as Linux counts it where neither tells."""
    if xen:
        return xen.total_mib
    regions = host.names("/sys/firmware/memmap")
    size = 0
    for region in regions:
        kind, start, end = (
            (host.read(f"/sys/firmware/memmap/{region}/{key}") or "").strip() for key in ("type", "start", "end")
        )
        if kind == "System RAM":
            size += int(end, 16) - int(start, 16) + 1
    if size:
        return size >> 20
    match = re.search(r"^MemTotal:\s*(\d+) kB", host.read("/proc/meminfo") or "", re.MULTILINE)
    return int(match[1]) >> 10 if match else 0
