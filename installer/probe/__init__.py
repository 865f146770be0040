"""Looking at the machine: one file per kind of fact, all through the host, none of it changing anything."""

from installer.facts import Facts
from installer.host import Host
from installer.ours import read_ours
from installer.probe.boot import free_mib, probe_boot
from installer.probe.cpu import probe_cpu, probe_memory
from installer.probe.disks import probe_disks
from installer.probe.firmware import probe_firmware
from installer.probe.lasting import probe_program
from installer.probe.network import probe_network
from installer.probe.outside import probe_outside
from installer.probe.pci import probe_iommu, probe_pci
from installer.probe.serial import probe_serial
from installer.probe.storage import probe_storage
from installer.probe.system import probe_domain, probe_initramfs, probe_release, probe_running, probe_under
from installer.probe.toolstack import probe_xl_conf
from installer.probe.udev import probe_properties
from installer.probe.watchdog import probe_wdat
from installer.probe.xen import probe_xen


def probe(
    host: Host, tty: str = "", ssh: tuple[str, str] | None = None, *, program: str = "", root: bool = True
) -> Facts:
    """The facts of the machine behind `host`; HostError where something that must be known cannot be looked at.

    `tty` is the terminal that we are on ("ttyS0"), `ssh` the other's address and ours where we come by ssh,
    `program` our launcher; without `root`, what only root may read is left out.
    """
    domain = probe_domain(host)
    xen = probe_xen(host) if domain == "dom0" else None
    boot = probe_boot(host)
    ours = read_ours(host)
    disks = probe_disks(host, ours, probe_properties(host))
    running = probe_running(host, tty)
    return Facts(
        architecture=host.ask("dpkg", "--print-architecture").strip(),
        release=probe_release(host),
        hostname=(host.read("/proc/sys/kernel/hostname") or "").strip(),
        cpu=probe_cpu(host, xen),
        memory_mib=probe_memory(host, xen),
        firmware=probe_firmware(host),
        boot=boot,
        iommu=probe_iommu(host, xen),
        under=probe_under(host, domain),
        domain=domain,
        xen=xen,
        running=running,
        var_free_mib=free_mib(host, "/var"),
        disks=disks,
        storage=probe_storage(host, ours, disks, root),
        pci=probe_pci(host),
        serial=probe_serial(host, boot, xen, tty),
        network=probe_network(host, ssh, live=running.live),
        xl_conf=probe_xl_conf(host),
        initramfs=probe_initramfs(host),
        watchdog=host.exists("/dev/watchdog"),
        wdat=probe_wdat(host),
        program=probe_program(host, program),
        outside=probe_outside(host),
        root=root,
    )
