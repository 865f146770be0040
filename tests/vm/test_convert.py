"""A fresh Debian becomes a verified dom0, and a plain Debian again: seen by the test itself, not only by our report."""

import json
import re
from dataclasses import replace

import pytest

from tests.vm.conftest import Boot
from tests.vm.fresh import look_at_a_fresh_debian
from tests.vm.host import ROOT, THERE, Host
from tests.vm.manifest import difference, etc_of, packages_of
from tests.vm.qemu import MAC, NIC, BlankDisk, Hardware
from tests.vm.share import project_files
from tests.vm.two_cuts import cut_twice

PASSED_THROUGH = "8086:10d3"
DATA = BlankDisk("xenstrap-data", 12288, sector=4096)
BYSTANDER = BlankDisk("xenstrap-bystander", 64)
TRIXIES = f'passthrough.devices = ["{PASSED_THROUGH}"]\n'
NO_STORAGE = 'storage.where = "none"\n'
WRONG = 'bridge.ipv4 = "198.51.100.10/24"\nbridge.gateway4 = "198.51.100.1"\n'
LIVE = "bridge.live = true\n"
BOOKWORMS = f'storage.where = "disk"\nstorage.disk = ["{DATA.id}"]\nstorage.erase = ["vg0"]\n' + LIVE
DEADLY = "max,-la57"


@pytest.fixture(
    params=[
        "bookworm-bios-ifupdown",
        "trixie-uefi-networkd",
        # LVM remakes the initial RAM disk, 10,000 forks long, when it comes, when pciback does, and when it goes.
        pytest.param("trixie-uefi-networkd with vg0 behind root", marks=pytest.mark.long),
    ]
)
def host(request: pytest.FixtureRequest, boot: Boot) -> Host:
    """A fresh Debian with a checkout on it, and its answers.

    The trixie has a NIC to give away, an IOMMU, and a processor that kills a dom0, and may have free space behind root;
    the bookworm has a disk with an old volume group that is also called vg0, and one that nobody names.
    """
    image, _, room = request.param.partition(" with ")
    if image.startswith("trixie"):
        machine = boot(image, second_nic=True, iommu=True, disk_mib=24576 if room else 0, cpu=DEADLY)
    else:
        machine = boot(image, disks=(DATA, BYSTANDER))
        machine.run(f"head -c 64M /dev/urandom > /dev/disk/by-id/{BYSTANDER.id}")
        machine.run(f"vgcreate vg0 /dev/disk/by-id/{DATA.id} && lvcreate --yes --name old --size 64M vg0")
        machine.run("echo mine > /dev/vg0/old")
    machine.push(ROOT, THERE, project_files(ROOT))
    return Host(machine, BOOKWORMS if image.startswith("bookworm") else TRIXIES if room else TRIXIES + NO_STORAGE)


def test_a_fresh_debian_becomes_a_verified_dom0_and_a_plain_debian_again(host: Host) -> None:
    machine, name = host.machine, host.machine.image.name
    look_at_a_fresh_debian(machine)
    assert host.xenstrap("--version").startswith("xenstrap ")
    etc, packages, addresses = etc_of(machine), packages_of(machine), global_addresses(host, NIC)
    host.keep_facts(f"{name}-native")
    trixie = name.startswith("trixie")
    untouched = "" if trixie else machine.run(f"sha256sum /dev/disk/by-id/{BYSTANDER.id}").stdout
    if not trixie:
        refuse_to_erase(host)
    wrong = WRONG if machine.hardware.cpu == DEADLY else ""
    machine.run(f"cat > /root/answers.toml <<'E'\n{host.answers}{wrong}E")
    planned = host.events("plan answers.toml")[-1]
    assert planned["errors"] == 0
    if trixie:
        host.events(f"apply answers.toml --yes --plan-hash {planned['hash']}")
        assert not global_addresses(host, "xenbr0"), "the network changed before the restart"
    else:
        cut_twice(host, f"answers.toml --yes --erase {DATA.id}")
        host.events(f"apply answers.toml --yes --erase {DATA.id}")
        look_at_a_live_bridge(host, addresses)
    assert json.loads(host.xenstrap("status --json"))["end"] == "done"
    assert re.search(r"^next_entry=xen-gnulinux-simple-", machine.run("grub-editenv list").stdout, re.MULTILINE)
    assert not starts_xen(host), "Xen is the default before anybody has seen it start"
    if machine.hardware.cpu == DEADLY:
        fail_once(host, addresses)
    else:
        machine.reboot()

    host.wait_until_up()
    look_at_dom0(host, addresses)
    look_at_what_the_trial_left(host)
    report = host.events("verify")
    assert {finding["level"] for finding in report} <= {"ok", "note", "warning"}
    host.keep_facts(f"{name}-dom0")
    if NO_STORAGE not in host.answers:
        look_at_storage(host)
    if trixie:
        assert "0000:00:04.0" in machine.run("cat /sys/bus/pci/drivers/pciback/slots").stdout
        assert "0000:00:04.0" in machine.run("xl pci-assignable-list").stdout

    journal = machine.run("wc -l < /var/lib/xenstrap/journal.jsonl").stdout
    host.xenstrap("apply answers.toml --yes")
    assert machine.run("wc -l < /var/lib/xenstrap/journal.jsonl").stdout == journal

    host.xenstrap("rollback --yes")
    machine.reboot()
    assert machine.run("test -e /sys/hypervisor/type", check=False).rc == 1
    assert global_addresses(host, NIC) == addresses
    assert difference(etc, etc_of(machine)) == []
    assert packages_of(machine) == packages
    if not trixie:
        assert machine.run(f"sha256sum /dev/disk/by-id/{BYSTANDER.id}").stdout == untouched
    machine.power_off()


