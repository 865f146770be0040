"""A kill -9 at each record of the journal, and a disk that is full from each write on: the next apply ends the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MEMORY = Path("/dev/shm")


@pytest.mark.parametrize(("kind", "least"), [("kill", 100), ("full", 80)])
def test_an_apply_that_is_disturbed_anywhere_is_gone_on_from_to_the_same_end(kind: str, least: int) -> None:
    here = {"PYTHONPATH": str(ROOT)} | ({"TMPDIR": str(MEMORY)} if os.access(MEMORY, os.W_OK) else {})
    argv = [sys.executable, "-m", "tests.cli.disturbed", kind]
    done = subprocess.run(argv, env=os.environ | here, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) >= least
