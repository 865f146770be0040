"""Machines and answers, so many that everything is said that can be said against one or the other."""

from collections.abc import Iterator

from installer.facts import Firmware, Iommu, Kernel, Program, Running, Serial, Spcr, Uart
from installer.facts_network import Address, NetworkNow, Nic
from installer.facts_outside import Medium
from installer.stage import Guarded
from tests.blank.machines import ANSWERS as BLANK_ANSWERS
from tests.blank.machines import (
    BLANK,
    HASH,
    MEDIA,
    MEDIUM_ANSWERS,
    MIRROR_ANSWERS,
    MIRRORED,
    OUTSIDE,
    from_medium,
    mirror_sections,
    section,
)
from tests.blank.test_network import CASES as NETWORKS
from tests.blank.test_network import given
from tests.machines import BOOT, CPU, XEN, answers, machine
from tests.network.test_findings import NIC, UNFIT, network, on, stanza
from tests.screens.case import CARD, Case, boots, give, install, ours, pci, release, tried
from tests.serial.ports import COM1, COM2
from tests.serial.ports import MACHINES as SERIAL
from tests.storage.cases import ANSWERS as STORAGE_ANSWERS
from tests.storage.machines import MACHINES as STORAGE
from tests.storage.machines import disk, held

VLAN = Nic(name="enp1s0.20", mac=NIC.mac, kind="vlan", lower=("enp1s0",))

