"""A real Debian from a part of the archive on a medium, in namespaces of its own that have no network."""

import subprocess
import sys
from pathlib import Path

from tests.vm.host import ROOT
from tests.vm.medium import make_medium
from tests.vm.off_line import FIRST, SECOND

MIB = 1 << 20


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
