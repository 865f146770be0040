"""The new Debian's own settings: what an installer asks, and what makes it start."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.answers_install import Install
from installer.facts import Facts
from installer.facts_network import Nic
from installer.finding import Choice, Finding, unfit, wrong
from installer.resources.base import Resource
from installer.resources.debian import Account, DebianPackages, NewFile
from installer.resources.files import Link
from installer.resources.filesystem import TARGET
from installer.resources.loader import Loader, NewImages
from installer.resources.program import AUTHORITIES, Program
from installer.steps.base import Step
from installer.steps.install_disk import planned_layout
from installer.steps.install_layout import GUESTS, Layout
from installer.steps.install_name import new_name, why_called
from installer.steps.install_network import is_leased, network_findings, new_interfaces, new_resolv_conf
from installer.steps.install_sources import inner_sources, sources
from installer.templates import render

PACKAGES = (
    *("systemd-sysv", "udev", "dbus", "kmod", "procps", "netbase", "iproute2", "iputils-ping", "e2fsprogs"),
    *("ca-certificates", "less", "nano", "cron", "logrotate", "tzdata", "ifupdown", "zstd", "linux-image-amd64"),
    *("keyboard-configuration", "console-setup"),
)
INITRAMFS = {"bookworm": "initramfs-tools", "trixie": "initramfs-tools", "forky": "dracut"}
DHCP = {"bookworm": "isc-dhcp-client", "trixie": "dhcpcd-base", "forky": "dhcpcd-base"}
PYTHON = ("python3", "python3-jinja2", "python3-parted", "python3-pyudev")
"""What xenstrap itself needs, or needs to fetch the rest."""
PYDANTIC = {"bookworm": "python3-venv", "trixie": "python3-pydantic", "forky": "python3-pydantic"}
GRUB = {"bios": ("grub-pc",), "uefi": ("grub-efi-amd64", "efibootmgr", "dosfstools")}
PLACE = "/opt/xenstrap"
CARRIED = ("/etc/pip.conf", AUTHORITIES)
"""How the live system reaches the outside, without which xenstrap could not be set up in the new one."""


class InstallDebianStep(Step):
    """Host name, accounts, network, kernel and GRUB of the new system, and xenstrap on it."""

    name = "debian"
    title = "Its settings, kernel and boot loader"

    def __init__(self, install: Install) -> None:
        self.install = install

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        nic = new_nic(self.install, facts)
        if isinstance(nic, Finding):
            yield nic
        else:
            yield from network_findings(nic, answers, facts)
        if str(facts.program.path).endswith("/usr/bin/xenstrap"):
            yield unfit("The new system gets the xenstrap that you started, and this one is not in a directory of its"
                        " own.", "start it from a checkout, as ./xenstrap")  # fmt: skip

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        nic = new_nic(self.install, facts)
        if isinstance(nic, Nic):
            because = "asked for" if self.install.nic != "auto" else "it carries the live system's default route"
            because += ", and asks for its IPv4 address by DHCP" if is_leased(nic, answers, facts) else ""
            suite, network = self.install.suite, facts.network
            because += why_called(nic, suite, network)
            yield Choice(key="install.nic", value=f"{new_name(nic, suite, network)} ({nic.mac})", because=because)

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        install, layout = self.install, planned_layout(self.install, facts)
        nic = new_nic(install, facts)
        assert isinstance(nic, Nic)
        for name, text in files(answers, layout, nic, facts).items():
            yield NewFile(name=f"{TARGET}{name}", text=text)
        yield Link(name=f"{TARGET}/etc/localtime", target=f"/usr/share/zoneinfo/{install.timezone}")
        yield DebianPackages(name=TARGET, packages=packages(answers, facts.firmware.kind),
                             sources=inner_sources(install, facts))  # fmt: skip
        yield NewImages(name=TARGET, maker=INITRAMFS[install.suite])
        keys = install.ssh_keys
        yield Account(name="root", folder=TARGET, password=install.root_password or "",
                      keys=() if install.user else keys)  # fmt: skip
        if install.user:
            yield Account(name=install.user, folder=TARGET, password=install.user_password or "", keys=keys)
        yield Loader(name=layout.disk.id, mirrors=tuple(disk.id for disk in layout.mirrors), folder=TARGET,
                     firmware=facts.firmware.kind, root=layout.root_uuid)  # fmt: skip
        source = facts.program.path.rpartition("/")[0]
        yield Program(name=PLACE, folder=TARGET, source=source, carried=CARRIED, because="it verifies the new dom0")


def new_nic(install: Install, facts: Facts) -> Nic | Finding:
    """The interface that the new system uses."""
    network = facts.network
    if install.nic == "auto":
        nic = network.nic(network.uplink)
        if nic and nic.kind == "nic":
            return nic
        what = f"{nic.name}, a {nic.kind}" if nic else "nothing"
        return wrong("install.nic", f"The live system's default route goes over {what}.", f"one of: {listed(facts)}")
    for nic in network.nics:
        if nic.kind == "nic" and install.nic in (nic.mac, nic.permanent):
            return nic
    return wrong("install.nic", f"No interface has the MAC address {install.nic}.", f"one of: {listed(facts)}")


def listed(facts: Facts) -> str:
    """The machine's own interfaces, for people."""
    return ", ".join(f"{nic.mac} ({nic.name})" for nic in facts.network.nics if nic.kind == "nic") or "there is none"