OWN: dict[str, Case] = {
    "another distribution": Case(release(id="ubuntu", name="Ubuntu 24.04")),
    "an old release": Case(release(codename="bullseye", name="Debian GNU/Linux 11 (bullseye)")),
    "a container": Case(release(container="lxc")),
    "arm64": Case(machine(architecture="arm64")),
    "a domU": Case(machine(domain="domU")),
    "a guest": Case(machine(under="kvm")),
    "a dom0": Case(machine(domain="dom0", xen=XEN)),
    "no HVM": Case(machine(cpu=CPU.model_copy(update={"hvm": None}))),
    "no HVM, insisted on": Case(machine(cpu=CPU.model_copy(update={"hvm": None})), answers(hvm={"require": True})),
    "no IOMMU": Case(machine(iommu=Iommu(table=None, active=False))),
    "another loader": Case(boots(loader="systemd-boot")),
    "Secure Boot": Case(machine(firmware=Firmware(kind="uefi", secure_boot=True))),
    "Secure Boot, by hand": Case(
        machine(firmware=Firmware(kind="uefi", secure_boot=True)), answers(boot={"xen": False})
    ),
    "a full boot": Case(boots(free_mib=3)),
    "no UUID": Case(boots(root_uuid="")),
    "no submenu": Case(boots(disable_submenu=True)),
    "Xen's options given": Case(boots(xen="dom0_mem=1G")),
    "halted on a crash": ours(boot={"noreboot": True}),
    "a crash that would halt": Case(boots(xen_default="noreboot")),
    "a dom0 that would halt": Case(boots(linux="panic=0")),
    "an option of another key": ours(boot={"options": ["dom0_mem=2G"]}),
    "boot on LVM": Case(boots(unwritable="LVM")),
    "a stick": Case(machine(program=Program(path="/run/live/xenstrap", lasting=False), network=network())),
    "a trial that failed": Case(machine(), standing=tried(name="failed", text="it hung")),
    "a bridge that was given back": Case(
        on(network()), standing=tried(network=Guarded(name="given back", text="no gateway"))
    ),
    "little memory": Case(machine(memory_mib=900)),
    "too much for dom0": ours(memory={"dom0": "99G"}),
    "too many processors": ours(cpus={"dom0": 64}),
    "one processor": ours(cpus={"dom0": 1}),
    "a cloud kernel": Case(boots(kernels=(Kernel(version="6.1-cloud", dom0=False),))),
    "two kernels": Case(boots(kernels=(*BOOT.kernels, Kernel(version="6.1-cloud", dom0=False)))),
    "xen-tools": ours(packages={"extra": ["xen-tools"]}),
    "a small /var": Case(machine(var_free_mib=100)),
    "guests that start": ours(guests={"autostart": ["mail"]}),
    "no IOMMU for a device": give(pci(f"{CARD}0"), iommu=Iommu(table=None, active=False)),
    "no such device": ours(passthrough={"devices": ["0000:09:00.0"]}),
    "a PCI bridge": give(pci(f"{CARD}0", "060400")),
    "a built-in driver": give(pci(f"{CARD}0", driver="ahci", modular=False)),
    "the uplink's card": give(pci(f"{CARD}0"), network=network(NIC.model_copy(update={"pci": f"{CARD}0"}))),
    "the controller of root": give(
        pci(f"{CARD}0", "010601"),
        disks=tuple(each.model_copy(update={"pci": f"{CARD}0"}) for each in STORAGE["sata-free-space"].disks),
    ),
    "the controller of the guests' disk": Case(
        STORAGE["sata-full-blank-second"].model_copy(
            update={
                "pci": (pci(f"{CARD}0", "010601"),),
                "disks": tuple(
                    each.model_copy(update={"pci": None if each.holds else f"{CARD}0"})
                    for each in STORAGE["sata-full-blank-second"].disks
                ),
            }
        ),
        answers(passthrough={"devices": [f"{CARD}0"]}, storage={"where": "disk", "disk": ["ata-HDD_H1"]}),
    ),
    "the console's card": give(
        pci(f"{CARD}0", "070002"),
        serial=Serial(ports=(COM1.model_copy(update={"pci": f"{CARD}0"}),), console="ttyS0", speed=115200),
    ),
    "a disk that is not looked for": ours(storage={"where": "directory", "disk": ["ata-HDD_H1"]}),
    "a pool without a group": ours(storage={"where": "directory", "thin_pool": "pool"}),
    "a group called as a directory": ours(storage={"group": "disk"}),
    "a pool called as the swap": ours(storage={"thin_pool": "dom0-swap"}),
    "a pool called as LVM's own": ours(storage={"thin_pool": "pool_tdata"}),
    "a disk that is too small": Case(
        held(disk("ata-TINY_T1", 1 << 30)), answers(storage={"where": "disk", "disk": ["ata-TINY_T1"]})
    ),
    "the medium of a live system": install(BLANK["usb-stick-live"], disk=["U1"], removable=True),
    "a disk with another's serial number": Case(
        STORAGE["twins-of-one-serial"], answers(storage={"where": "disk", "disk": ["ata-HDD_SAME"]})
    ),
    "a disk whose name another one has": Case(
        STORAGE["paths-without-multipath"], answers(storage={"where": "disk", "disk": ["ID_PATH=*-0:0:1:0"]})
    ),
    "a multipath device": Case(
        STORAGE["multipath"], answers(storage={"where": "disk", "disk": [STORAGE["multipath"].disks[-1].id]})
    ),
    "a USB disk": Case(
        held(disk("usb-Disk_U1", 1 << 40, properties={"ID_BUS": "usb"})),
        answers(storage={"where": "disk", "disk": ["usb-Disk_U1"]}),
    ),
    "the only graphics": give(pci(f"{CARD}0", "030000")),
    "half a card": give(pci(f"{CARD}0"), pci(f"{CARD}1")),
    "half a group": give(pci(f"{CARD}0", group=7), pci("0000:02:00.0", group=7)),
    **{f"no bridge: {name}": Case(on(found)) for name, (found, _) in UNFIT.items()},
    **{
        f"bridge refused: {name}": Case(on(found), answers(bridge={"enabled": True}))
        for name, (found, _) in UNFIT.items()
    },
    "the admin's bridge": Case(on(network(Nic(name="br0", mac="52:54:00:ab:cd:01", kind="bridge")))),
    "the admin's bridge, and ours": Case(
        on(network(Nic(name="br0", mac="52:54:00:ab:cd:01", kind="bridge"))), answers(bridge={"enabled": True})
    ),
    "a bridge's name that is taken": ours(bridge={"enabled": True, "name": "enp2s0"}),
    "an unknown MAC address": ours(bridge={"nic": "52:54:00:00:00:99"}),
    "no cable": Case(on(network(NIC.model_copy(update={"carrier": False})))),
    "no IPv4": ours(bridge={"ipv4": "none"}),
    "a bridge that nothing can prove": Case(
        on(network(now=NetworkNow(addresses={NIC.name: (Address(text="192.0.2.10/24", dynamic=False),)}, routes=())))
    ),
    "no gateway": ours(bridge={"ipv4": "192.0.2.10/24"}),
    "a command that stays": Case(
        on(network(NIC, stanza("static", ("post-up", "iptables -A INPUT -i enp1s0 -j DROP"))))
    ),
    "a bridge that is filtered": Case(on(network(now=NetworkNow(filtered=True)))),
    "by ssh": Case(on(network(ssh_from="192.0.2.9", ssh_over="enp1s0"))),
    "by ssh over another": Case(on(network(ssh_from="192.0.2.9", ssh_over="enp2s0"))),
    "a VLAN on the port": Case(
        on(network(nics=(NIC, VLAN), ssh_from="192.0.2.9", ssh_over=VLAN.name)), answers(bridge={"live": True})
    ),
    "at once in another's place": Case(
        on(network(now=NetworkNow(ours=("xenbr0",), bridges={"xenbr0": ("enp1s0",)}))), answers(bridge={"live": True})
    ),
    "an unknown port": ours(serial={"port": "0x3e8"}),
    "an interrupt that differs": Case(machine(), answers(serial={"port": "com1", "irq": 7})),
    "flow control": Case(machine(), answers(serial={"port": "com1", "flow": True})),
    "flow control without a wire": Case(
        machine(running=Running(kernel="6.12", command_line="", uarts=(Uart(name="ttyS0", kind="16550A"),))),
        answers(serial={"port": "com1", "flow": True}),
    ),
    "the firmware's flow control": Case(
        machine(serial=Serial(ports=(COM1,), spcr=Spcr(io=0x3F8, irq=4, speed=115200, flow=True)))
    ),
    "another port than the firmware's": Case(
        machine(serial=Serial(ports=(COM1, COM2), spcr=Spcr(io=0x2F8, irq=3, speed=115200))),
        answers(serial={"port": "com1"}),
    ),
    "another speed than the firmware's": Case(
        machine(serial=Serial(ports=(COM1,), spcr=Spcr(io=0x3F8, irq=4, speed=57600))),
        answers(serial={"speed": 9600}),
    ),
    "another port than Linux's": Case(
        machine(serial=Serial(ports=(COM1, COM2), console="ttyS0", speed=115200)), answers(serial={"port": "com2"})
    ),
    "a speed without a line": Case(machine(serial=Serial()), answers(serial={"port": "off", "speed": 9600})),
    "a console that stays Linux's": Case(SERIAL["over-ssh-console-at-9600"][0], answers(serial={"port": "off"})),
    "no card with a port": ours(serial={"port": "pci"}),
    "lo for a bridge": ours(bridge={"name": "lo"}),
    "named twice": ours(guests={"autostart": ["mail", "mail"]}),
    "a hook without a path": ours(hooks={"on_success": ["mail"]}),
    "an address with words": ours(hooks={"on_success": ["http://192.0.2.1/", "x"]}),
    "an address without a bridge": ours(bridge={"enabled": False, "ipv4": "192.0.2.10/24"}),
    "no address": ours(bridge={"ipv4": "127.0.0.1/8"}),
    "a network's address": ours(bridge={"ipv4": "192.0.2.0/24"}),
    "a broadcast address": ours(bridge={"ipv4": "192.0.2.255/24"}),
    "a gateway alone": ours(bridge={"gateway4": "192.0.2.1"}),
    "a gateway that is dom0": ours(bridge={"ipv4": "192.0.2.10/24", "gateway4": "192.0.2.10"}),
    "a gateway elsewhere": ours(bridge={"ipv4": "192.0.2.10/24", "gateway4": "198.51.100.1"}),
    "name servers alone": ours(bridge={"dns": ["192.0.2.53"]}),
    "no disk for a new Debian": Case(BLANK["uefi-480"], answers(install={"hostname": "xen1"})),
    "encrypted elsewhere": Case(
        BLANK["uefi-480"],
        answers(
            install={"disk": ["ata-SSD_S1"], "root_password": HASH, "passphrase": "correct horse"},
            storage={"where": "directory"},
        ),
    ),
    "encrypted forky": install(suite="forky", passphrase="correct horse"),
    "root as a user": install(user="root"),
    "nobody's password": install(user_password=HASH),
    "nobody can log in": install(root_password=None),
    "a user without sudo": install(root_password=None, user="me", ssh_keys=["ssh-ed25519 " + "A" * 40]),
    "no interface for a new Debian": install(nic="52:54:00:00:00:99"),
    "a default route over nothing": install(BLANK["no-network"]),
    "a packaged xenstrap": install(
        BLANK["uefi-480"].model_copy(update={"program": Program(path="/usr/bin/xenstrap", lasting=True)})
    ),
    "no archive": install(BLANK["no-archive"]),
    "another release from a medium": install(
        from_medium().model_copy(
            update={"outside": OUTSIDE.model_copy(update={"media": (Medium(path="/mnt", signed=("bookworm",)),)})}
        ),
        mirror="/mnt",
        suite="bookworm",
    ),
    "guests elsewhere": Case(
        BLANK["uefi-480"],
        answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH}, storage={"where": "volume-group"}),
    ),
    "nothing left to encrypt": install(root="446G", passphrase="correct horse"),
    "a root that does not fit": install(root="4000G"),
    "a root that is too small": install(root="2G"),
    "msdos with UEFI": install(table="msdos"),
    "msdos on a large disk": Case(
        BLANK["bios-3tb"], answers(install={"disk": ["ata-BIG_B1"], "root_password": HASH, "table": "msdos"})
    ),
    "another live system": install(BLANK["ubuntu-live"]),
}


def cases() -> Iterator[tuple[str, Case]]:
    """All of them, those that others have made up last."""
    yield from OWN.items()
    yield from ((f"serial: {name}", Case(*pair)) for name, pair in SERIAL.items())
    for name, facts in STORAGE.items():
        for kind, storage in STORAGE_ANSWERS.items():
            yield f"storage: {name}, {kind}", Case(facts, answers(storage=storage))
    for name, facts in BLANK.items():
        for kind in BLANK_ANSWERS:
            yield f"new: {name}, {kind}", Case(facts, answers(install=section(kind)))
    for name, facts in MEDIA.items():
        for kind, medium in MEDIUM_ANSWERS.items():
            yield f"medium: {name}, {kind}", install(facts, **medium)
    for name, (facts, bridge) in NETWORKS.items():
        yield f"network: {name}", Case(facts, given(bridge))
    for name, facts in MIRRORED.items():
        for kind in MIRROR_ANSWERS:
            yield f"mirrored: {name}, {kind}", Case(facts, answers(**mirror_sections(kind)))
