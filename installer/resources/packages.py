"""Debian packages, one resource each, installed and purged together by apt."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Self

from installer.errors import HostError
from installer.host import Host
from installer.resources.apt import (
    INSTALLED,
    REMEDY,
    THINKING,
    apt,
    coming_along,
    mend_dpkg,
    refresh,
    set_aside,
    statuses,
    unrest,
    wait_for_apt,
)
from installer.resources.base import Resource, Said, State, Value
from installer.resources.bringing import begin, brought, end, forget


class Package(Resource):
    """A Debian package, without its recommends; state is dpkg's own (dpkg-query(1), ${Status}), and `on_disk` is false
    of one that was being brought when the power failed."""

    kind = "package"
    batch = True
    plain = True
    remedy = REMEDY
    aside: ClassVar[tuple[str, ...]] = ("update-grub",)
    """Programs that do nothing while packages come or go."""

    def expected(self) -> State:
        return {"status": INSTALLED}

    def observe(self, host: Host) -> State:
        return self.observe_all(host, [self])[0]

    @classmethod
    def observe_all(cls, host: Host, resources: Sequence[Self]) -> list[State]:
        """One question to dpkg for all of them."""
        found, doubtful = statuses(host, [each.name for each in resources], all_names=True), brought(host)
        there: dict[str, Value] = {"status": INSTALLED}
        return [there | {"on_disk": False} if state == there and name in doubtful else state
                for name, state in found.items()]  # fmt: skip

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        return self.settle_all(host, [(self, state)])

    @classmethod
    def settle_all(cls, host: Host, changes: Sequence[tuple[Self, State]]) -> Iterator[Said]:
        """Install what is wanted in one run of apt, remove what is not in another; then dpkg must be at rest."""
        wanted = [package.name for package, state in changes if state == {"status": INSTALLED}]
        kept = [package.name for package, state in changes if state and state != {"status": INSTALLED}]
        unwanted = [package.name for package, state in changes if state is None]
        yield from wait_for_apt(host)
        yield from mend_dpkg(host, cls.aside, wanted)
        if wanted:
            found = yield from refresh(host, wanted)
            yield from coming_along(host, found, wanted)
            with set_aside(host, cls.aside) as options:
                begin(host, [*wanted, *found])
                yield from apt(host, "install", *options, "--no-install-recommends", "--yes", *wanted)
                yield from end(host)
        if kept:
            with set_aside(host, cls.aside) as options:
                yield from apt(host, "remove", *options, "--yes", *kept)
        if unwanted:
            require_ours_alone(host, unwanted)
            folders = own_folders(host, unwanted)
            with set_aside(host, cls.aside) as options:
                yield from apt(host, "purge", *options, "--yes", *unwanted)
            remove_empty(host, folders)
        if not wanted:
            forget(host)
        if broken := unrest(host):
            raise HostError(f"dpkg is not at rest: {broken}", cls.remedy)

    @classmethod
    def preview(cls, host: Host, changes: Sequence[tuple[Self, State]]) -> str:
        """What apt would bring, as far as the package lists at hand tell."""
        wanted = [package.name for package, state in changes if state == {"status": INSTALLED}]
        if not wanted:
            return ""
        done = host.query("apt-get", "--no-install-recommends", "--assume-no", "install", *wanted)
        bring = re.search(r"(\d+) newly installed", done.stdout)
        if not bring:
            return "How many packages that brings along is known once the package lists are fresh (apt-get update)."
        size = re.search(r"Need to get (.*?) of archives", done.stdout)
        disk = re.search(r"After this operation, (.*?) of additional", done.stdout)
        parts = [f"{bring[1]} packages in all"]
        parts += [f"{size[1]} to download"] if size else []
        parts += [f"{disk[1]} on disk"] if disk else []
        return ", ".join(parts) + "." + "".join(f" {sentence}" for sentence in upgraded(done.stdout))

    def describe(self, state: State) -> list[str]:
        if state is None:
            return []
        doubtful = ["what its scripts wrote may be empty"] if state.get("on_disk") is False else []
        return [str(state["status"]).removeprefix("install ok "), *doubtful]


def upgraded(text: str) -> Iterator[str]:
    """What apt would bring up to date along with the rest, of which no older version is to be had again."""
    if found := re.search(r"will be upgraded:\n((?: .*\n)+)", text):
        names = ", ".join(sorted(name.rstrip("*") for name in found[1].split()))
        yield f"What they need in a newer version is upgraded, and stays so after a rollback: {names}."


def require_ours_alone(host: Host, names: Sequence[str]) -> None:
    """HostError where purging `names` would take away a package that is not among them."""
    text = host.ask("apt-get", "--simulate", "purge", *names, timeout=THINKING)
    ours = {name.partition(":")[0] for name in names}
    if others := sorted(set(re.findall(r"^(?:Remv|Purg) ([^\s:]+)", text, re.MULTILINE)) - ours):
        raise HostError(
            f"removing Xen's packages would also remove {', '.join(others)}, which xenstrap did not install",
            f"if you no longer need it: apt purge {' '.join(others)}; then roll back again",
        )


def own_folders(host: Host, names: Sequence[str]) -> list[str]:
    """What in /etc itself came with these packages and with no other one."""
    listed = host.query("dpkg-query", "--listfiles", *names).stdout.splitlines()
    folders = {"/".join(name.split("/")[:3]) for name in listed if name.startswith("/etc/")}
    if not folders:
        return []
    found = host.query("dpkg-query", "--search", *sorted(folders)).stdout.splitlines()
    owners = {name: owned.split(", ") for owned, _, name in (line.rpartition(": ") for line in found)}
    return [name for name in sorted(folders) if {owner.partition(":")[0] for owner in owners[name]} <= {*names}]


def remove_empty(host: Host, folders: Sequence[str]) -> None:
    """Remove directories that a purge has left because a program had made empty ones in them (LVM does)."""
    for folder in folders:
        if host.exists(folder):
            host.run("find", folder, "-depth", "-type", "d", "-empty", "-delete")