def packages(answers: Answers, firmware: str) -> tuple[str, ...]:
    """The packages of a Debian that starts, has a network and lets people in; LVM has a part in the RAM disk."""
    install = answers.install
    more = [INITRAMFS[install.suite], DHCP[install.suite], *GRUB[firmware], *PYTHON, PYDANTIC[install.suite]]
    # Only recommended; without it scripts of a degraded array miss rm, and whoever is thrown into the shell there ls.
    more += ["busybox"] if "initramfs-tools" in more else []
    more += ["locales"] if install.locale != "C.UTF-8" else []
    more += ["openssh-server"] if install.ssh_keys else []
    more += ["sudo"] if install.user else []
    more += ["mdadm"] if install.raid1 else []
    more += ["cryptsetup-initramfs"] if install.passphrase else []
    more += ["lvm2"] if answers.storage.where not in ("directory", "none") else []
    return tuple(sorted({*PACKAGES, *more}))


def files(answers: Answers, layout: Layout, nic: Nic, facts: Facts) -> dict[str, str]:
    """The files of the new system by name."""
    install = answers.install
    uefi, esp = facts.firmware.kind == "uefi", f"{layout.esp_id[:4]}-{layout.esp_id[4:]}"
    called = new_name(nic, install.suite, facts.network)
    written = {
        "/etc/hostname": f"{install.hostname}\n",
        "/etc/hosts": render("debian/hosts", hostname=install.hostname),
        "/etc/fstab": render("debian/fstab", root=layout.root_uuid, esp=esp if uefi else ""),
        "/etc/timezone": f"{install.timezone}\n",
        "/etc/default/locale": f"LANG={install.locale}\n",
        "/etc/default/keyboard": render("debian/keyboard", layout=install.keyboard),
        "/etc/network/interfaces": new_interfaces(called, nic, answers, facts),
        "/etc/systemd/network/10-xenstrap.link": render("debian/nic.link", mac=nic.permanent or nic.mac, called=called),
        "/etc/apt/sources.list": "".join(f"{line}\n" for line in sources(install, facts)),
        "/etc/resolv.conf": new_resolv_conf(answers, facts),
    }
    if install.locale != "C.UTF-8":
        written["/etc/locale.gen"] = f"{install.locale} UTF-8\n"
    if layout.arrays:
        written["/etc/mdadm/mdadm.conf"] = render("debian/mdadm.conf", arrays=layout.arrays)
    if layout.luks:
        written["/etc/crypttab"] = render("debian/crypttab", called=GUESTS, luks=layout.luks)
    if install.suite == "forky":
        written["/etc/dracut.conf.d/xenstrap.conf"] = render("debian/dracut.conf", raid=bool(layout.arrays))
    return written
