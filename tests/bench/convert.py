"""`apply` beside the shortest shell script that reaches the same dom0, and beside apt alone with its recommends.

Each runs on a fresh copy of the same machine, in turn, round by round; seconds are the guest's own.
"""

import argparse
import re
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.vm.image import Image, base_image
from tests.vm.machine import Machine
from tests.vm.qemu import MAC, NIC, Hardware
from tests.vm.share import project_files

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = "xen-system-amd64 qemu-system-xen grub-xen-host bridge-utils"
SCRIPT = f"""
set -e
export DEBIAN_FRONTEND=noninteractive
mkdir -p /etc/default/grub.d
cat > /etc/default/grub.d/50-local.cfg <<'E'
XEN_OVERRIDE_GRUB_DEFAULT=0
GRUB_CMDLINE_XEN="dom0_mem=1280M,max:1280M dom0_max_vcpus=2 com1=115200,8n1 console=com1,vga"
GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT="console=tty0 console=hvc0"
E
apt-get -qq update
apt-get -qq -y --no-install-recommends install {PACKAGES}
sed -i 's/^#autoballoon=.*/autoballoon="off"/' /etc/xen/xl.conf
sed -i '/{NIC}/d' /etc/network/interfaces
cat > /etc/network/interfaces.d/xenbr0 <<'E'
iface {NIC} inet manual
auto xenbr0
iface xenbr0 inet dhcp
    bridge_ports {NIC}
    bridge_hw {MAC}
    bridge_stp off
    bridge_fd 0
E
echo "GRUB_DEFAULT=xen-gnulinux-simple-$(findmnt -no UUID /)" > /etc/default/grub.d/60-local.cfg
update-grub
"""
PLAIN = "export DEBIAN_FRONTEND=noninteractive; apt-get -qq update; apt-get -y install xen-system-amd64"
WAYS = {
    "xenstrap apply": "/opt/xenstrap/xenstrap apply /dev/null --yes",
    "shell script": SCRIPT,
    "apt-get install xen-system-amd64": PLAIN,
}


@contextmanager
def prepared(image: Image) -> Iterator[Image]:
    """The machine with Python and a checkout on it, powered off: what every way starts from.

    Xen's own packages would bring Python too, so that no way shall have it earlier than the others.
    """
    with tempfile.TemporaryDirectory() as folder, Machine(image, Path(folder), Hardware(image.firmware)) as machine:
        machine.login()
        machine.push(ROOT, "/opt/xenstrap", project_files(ROOT))
        machine.run("/opt/xenstrap/xenstrap --version", timeout=1200)
        machine.run("apt-get clean; echo 'APT::Keep-Downloaded-Packages \"1\";' > /etc/apt/apt.conf.d/keep")
        machine.power_off()
        yield replace(image, disk=Path(folder) / "disk.qcow2", disk_format="qcow2")


def measured(image: Image, way: str) -> tuple[float, int, float, float]:
    """Seconds, packages added, MB fetched and MB of disk of one way on a fresh copy."""
    with tempfile.TemporaryDirectory() as folder, Machine(image, Path(folder), Hardware(image.firmware)) as machine:
        machine.login()
        machine.run("systemctl is-system-running --wait", check=False)
        packages, disk = counted(machine)
        machine.run(f"cat > /root/way <<'END'\n{WAYS[way]}\nEND")
        clock = machine.run("TIMEFORMAT=%R; time bash /root/way >/root/said 2>&1", timeout=3600).stdout
        fetched = machine.run("du -cb /var/cache/apt/archives/*.deb | tail -n 1").stdout.split()[0]
        packages_after, disk_after = counted(machine)
        seconds = float(re.findall(r"[0-9.]+", clock)[-1])
        return seconds, packages_after - packages, int(fetched) / 1e6, disk_after - disk


def counted(machine: Machine) -> tuple[int, float]:
    """Packages installed, and the MB that they say they take."""
    listed = "dpkg-query -W -f '${db:Status-Abbrev} ${Installed-Size}\\n' | sed -n 's/^ii *//p'"
    sizes = machine.run(listed).stdout.split()
    return len(sizes), sum(map(int, sizes)) * 1024 / 1e6


def main() -> None:
    """Measure every way in turn and print medians and ratios."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--image", default="bookworm-bios-ifupdown")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    runs: dict[str, list[tuple[float, int, float, float]]] = {way: [] for way in WAYS}
    with prepared(base_image(options.image)) as image:
        for number in range(options.rounds):
            for way in WAYS:
                runs[way].append(measured(image, way))
                seconds, packages, fetched, disk = runs[way][-1]
                said = f"{seconds:.1f} s, {packages} packages, {fetched:.1f} MB fetched, {disk:.0f} MB on disk"
                print(f"round {number + 1}: {way}: {said}", flush=True)
    print("| way | seconds (median) | packages | MB to fetch | MB on disk |\n|---|---|---|---|---|")
    for way, rows in runs.items():
        _, packages, fetched, disk = rows[0]
        print(f"| {way} | {statistics.median(row[0] for row in rows):.0f} | {packages} | {fetched:.1f} | {disk:.0f} |")
    ours, script, plain = ([row[0] for row in runs[way]] for way in WAYS)
    for name, theirs in (("shell script", script), ("plain apt-get", plain)):
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        print(f"xenstrap / {name}, pair by pair: {ratio:.3f}")


if __name__ == "__main__":
    main()
