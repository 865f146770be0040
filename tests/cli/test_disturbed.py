"""A kill -9 at each record of the journal, and a disk that is full from one page on or another: the end is the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MEMORY = Path("/dev/shm")
OWN_MOUNTS = ("unshare", "--mount")


def can_mount() -> bool:
    """Whether a filesystem can be mounted here without anybody else seeing it."""
    return subprocess.run((*OWN_MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt"), check=False).returncode == 0


def disturb(kind: str, *within: str) -> int:
    """Disturb an apply everywhere in one way; in how many places."""
    here = {"PYTHONPATH": str(ROOT)} | ({"TMPDIR": str(MEMORY)} if os.access(MEMORY, os.W_OK) else {})
    argv = [*within, sys.executable, "-m", "tests.cli.disturbed", kind]
    done = subprocess.run(argv, env=os.environ | here, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[0])


def test_an_apply_that_was_killed_anywhere_is_gone_on_from_to_the_same_end() -> None:
    assert disturb("kill") > 100


@pytest.mark.skipif(not can_mount(), reason="needs root and mount namespaces")
def test_an_apply_on_a_full_disk_says_so_and_is_gone_on_from_to_the_same_end() -> None:
    assert disturb("full", *OWN_MOUNTS) > 25


@pytest.mark.skipif(not can_mount(), reason="needs root and mount namespaces")
@pytest.mark.parametrize(("verb", "code"), [("apply", 1), ("status", 0)])
def test_a_read_only_root_is_named_and_can_be_looked_at(tmp_path: Path, verb: str, code: int) -> None:
    (tmp_path / "answers.toml").touch()
    words = f"apply {tmp_path}/answers.toml --yes" if verb == "apply" else verb
    script = f"mount -t tmpfs -o ro none /var/lib && exec {sys.executable} -m installer {words}"
    argv = [*OWN_MOUNTS, "sh", "-c", script]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    if verb == "apply":
        assert done.stderr.startswith("xenstrap: /var/lib/xenstrap/lock cannot be opened: Read-only file system\n  -> ")
        assert "`dmesg` says whether its disk fails" in done.stderr
    else:
        assert done.stdout == "xenstrap has changed nothing on this machine.\n"