def refuse_to_erase(host: Host) -> None:
    """Neither an old volume group that nobody gave up nor a disk that was named only once is touched."""
    not_given_up = BOOKWORMS.replace('storage.erase = ["vg0"]\n', "")
    host.machine.run(f"cat > /root/answers.toml <<'E'\n{not_given_up}E")
    assert "holds the volume group vg0 (old)" in host.xenstrap("plan answers.toml", expect=2)
    host.machine.run(f"cat > /root/answers.toml <<'E'\n{BOOKWORMS}E")
    host.xenstrap("apply answers.toml --yes", expect=2)
    assert host.machine.run("head -c 4 /dev/vg0/old").stdout == "mine"


def fail_once(host: Host, addresses: set[str]) -> None:
    """Xen kills a dom0 that uses SMAP here: plain Linux comes back, says so, and tries again on another processor.

    The bridge has a wrong address at first, and plain Linux gives the former network back too: 75 s of grace, and
    one more apply.
    """
    machine = host.machine
    machine.line.type("systemctl reboot")
    machine.reboot_wait()
    machine.reboot_wait(expect=r"rebooting machine in|Reboot in five seconds", failures=())
    machine.login()
    host.wait_until_up()
    assert machine.run("test -e /sys/hypervisor/type", check=False).rc == 1
    assert global_addresses(host, NIC) == addresses
    assert machine.run("ip link show xenbr0", check=False).rc == 1
    assert machine.run("ls /etc/systemd/network").stdout.split() == [f"10-{NIC}.network"]
    machine.run("ping -c 1 -W 10 10.0.2.2")
    status = host.xenstrap("status", expect=6)
    assert "Xen or dom0 crashed or hung before it could say why" in status
    assert "the former network was given back: the gateway 198.51.100.1 on xenbr0 does not answer" in status
    assert "the bridge did not work" in machine.run("cat /etc/issue.d/xenstrap.issue", check=False).stdout
    assert "the trial of Xen failed" in machine.run("run-parts --lsbsysinit /etc/update-motd.d").stdout
    assert "the trial of Xen failed" in machine.run("cat /etc/issue.d/xenstrap.issue", check=False).stdout
    assert host.events("plan answers.toml")[-1]["pending"] == 0
    host.xenstrap("trial")
    assert "xenstrap:" not in machine.run("cat /etc/issue.d/xenstrap.issue", check=False).stdout
    machine.run(f"cat > /root/answers.toml <<'E'\n{host.answers}{LIVE}E")
    host.xenstrap("apply answers.toml --yes")
    look_at_a_live_bridge(host, addresses)
    machine.power_off()
    machine.hardware = replace(machine.hardware, cpu=Hardware.cpu)
    machine.start()
    machine.login()


def look_at_a_live_bridge(host: Host, addresses: set[str]) -> None:
    """The bridge was made before the restart, and its guard has gone."""
    assert global_addresses(host, "xenbr0") == addresses
    assert not global_addresses(host, NIC)
    host.machine.run("ping -c 1 -W 10 10.0.2.2")
    assert host.machine.run("ls /etc/systemd/system | grep xenstrap-network", check=False).stdout == ""


def look_at_what_the_trial_left(host: Host) -> None:
    """Xen as the default, a word at the login and room for one before it, and nothing else."""
    assert starts_xen(host)
    assert "next_entry" not in host.machine.run("grub-editenv list").stdout
    assert host.machine.run("grep -c panic= /boot/grub/grub.cfg", check=False).stdout.strip() == "0"
    left = "find /etc -name 'xenstrap-*.service' -o -name '*xenstrap*trial*'; cat /etc/issue.d/xenstrap.issue"
    assert host.machine.run(f"{{ {left}; }} 2>/dev/null", check=False).stdout == ""
    assert "xenstrap: verified dom0, 20" in host.machine.run("run-parts --lsbsysinit /etc/update-motd.d").stdout
    (status,) = host.events("status")
    assert (status["trial"], status["verified"], status["pending"]) == ("passed", True, [])


