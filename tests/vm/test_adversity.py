"""A clock two years behind, full disks, failing and vanishing ones: `apply` says what it is, and goes on when mended.

`tests/vm/run --long -k adversity`
"""

import pytest

from tests.vm.conftest import Boot
from tests.vm.host import ROOT, THERE, Host
from tests.vm.machine import Machine
from tests.vm.share import project_files

ANSWERS = 'storage.where = "none"\n'
DATES = "/etc/apt/apt.conf.d/zz-dates"
FILLER = "/var/filler"
STATE = "/var/lib/xenstrap"
JOURNAL = f"{STATE}/journal.jsonl"
DISK = "ID_MODEL=scsi_debug"
ON_IT = f'storage.where = "disk"\nstorage.disk = ["{DISK}"]\n'
PULLED = 'hooks.on_progress = ["/root/pull"]\n'
PULL = """\
#!/bin/sh
# The disk goes when the first change on it is about to be made.
[ "$XENSTRAP_STEP" = storage ] || exit 0
for each in /sys/block/sd*; do
    if grep -q scsi_debug "$each/device/model"; then echo 1 > "$each/device/delete"; fi
done
"""
NEEDS_MIB = 90
"""Less than the packages take, more than /boot does."""


@pytest.mark.long
def test_adversity_is_said_and_gone_on_from(boot: Boot) -> None:
    machine = boot("bookworm-bios-ifupdown")
    machine.push(ROOT, THERE, project_files(ROOT))
    host = Host(machine, ANSWERS)
    answer(host, ANSWERS)
    host.xenstrap("plan answers.toml")
    machine.run("tune2fs -m 0 $(findmnt --noheadings --output SOURCE /)")  # what is free is free for anybody
    two_years_behind(host)
    fill(machine, NEEDS_MIB)
    failing(host, "make room below /var")
    machine.run(f"rm {FILLER}")
    full_to_the_brim(host)
    unreadable(host)
    pulled_out(host)
    host.xenstrap("apply answers.toml --yes")
    again = host.events("apply answers.toml --yes")
    assert [event["id"] for event in again if event["event"] == "settled"] == []
    machine.reboot()
    host.wait_until_up()
    (status,) = host.events("status")
    assert (status["trial"], status["verified"], status["pending"]) == ("passed", True, [])
    machine.power_off()


def two_years_behind(host: Host) -> None:
    """apt takes no archive that is from the future, and we say why; a test host's own apt may have been told to."""
    machine = host.machine
    machine.run(f"echo 'Acquire::Check-Date \"true\";' > {DATES}")
    machine.run("rm -rf /var/lib/apt/lists/*; cat /proc/uptime > /run/before; date +%s > /run/now; date -s '-2 years'")
    failing(host, "this machine's clock is behind the archive's")
    passed = "$(cut -d. -f1 /proc/uptime) - $(cut -d. -f1 /run/before)"
    machine.run(f"rm {DATES}; date -s @$(( $(cat /run/now) + {passed} ))")


def full_to_the_brim(host: Host) -> None:
    """No room for anything is seen before; where the journal alone cannot be written, nothing goes on.

    Nothing is lost of what was noted either way; the last page that the journal has may take a record or two.
    """
    machine = host.machine
    noted = machine.run(f"sha256sum {JOURNAL}").stdout
    fill(machine, 0)
    assert "ERROR: /boot has 0 MiB free" in host.xenstrap("apply answers.toml --yes", expect=3)
    assert machine.run(f"sha256sum {JOURNAL}").stdout == noted
    machine.run(f"rm {FILLER} {FILLER}.more")
    size = f"$(( $(du --summarize --block-size=1M {STATE} | cut -f 1) + 16 ))m"
    machine.run(f"mount -t tmpfs -o size={size} full /mnt && cp -a {STATE}/. /mnt && mount --bind /mnt {STATE}")
    length = int(machine.run(f"stat --format %s {JOURNAL}").stdout)
    machine.run(f"cat /dev/zero > {STATE}/filler", check=False)
    host.xenstrap("apply answers.toml --yes", expect=1)
    assert "No space left on device" in machine.run("cat /run/narration").stdout
    assert machine.run(f"head --bytes {length} {JOURNAL} | sha256sum").stdout.split()[0] == noted.split()[0]
    machine.run(f"rm {STATE}/filler && umount {STATE} && cp -a /mnt/. {STATE} && umount /mnt")


def unreadable(host: Host) -> None:
    """A disk that cannot be read where its partition begins."""
    attach(host.machine, "opts=2 medium_error_start=2048 medium_error_count=8")
    failing(host, "cannot be cleared from byte 1048576 on", f"--erase {DISK}", ON_IT)


def pulled_out(host: Host) -> None:
    """A disk that is gone before it is written to."""
    attach(host.machine, "")
    host.machine.run(f"cat > /root/pull <<'E'\n{PULL}E\nchmod +x /root/pull")
    failing(host, "is not there", f"--erase {DISK}", ON_IT + PULLED)
    host.machine.run("modprobe --remove scsi_debug")
    answer(host, ANSWERS)


def attach(machine: Machine, words: str) -> None:
    """A SCSI disk of 2.1 GiB in the machine's memory (modinfo scsi_debug)."""
    machine.run(f"modprobe --remove scsi_debug; modprobe scsi_debug dev_size_mb=2150 {words} && udevadm settle")


def answer(host: Host, text: str) -> None:
    """Write the answers down."""
    host.machine.run(f"cat > /root/answers.toml <<'E'\n{text}E")


def fill(machine: Machine, left: int) -> None:
    """Leave so many MiB on the root filesystem, for root as well."""
    free = "$(stat --file-system --format '%a * %S / 1048576' /)"
    machine.run(f"fallocate --length $(( {free} - {left or 8} ))M {FILLER}")
    if not left:
        machine.run(f"cat /dev/zero > {FILLER}.more", check=False)


def failing(host: Host, remedy: str, words: str = "", answers: str = ANSWERS) -> None:
    """`apply` fails, and says what to do; `status` says what was in flight and what is next."""
    answer(host, answers)
    host.xenstrap(f"apply answers.toml --yes {words}", expect=1)
    assert remedy in host.machine.run("cat /run/narration").stdout
    assert "Next: `xenstrap apply` with the same answers goes on from here." in host.xenstrap("status")
