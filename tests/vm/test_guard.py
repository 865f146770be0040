"""The network's guard where only a machine can tell: over a VLAN and a bond, and on one that NetworkManager configures.

`tests/vm/run --long -k guard`
"""

import json
import shlex
from urllib.parse import urlsplit

import pytest

from tests.guard.outcome import SILENT_GATEWAY, STACKED, check_given_back, check_kept, trial_words
from tests.vm.conftest import Boot
from tests.vm.host import ROOT, THERE, Host
from tests.vm.machine import Machine
from tests.vm.mirror import host_mirror
from tests.vm.qemu import MAC, NIC
from tests.vm.screen import Screen
from tests.vm.share import project_files
from tests.vm.test_convert import LIVE, WRONG, global_addresses, look_at_a_live_bridge

PYTHON = "/opt/python"
UNHURRIED = "HURRY=5"
"""Emulated, a bond takes more than a second to send again."""
NEEDS = "bridge-utils ifenslave network-manager"
PLAIN = 'storage.where = "none"\nboot.xen = false\npackages.hvm = false\npackages.pvgrub = false\n'
INTERFACES = "/etc/network/interfaces"
ALONE = f"auto lo\niface lo inet loopback\n\nauto {NIC}\niface {NIC} inet static\n    address 10.0.2.15/24\n"


@pytest.mark.long
def test_a_bridge_over_a_vlan_or_a_bond_is_guarded(boot: Boot) -> None:
    """In namespaces of a machine whose kernel has both; its own network is not touched."""
    machine = boot("bookworm-bios-ifupdown")
    machine.push(ROOT, THERE, project_files(ROOT))
    Host(machine, PLAIN).xenstrap("--version")
    machine.run("systemctl mask NetworkManager.service")  # its package would start it
    machine.run(f"apt-get update && apt-get install -y --no-install-recommends {NEEDS}", timeout=1800)
    machine.run(f"cp -r /var/lib/xenstrap/python3.11 {PYTHON}")  # out of the way of an empty place
    for when, kind in STACKED:
        for case in ("wrong VLAN", "good"):
            argv = shlex.join(trial_words([f"{PYTHON}/bin/python"], case, when, kind))
            ended = machine.run(f"cd {THERE} && {UNHURRIED} {argv} 2>&1", timeout=600, check=False)
            assert ended.rc == 0, f"{case}, {when}, {kind}:\n{ended.stdout[-4000:]}"
            found = json.loads(ended.stdout.splitlines()[-1])
            print(case, when, kind, found)
            if case == "good":
                check_kept(found)
            else:
                check_given_back(found, SILENT_GATEWAY)
    machine.power_off()


@pytest.mark.long
def test_networkmanager_has_its_network_again_after_a_start_with_a_bad_bridge(boot: Boot) -> None:
    machine = boot("forky-uefi-nm")
    machine.push(ROOT, THERE, project_files(ROOT))
    host = Host(machine, PLAIN)
    addresses, profile = global_addresses(host, NIC), active(host)
    machine.run(f"cat > /root/answers.toml <<'E'\n{PLAIN}{WRONG}E")
    host.xenstrap("apply answers.toml --yes")
    assert global_addresses(host, NIC) == addresses, "the network changed before the restart"
    machine.reboot()
    host.wait_until_up()
    assert global_addresses(host, NIC) == addresses
    assert machine.run("ip link show xenbr0", check=False).rc == 1
    assert active(host) == profile
    machine.run("ping -c 1 -W 10 10.0.2.2")
    told = "the former network was given back: the gateway 198.51.100.1 on xenbr0 does not answer"
    assert told in host.xenstrap("status")
    machine.run(f"cat > /root/answers.toml <<'E'\n{PLAIN}{LIVE}E")
    host.xenstrap("apply answers.toml --yes")
    look_at_a_live_bridge(host, addresses)
    machine.reboot()
    host.wait_until_up()
    look_at_a_live_bridge(host, addresses)
    host.xenstrap("rollback --yes")
    machine.reboot()
    assert global_addresses(host, NIC) == addresses
    assert active(host) == profile
    machine.power_off()


@pytest.mark.long
def test_a_bridge_that_nothing_can_prove_is_asked_about_after_the_start(boot: Boot) -> None:
    """Its network has neither a gateway nor names; packages come over routes that lead to no gateway of it."""
    machine = boot("bookworm-bios-ifupdown")
    machine.push(ROOT, THERE, project_files(ROOT))
    host = Host(machine, PLAIN)
    machine.run(f"cat > /root/answers.toml <<'E'\n{PLAIN}bridge.nic = \"{MAC}\"\nE")
    alone(machine)
    addresses = global_addresses(host, NIC)
    said = (
        "could prove the bridge: unless name servers are reached over it alone, somebody has to say after the restart"
    )
    assert said in host.xenstrap("plan answers.toml")
    host.xenstrap("apply answers.toml --yes")

    machine.line.type("systemctl reboot")
    machine.reboot_wait(expect="xenstrap: the bridge xenbr0 waits 5 minutes for")
    machine.login()
    assert global_addresses(host, "xenbr0") == addresses
    assert "Now the bridge xenbr0 waits 5 minutes" in host.xenstrap("status")
    host.wait_until_up()
    assert global_addresses(host, NIC) == addresses
    assert machine.run("ip link show xenbr0", check=False).rc == 1
    assert "the former network was given back" in host.xenstrap("status")

    host.xenstrap("network --again")
    machine.reboot()
    screen = Screen(machine.line)
    machine.line.type(f"{THERE}/xenstrap")
    screen.press("", "The new bridge waits for your word", "Keep the bridge")
    screen.press("2", "the bridge xenbr0 is up", "xenbr0 has the address", "2 Look again")
    machine.line.send("1")
    assert machine.run("echo back").stdout == "back\n"
    host.wait_until_up()
    assert global_addresses(host, "xenbr0") == addresses
    assert "waits" not in host.xenstrap("status")
    machine.reboot()
    host.wait_until_up()
    assert global_addresses(host, "xenbr0") == addresses
    machine.power_off()


def alone(machine: Machine) -> None:
    """A static address, no gateway and no resolver; the archive is reached by its address all the same."""
    archive = host_mirror()
    for uri in filter(None, (archive.archive, archive.security)):
        name = str(urlsplit(uri).hostname)
        machine.run(f"set -o pipefail; getent ahostsv4 {name} | sed -n 's/ .*STREAM.*/ {name}/p' >> /etc/hosts")
    machine.run(f"ifdown {NIC}; : > /etc/resolv.conf; cat > {INTERFACES} <<'E'\n{ALONE}E\nifup {NIC}")
    machine.run("ip route add 0.0.0.0/1 via 10.0.2.2 && ip route add 128.0.0.0/1 via 10.0.2.2")


def active(host: Host) -> list[str]:
    """The profiles that are up on the interface."""
    said = host.machine.run("nmcli -t -f UUID,DEVICE connection show --active").stdout.splitlines()
    return [line for line in said if line.endswith(f":{NIC}")]