def starts_xen(host: Host) -> bool:
    """Whether the lasting default, the last one that the menu sets, is Xen's entry."""
    lines = host.machine.run("grep 'set default=' /boot/grub/grub.cfg").stdout.splitlines()
    return bool(re.search(r'"xen-gnulinux-simple-[0-9a-f-]+"$', lines[-1].strip()))


def look_at_dom0(host: Host, addresses: set[str]) -> None:
    """What the test itself reads in the new dom0."""
    machine = host.machine
    told = dict(re.findall(r"^(\w+)\s*: (.*)$", machine.run("xl info").stdout, re.MULTILINE))
    assert told["xen_version"].startswith("4.")
    assert "dom0_mem=1280M,max:1280M" in told["xen_commandline"]
    assert "dom0_max_vcpus=2" in told["xen_commandline"]
    assert re.search(r"com1=115200,8n1\S* .*console=com1", told["xen_commandline"])
    assert {"pv", "hvm", "hap"} <= set(told["virt_caps"].split())
    assert re.search(r"^Domain-0\s+0\s+1280\s+2\s+r", machine.run("xl list").stdout, re.MULTILINE)
    line = machine.run("cat /proc/cmdline").stdout
    assert line.startswith("placeholder ")
    assert "console=hvc0" in line
    assert "console=ttyS" not in line
    assert global_addresses(host, "xenbr0") == addresses
    assert global_addresses(host, NIC) == set()
    links = {link["ifname"]: link for link in host.json("ip -j -d link")}
    assert links["xenbr0"]["address"] == MAC
    assert links[NIC]["master"] == "xenbr0"
    assert re.search(rf"{NIC}.*master xenbr0 state forwarding", machine.run("bridge link").stdout)
    assert [route["dev"] for route in host.json("ip -j route show default")] == ["xenbr0"]
    machine.run("ping -c 1 -W 10 10.0.2.2")
    assert "hvc0" in machine.run("cat /sys/class/tty/console/active").stdout
    menu = machine.run("grep -E '^(menuentry|submenu)' /boot/grub/grub.cfg").stdout
    assert re.search(r"^menuentry 'Debian GNU/Linux' ", menu, re.MULTILINE), "plain Linux is gone from the menu"
    assert machine.run("systemctl is-active xen xendomains").stdout.split() == ["active", "active"]
    assert machine.run("xenstore-read /local/domain/0/name").stdout.strip() == "Domain-0"
    assert machine.run("grep -E '^(autoballoon|vif.default.bridge)' /etc/xen/xl.conf").stdout.splitlines() == [
        'autoballoon="off"',
        'vif.default.bridge="xenbr0"',
    ]


def look_at_storage(host: Host, least: int = 12000, *, part_of_debian: bool = False) -> None:
    """What the test itself reads of vg0 and of dom0's swap; what guests have there stays.

    Below what is mirrored or encrypted, vg0 came with the new Debian, and a rollback in there does not ask for it.
    """
    machine = host.machine
    told = json.loads(machine.run("vgs --reportformat json --units m --nosuffix -o vg_name,vg_size,vg_free").stdout)
    (group,) = told["report"][0]["vg"]
    assert group["vg_name"] == "vg0"
    assert float(group["vg_size"]) - float(group["vg_free"]) == 1280
    assert float(group["vg_size"]) > least
    label, size = machine.run("swapon --show=LABEL,SIZE --noheadings --bytes").stdout.split()
    assert (label, -(-int(size) >> 20)) == ("dom0-swap", 1280)
    assert machine.run("grep -v '^#' /etc/fstab").stdout.splitlines()[-1] == "LABEL=dom0-swap none swap sw 0 0"
    machine.run("lvcreate --yes --name guest --size 64M vg0")
    told = host.xenstrap("rollback")
    assert ("volume group vg0" not in told) if part_of_debian else ("volume group vg0 holds guest" in told)
    machine.run("lvremove --yes vg0/guest")


def global_addresses(host: Host, interface: str) -> set[str]:
    """IPv4 addresses of an interface; none where there is no such interface."""
    found = host.machine.run(f"ip -j -4 addr show dev {interface} scope global", check=False)
    if found.rc:
        return set()
    entries = json.loads(found.stdout)
    return {f"{each['local']}/{each['prefixlen']}" for entry in entries if entry for each in entry["addr_info"]}
