"""A plan on ever larger machines, and the start of the program: seconds and peak memory, side by side in one run."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from installer.facts import PciDevice
from installer.facts_network import Network, Nic
from installer.facts_storage import Disk
from tests.machines import machine

ROOT = Path(__file__).resolve().parent.parent.parent


def large(factor: float) -> str:
    """Facts of a machine with 1,000 disks, 64 NICs and 4,000 PCI functions, times `factor`, as JSON."""
    disks = tuple(
        Disk(id=f"scsi-{number:08x}", name=f"sd{number}", bytes=1 << 40, sector=512, serial=f"S{number:08}")
        for number in range(int(1000 * factor))
    )
    nics = tuple(
        Nic(name=f"ens{number}", mac=f"52:54:00:ab:{number >> 8:02x}:{number & 255:02x}", kind="nic")
        for number in range(int(64 * factor))
    )
    pci = tuple(
        PciDevice(address=f"{number >> 8:04x}:{number & 255:02x}:00.0", vendor="8086", device="10d3", kind="020000")
        for number in range(int(4000 * factor))
    )
    facts = machine(disks=disks, pci=pci, network=Network(nics=nics))
    return facts.model_dump_json()


def measured(*argv: str) -> tuple[float, float]:
    """Seconds and peak memory in MiB of one process."""
    started = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{argv} failed with {process.returncode}")
    return time.monotonic() - started, usage.ru_maxrss / 1024


def row(name: str, runs: list[tuple[float, float]]) -> None:
    """Print medians."""
    seconds, memory = (statistics.median(column) for column in zip(*runs, strict=True))
    print(f"| {name} | {seconds * 1000:.0f} ms | {memory:.0f} MiB |")


def main(rounds: int = 7) -> None:
    """Measure every command in turn, round by round, so that a slow minute hits all of them alike."""
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder, "answers.toml")
        answers.write_text("")
        xenstrap = (sys.executable, "-m", "installer")
        commands: dict[str, tuple[str, ...]] = {"xenstrap --version": (*xenstrap, "--version")}
        if os.geteuid() == 0:
            commands["xenstrap facts (this machine)"] = (*xenstrap, "facts")
        for factor in (0, 0.25, 0.5, 1):
            file = Path(folder, f"facts-{factor}.json")
            file.write_text(large(factor))
            name = f"plan, {1000 * factor:.0f} disks, {64 * factor:.0f} NICs, {4000 * factor:.0f} PCI functions"
            commands[name] = (*xenstrap, "plan", str(answers), "--facts", str(file))
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, argv in commands.items():
                runs[name].append(measured(*argv))
        print("| what | median | peak memory |\n|---|---|---|")
        for name, measurements in runs.items():
            row(name, measurements)
        print(
            json.dumps({name: [seconds for seconds, _ in measurements] for name, measurements in runs.items()}),
            file=sys.stderr,
        )


if __name__ == "__main__":
    main()
