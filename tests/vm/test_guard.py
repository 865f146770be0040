"""The network's guard where only a machine can tell: over a VLAN and a bond, and on one that NetworkManager configures.

`tests/vm/run --long -k guard`
"""

import json
import shlex

import pytest

from tests.guard.outcome import SILENT_GATEWAY, STACKED, check_given_back, check_kept, trial_words
from tests.vm.conftest import Boot
from tests.vm.host import ROOT, THERE, Host
from tests.vm.qemu import NIC
from tests.vm.share import project_files
from tests.vm.test_convert import LIVE, WRONG, global_addresses, look_at_a_live_bridge

PYTHON = "/opt/python"
UNHURRIED = "HURRY=5"
"""Emulated, a bond takes more than a second to send again."""
NEEDS = "bridge-utils ifenslave network-manager"
PLAIN = 'storage.where = "none"\nboot.xen = false\npackages.hvm = false\npackages.pvgrub = false\n'


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


def active(host: Host) -> list[str]:
    """The profiles that are up on the interface."""
    said = host.machine.run("nmcli -t -f UUID,DEVICE connection show --active").stdout.splitlines()
    return [line for line in said if line.endswith(f":{NIC}")]
