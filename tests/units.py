"""Units of systemd, as systemd itself reads them."""

import subprocess
from collections.abc import Mapping
from pathlib import Path


def verify(folder: Path, units: Mapping[str, str]) -> None:
    """Let systemd-analyze(1) look at units by their names and texts; it has nothing to say of ours."""
    for name, text in units.items():
        (folder / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", *(str(folder / name) for name in units)],
        capture_output=True,
        text=True,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{folder}:/lib/systemd/system", "PATH": "/usr/bin:/bin"},
    )
    assert [line for line in done.stderr.splitlines() if "xenstrap" in line] == []
    assert done.returncode == 0
