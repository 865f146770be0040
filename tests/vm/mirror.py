"""Where this host gets Debian from: guests use the same mirror, with the same trust."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

APT = Path("/etc/apt")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
DEB = f"deb [signed-by={KEYRING}]"
# Archives frozen in time fail these checks, and a host that lives with one has switched them off.
VALIDITY_OPTIONS = ("Acquire::Check-Valid-Until", "Acquire::Check-Date")


@dataclass(frozen=True)
class Mirror:
    """A Debian archive, its security archive where there is one, and apt's options for both."""

    archive: str
    security: str | None
    options: tuple[str, ...] = ()

    def sources(self, suite: str) -> str:
        """Write the sources.list of a machine of this suite."""
        lines = [f"{DEB} {self.archive} {suite} main", f"{DEB} {self.archive} {suite}-updates main"]
        if self.security:
            lines.insert(1, f"{DEB} {self.security} {suite}-security main")
        return "\n".join(lines) + "\n"


def host_mirror() -> Mirror:
    """Find the mirror in XENSTRAP_VM_MIRROR or in the host's own apt sources."""
    options = tuple(_validity_options())
    if chosen := os.environ.get("XENSTRAP_VM_MIRROR"):
        return Mirror(chosen.rstrip("/"), _security_beside(chosen), options)
    found = list(_entries())
    archives = [uri for uri, suite in found if _is_archive(uri) and not suite.endswith("-security")]
    if not archives:
        raise LookupError(f"no Debian archive in {APT}/sources.list*; set XENSTRAP_VM_MIRROR")
    security = [uri for uri, suite in found if suite.endswith("-security")]
    return Mirror(archives[0], security[0] if security else None, options)


def _is_archive(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme in {"http", "https"} and parts.path.rstrip("/").rpartition("/")[2] == "debian"


def _security_beside(archive: str) -> str:
    parts = urlsplit(archive.rstrip("/"))
    return urlunsplit(parts._replace(path=parts.path.rpartition("/")[0] + "/debian-security"))


def _entries() -> Iterator[tuple[str, str]]:
    """Yield each (URI, suite) of binary packages that the host's apt knows."""
    for path in [APT / "sources.list", *sorted((APT / "sources.list.d").glob("*.list"))]:
        if path.is_file():
            yield from _one_line_entries(path.read_text())
    for path in sorted((APT / "sources.list.d").glob("*.sources")):
        yield from _deb822_entries(path.read_text())


def _one_line_entries(text: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)", text, re.MULTILINE):
        yield found[1].rstrip("/"), found[2]


def _deb822_entries(text: str) -> Iterator[tuple[str, str]]:
    without_comments = re.sub(r"^#.*\n?", "", text, flags=re.MULTILINE)
    for stanza in re.split(r"\n\s*\n", without_comments):
        fields = {
            name.lower(): value.split()
            for name, value in re.findall(r"^([\w-]+):((?:.*\n?)(?:[ \t].*\n?)*)", stanza, re.MULTILINE)
        }
        if "deb" in fields.get("types", []) and fields.get("enabled") != ["no"]:
            for uri in fields.get("uris", []):
                for suite in fields.get("suites", []):
                    yield uri.rstrip("/"), suite


def _validity_options() -> Iterator[str]:
    dump = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True).stdout
    for line in dump.splitlines():
        if line.startswith(VALIDITY_OPTIONS):
            yield line
