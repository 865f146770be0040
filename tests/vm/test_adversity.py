"""A clock that is two years behind, a disk that is full: `apply` says what it is, and goes on once it is mended.

`tests/vm/run --long -k adversity`
"""

import pytest

from tests.vm.conftest import Boot
from tests.vm.host import ROOT, THERE, Host
from tests.vm.machine import Machine
from tests.vm.share import project_files

ANSWERS = 'storage.where = "none"\n'
FILLER = "/var/filler"
NEEDS_MIB = 90
"""Less than the packages take, more than /boot does."""


@pytest.mark.long
def test_adversity_is_said_and_gone_on_from(boot: Boot) -> None:
    machine = boot("bookworm-bios-ifupdown")
    machine.push(ROOT, THERE, project_files(ROOT))
    host = Host(machine, ANSWERS)
    machine.run(f"cat > /root/answers.toml <<'E'\n{ANSWERS}E")
    host.xenstrap("plan answers.toml")
    two_years_behind(host)
    fill(machine, NEEDS_MIB)
    failing(host, "make room below /var")
    machine.run(f"rm {FILLER}")
    full_to_the_brim(host)
    host.xenstrap("apply answers.toml --yes")
    again = host.events("apply answers.toml --yes")
    assert [event["id"] for event in again if event["event"] == "settled"] == []
    machine.reboot()
    host.wait_until_up()
    (status,) = host.events("status")
    assert (status["trial"], status["verified"], status["pending"]) == ("passed", True, [])
    machine.power_off()


def two_years_behind(host: Host) -> None:
    """apt takes no archive that is from the future, and we say why."""
    machine = host.machine
    machine.run("rm -rf /var/lib/apt/lists/*; cat /proc/uptime > /run/before; date +%s > /run/now; date -s '-2 years'")
    failing(host, "this machine's clock is behind the archive's")
    passed = "$(cut -d. -f1 /proc/uptime) - $(cut -d. -f1 /run/before)"
    machine.run(f"date -s @$(( $(cat /run/now) + {passed} ))")


def full_to_the_brim(host: Host) -> None:
    """Not even the journal can be written: nothing is done, and nothing is lost of what was noted."""
    machine = host.machine
    noted = machine.run("sha256sum /var/lib/xenstrap/journal.jsonl").stdout
    fill(machine, 0)
    host.xenstrap("apply answers.toml --yes", expect=1)
    assert "No space left on device" in machine.run("cat /run/narration").stdout
    assert machine.run("sha256sum /var/lib/xenstrap/journal.jsonl").stdout == noted
    machine.run(f"rm {FILLER} {FILLER}.more")


def fill(machine: Machine, left: int) -> None:
    """Leave so many MiB on the root filesystem, for root as well."""
    free = "$(stat --file-system --format '%f * %S / 1048576' /)"
    machine.run(f"fallocate --length $(( {free} - {left} ))M {FILLER}")
    if not left:
        machine.run(f"cat /dev/zero > {FILLER}.more", check=False)


def failing(host: Host, remedy: str) -> None:
    """`apply` fails, and says what to do; `status` says what was in flight and what is next."""
    host.xenstrap("apply answers.toml --yes", expect=1)
    assert remedy in host.machine.run("cat /run/narration").stdout
    assert "Next: `xenstrap apply` with the same answers goes on from here." in host.xenstrap("status")
