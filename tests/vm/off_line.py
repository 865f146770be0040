"""What tests/vm/test_medium.py does in namespaces of its own: a Debian is made from a medium, without a network."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installer.answers_install import Install
from installer.closing import close, mounted
from installer.errors import HostError
from installer.facts import Facts
from installer.facts_outside import Medium
from installer.host import Host
from installer.plan import Plan
from installer.resources.apt import INSTALLED
from installer.resources.base import Resource
from installer.resources.debian import Base, DebianPackages, NewFile, with_sources
from installer.resources.filesystem import MEDIA, TARGET, Mount
from installer.resources.packages import Package
from installer.steps.install_disk import kernel_mounts
from installer.steps.install_sources import base_sources, inner_sources, media, sources
from tests.blank.machines import OUTSIDE, live

PLACE = Path("/run/media/debian")
FIRST, SECOND = "nano", "less"
INSTALL = Install(disk=("any",), suite="bookworm", mirror=str(PLACE), root_password="$6$salt$" + "x" * 86)


def resources(facts: Facts) -> Iterator[Resource]:
    """What is made of the medium, in the plan's order."""
    yield Base(name=TARGET, suite=INSTALL.suite, sources=base_sources(INSTALL, facts))
    yield from kernel_mounts()
    for path, place in media(INSTALL, facts).items():
        yield Mount(name=f"{TARGET}{place}", source=path, words=("--bind", "--options", "ro"))
    yield NewFile(name=f"{TARGET}/etc/apt/sources.list", text="\n".join(sources(INSTALL, facts)) + "\n")
    yield DebianPackages(name=TARGET, packages=(FIRST,), sources=inner_sources(INSTALL, facts))


def settled(host: Host, facts: Facts) -> None:
    """Settle all of it, but for what is right already."""
    for resource in resources(facts):
        if resource.observe(host) != resource.expected():
            list(resource.settle(host, resource.expected()))
        assert resource.observe(host) == resource.expected(), resource.id


@contextmanager
def refused(host: Host, *words: str) -> Iterator[None]:
    """An error that says these words, after which all is closed."""
    try:
        yield
    except HostError as error:
        said = f"{error.fact} -> {error.hint}"
        assert all(word in said for word in words), said
        print(said)
    else:
        raise AssertionError(words)
    remount(host)


def remount(host: Host) -> None:
    """What a run does at its end, and the next one at its beginning."""
    root = subprocess.run(["stat", "-f", "-c", "%T", TARGET], capture_output=True, text=True, check=True).stdout
    assert root == "tmpfs\n"
    subprocess.run(["mount", "--bind", TARGET, "/mnt"], check=True)
    close(host, Plan(steps=()))
    assert not mounted(host, TARGET)
    subprocess.run(["mount", "--move", "/mnt", TARGET], check=True)


@contextmanager
def changed(path: Path, content: bytes | None) -> Iterator[None]:
    """Another content of a file, or none, for a while."""
    before = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    yield
    path.write_bytes(before)


def main(image: str) -> None:
    """Go through it: what is damaged is refused, what is whole is installed."""
    for folder in ("/run", "/mnt"):
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
    for folder in (TARGET, "/run/udev"):
        Path(folder).mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", TARGET], check=True)
    PLACE.mkdir(parents=True)
    subprocess.run(["mount", "-o", "loop", image, PLACE], check=True)
    medium = Medium(path=str(PLACE), signed=(INSTALL.suite,))
    outside = OUTSIDE.model_copy(update={"media": (medium,), "options": ()})
    facts, host = live(outside=outside), Host()

    release = PLACE / "dists/bookworm/InRelease"
    with (
        changed(release, release.read_bytes().replace(b"Suite: ", b"Suite:  ")),
        refused(host, "BADSIG", "install.mirror"),
    ):
        settled(host, facts)
    [libc] = PLACE.glob("pool/main/g/glibc/libc6_*.deb")
    with changed(libc, None), refused(host, "could not be fetched", "libc6", "look at the medium"):
        settled(host, facts)
    [first] = PLACE.glob(f"pool/main/n/{FIRST}/{FIRST}_*.deb")
    with changed(first, first.read_bytes()[:-1] + b"x"), refused(host, "apt-get install failed", FIRST):
        settled(host, facts)
    settled(host, facts)
    new = with_sources(host.rooted(TARGET), inner_sources(INSTALL, facts))
    list(Package.settle_all(new, [(Package(name=SECOND), {"status": INSTALLED})]))
    assert new.exists(f"/usr/bin/{SECOND}")
    assert not any(new.names(f"/etc/apt/{name}") for name in ("sources.list.d", "preferences.d"))
    assert (new.read("/etc/apt/sources.list") or "").splitlines() == list(sources(INSTALL, facts))
    remount(host)
    assert Path(MEDIA).name not in host.names(f"{TARGET}/run")
    print("all of it")


if __name__ == "__main__":
    main(*sys.argv[1:])
