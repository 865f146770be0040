"""A real Debian from a part of the archive on a medium, without a network.

In namespaces of its own: what is damaged is refused, and the base and packages are installed. On a machine, which takes
half an hour and runs only when asked for (`tests/vm/run --long -k medium`): all of it, up to the verified dom0.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from installer.answer_file import parse_answers
from installer.facts import Facts
from installer.host import NoHost
from installer.newroot import draw, wanted
from tests.vm.conftest import Boot
from tests.vm.host import LONG, ROOT, THERE, Host
from tests.vm.image import Image
from tests.vm.machine import Machine
from tests.vm.medium import make_medium
from tests.vm.mirror import host_mirror
from tests.vm.off_line import FIRST, PLACE, SECOND
from tests.vm.qemu import BlankDisk, Hardware
from tests.vm.share import project_files
from tests.vm.test_blank import ANSWERS, NEW, SMALLER, answer, closed

MIB = 1 << 20
MEDIUM = BlankDisk("xenstrap-medium", 1024)
TOOLS = "mmdebstrap debian-archive-keyring lvm2"


def test_a_debian_is_made_from_a_medium_without_the_network(tmp_path: Path) -> None:
    make_medium(tmp_path / "medium", "bookworm", (FIRST, SECOND))
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(512 * MIB)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-d", tmp_path / "medium", image], check=True)
    apart = ["unshare", "--mount", "--propagation", "private", "--net"]
    done = subprocess.run([*apart, sys.executable, "-m", "tests.vm.off_line", image], cwd=ROOT, check=False,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    assert done.stdout.endswith("all of it\n")


@pytest.mark.long
def test_a_dom0_is_made_from_a_medium_without_the_network(boot: Boot, machine_directory: Path, tmp_path: Path) -> None:
    live = boot("bookworm-bios-ifupdown-live", serial="xenstrap-live", disks=(NEW, MEDIUM))
    live.push(ROOT, THERE, project_files(ROOT))
    live.run(f"cat > /root/small <<'E'\n{SMALLER}E\nchmod +x /root/small")
    secret = live.run("getent shadow root | cut -d: -f2").stdout.strip()
    host = Host(live, ANSWERS.replace("SUITE", "bookworm") + f'disk = ["{NEW.id}"]\nroot_password = "{secret}"\n')
    # While there is a network: what the live system lacks, and what the medium has to have.
    live.run(f"apt-get -qq update; apt-get -qq -y --no-install-recommends install {TOOLS}", timeout=LONG)
    facts = Facts.model_validate_json(host.xenstrap("facts"))
    plan = draw(parse_answers(host.answers, "answers.toml").answers, facts, NoHost(), None)
    assert plan.errors == []
    make_medium(tmp_path / "medium", "bookworm", wanted(plan))
    disk = f"/dev/disk/by-id/{MEDIUM.id}"
    live.run(f"mkfs.ext4 -q {disk} && mkdir -p {PLACE} && mount {disk} {PLACE}")
    live.push(tmp_path / "medium", str(PLACE))
    live.run(f"mount -o remount,ro {PLACE}")

    live.qmp.execute("set_link", name="net0", up=False)
    answer(host, host.answers + f'mirror = "{PLACE}"\n')
    host.xenstrap(f"apply answers.toml --yes --erase {NEW.id}")
    closed(host)
    live.power_off()
    kept = machine_directory / "installed"
    kept.hardlink_to(machine_directory / NEW.serial)
    with Machine(Image("installed", "bios", kept), machine_directory / "again", Hardware("bios")) as machine:
        machine.login(LONG)
        new = Host(machine, host.answers)
        new.wait_until_up()
        assert {finding["level"] for finding in new.events("verify")} <= {"ok", "note", "warning"}
        sources = machine.run("cat /etc/apt/sources.list /etc/apt/sources.list.d/*", check=False).stdout
        assert f"{host_mirror().archive} bookworm main" in sources
        assert str(PLACE) not in sources
        machine.run("apt-get -qq update", timeout=LONG)
        machine.power_off()
    kept.unlink()
