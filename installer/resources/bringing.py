"""Packages that are being brought: until what their scripts write has come to the disk, none of them counts as there.

dpkg syncs what it unpacks and what it notes, but not what scripts of packages write: once the power has failed, a
package may be installed whose configuration is empty, or of NULs, since a file may have its length before its
content. ucf(1), by which scripts put files into /etc, copies them.
"""

import re
from collections.abc import Iterable, Iterator

from installer.host import Host
from installer.resources.apt import ENVIRONMENT, PATH
from installer.resources.base import Progress, Said

BRINGING = "/var/lib/xenstrap/bringing"
INFO = "/var/lib/dpkg/info"
SCRIPT = ".postinst"
UCF = re.compile(r'^\s*ucf(?:\s+--?\w\S*)*\s+"?(/[^\s"]+)"?\s+"?(/[^\s"]+)"?\s*$', re.MULTILINE)


def brought(host: Host) -> set[str]:
    """The packages that are being brought, or were when the power failed."""
    return {*(host.read(BRINGING) or "").split()}


def begin(host: Host, names: Iterable[str]) -> None:
    """Note, before they are brought, packages and all that comes along."""
    host.write(BRINGING, "".join(f"{name}\n" for name in sorted(brought(host) | {*names})))


def end(host: Host) -> Iterator[Said]:
    """Have the scripts write again what is torn, and all of it come to the disk."""
    for package, copies in torn(host).items():
        for copy in copies:
            host.remove(copy)
        yield Progress(text=f"configuring {package} again")
        words = ("--frontend=noninteractive", package)
        host.run("dpkg-reconfigure", *words, env=ENVIRONMENT | {"UCF_FORCE_CONFFMISS": "1", "PATH": PATH})
    host.run("sync")
    forget(host)


def forget(host: Host) -> None:
    """Nothing is being brought any more."""
    if host.exists(BRINGING):
        host.remove(BRINGING)


def torn(host: Host) -> dict[str, list[str]]:
    """Packages with configuration files that are torn, and were copied from some that are not; and these files."""
    names, found = brought(host), dict[str, list[str]]()
    for script in host.names(INFO):
        package = script.removesuffix(SCRIPT)
        if script == package or package.partition(":")[0] not in names:
            continue
        copies = UCF.findall(host.read(f"{INFO}/{script}") or "")
        if lost := [copy for source, copy in copies if is_torn(host.read_bytes(source), host.read_bytes(copy))]:
            found[package] = lost
    return found


def is_torn(source: bytes | None, copy: bytes | None) -> bool:
    """Whether a copy lacks what was written to it: all of it, or a part that reads as NULs."""
    if not source or copy is None:
        return False
    return not copy or (b"\0" in copy and b"\0" not in source)
