"""A part of Debian's archive in a directory, with Debian's own signature: a medium for an installation off line."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from .mirror import DEB, host_mirror

BASE = ("?essential", "?priority(required)", "apt")
"""What mmdebstrap installs as a minimal Debian (mmdebstrap(1), minbase)."""
APT_CONF = """\
Dir::State "{work}/state";
Dir::State::status "{work}/status";
Dir::Cache "{work}/cache";
Dir::Etc::SourceList "{work}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
"""
URI = re.compile(r"^'(\S+)' (\S+) ", re.MULTILINE)


def make_medium(place: Path, suite: str, names: Iterable[str]) -> None:
    """Fetch packages, and what they and a minimal Debian need, from this host's mirror, and lay them out as it does."""
    archive = host_mirror().archive
    with apart(suite) as work:
        wanted = ("apt-get", "-y", "install", *BASE, *names)
        uris = URI.findall(apt(work, *wanted, "--print-uris"))
        apt(work, *wanted, "--download-only")
        for uri, name in uris:
            file = place / unquote(uri.removeprefix(f"{archive}/"))
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(work / "cache" / "archives" / name, file)
        dist, index = f"dists/{suite}", "main/binary-amd64/Packages.xz"
        (place / dist / index).parent.mkdir(parents=True)
        [signed] = (work / "state" / "lists").glob("*_InRelease")
        shutil.copy(signed, place / dist / "InRelease")
        apt(work, "/usr/lib/apt/apt-helper", "download-file", f"{archive}/{dist}/{index}", str(place / dist / index))
    # apt's own user has to be able to read all of it.
    subprocess.run(["chmod", "-R", "a+rX", place], check=True)


@contextmanager
def apart(suite: str, component: str = "main") -> Iterator[Path]:
    """An apt of its own that knows one component of a suite: its directory."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("state/lists/partial", "cache/archives/partial"):
            (work / name).mkdir(parents=True)
        (work / "status").touch()
        (work / "apt.conf").write_text(APT_CONF.format(work=work))
        (work / "sources.list").write_text(f"{DEB} {host_mirror().archive} {suite} {component}\n")
        apt(work, "apt-get", "update")
        yield work


def apt(work: Path, *argv: str) -> str:
    """A command of apt's with sources, lists and a status of its own."""
    env = {**os.environ, "APT_CONFIG": str(work / "apt.conf"), "LC_ALL": "C.UTF-8"}
    return subprocess.run(argv, check=True, text=True, env=env, cwd=work, stdout=subprocess.PIPE).stdout
