"""Debian packages, one resource each, installed and purged together by apt."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, Self

from installer.errors import HostError
from installer.host import Host
from installer.resources.base import Progress, Resource, Said, State, Touched
from installer.resources.complaints import NETWORK, complaints, way_on

ENVIRONMENT = {
    "DEBIAN_FRONTEND": "noninteractive",
    "APT_LISTCHANGES_FRONTEND": "none",
    "NEEDRESTART_SUSPEND": "1",
    "UCF_FORCE_CONFFOLD": "1",
}
OPTIONS = (
    "-o",
    "Dpkg::Options::=--force-confdef",
    "-o",
    "Dpkg::Options::=--force-confold",
    "-o",
    "Acquire::Retries=3",
    "-o",
    "DPkg::Lock::Timeout=600",
    "-o",
    "Dpkg::Use-Pty=0",
    "-o",
    "APT::Status-Fd={fd}",
)
THINKING = 900.0
"""Seconds in which apt says what it would do: far more than it takes, but a loaded machine is no reason to fail."""
LOCKS = ("/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock", "/var/lib/apt/lists/lock")
# In /run nothing may be executed, but a link there to what may be.
ASIDE = "/run/xenstrap/aside"
INSTALLED = "install ok installed"
STATUS_LINE = re.compile(r"(?P<kind>dlstatus|pmstatus|pmerror):(?P<what>.*?):(?P<percent>[0-9.]+):(?P<text>.*)")


class Package(Resource):
    """A Debian package, without its recommends; state is dpkg's own (dpkg-query(1), ${Status})."""

    kind = "package"
    batch = True
    plain = True
    remedy = "`dpkg --audit` lists what is half installed; mend that, then apply again"
    aside: ClassVar[tuple[str, ...]] = ("update-grub",)
    """Programs that do nothing while packages come or go."""

    def expected(self) -> State:
        return {"status": INSTALLED}

    def observe(self, host: Host) -> State:
        return statuses(host, [self.name]).get(self.name)

    @classmethod
    def observe_all(cls, host: Host, resources: Sequence[Self]) -> list[State]:
        """One question to dpkg for all of them."""
        return list(statuses(host, [package.name for package in resources], all_names=True).values())

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        return self.settle_all(host, [(self, state)])

    @classmethod
    def settle_all(cls, host: Host, changes: Sequence[tuple[Self, State]]) -> Iterator[Said]:
        """Install what is wanted in one run of apt, remove what is not in another; then dpkg must be at rest."""
        wanted = [package.name for package, state in changes if state == {"status": INSTALLED}]
        kept = [package.name for package, state in changes if state and state != {"status": INSTALLED}]
        unwanted = [package.name for package, state in changes if state is None]
        yield from wait_for_apt(host)
        yield from mend_dpkg(host)
        if wanted:
            yield from apt(host, "update")
            along = [name for name in simulate(host, wanted) if name not in wanted]
            for name, status in statuses(host, along, all_names=True).items():
                if status != {"status": INSTALLED}:
                    yield Touched(kind=cls.kind, name=name, before=status)
            with set_aside(host, cls.aside) as options:
                yield from apt(host, "install", *options, "--no-install-recommends", "--yes", *wanted)
        if kept:
            with set_aside(host, cls.aside) as options:
                yield from apt(host, "remove", *options, "--yes", *kept)
        if unwanted:
            require_ours_alone(host, unwanted)
            folders = own_folders(host, unwanted)
            with set_aside(host, cls.aside) as options:
                yield from apt(host, "purge", *options, "--yes", *unwanted)
            remove_empty(host, folders)
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
        return [] if state is None else [str(state["status"]).removeprefix("install ok ")]


def upgraded(text: str) -> Iterator[str]:
    """What apt would bring up to date along with the rest, of which no older version is to be had again."""
    if found := re.search(r"will be upgraded:\n((?: .*\n)+)", text):
        names = ", ".join(sorted(name.rstrip("*") for name in found[1].split()))
        yield f"What they need in a newer version is upgraded, and stays so after a rollback: {names}."


@contextmanager
def set_aside(host: Host, programs: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Options of apt-get with which packages that come or go find programs that do nothing (apt.conf(5), DPkg::Path).

    The boot menu is written once, checked, when all is done. Until then the old one holds: while packages come, every
    kernel of it is still there; once Xen has gone, its fallback is plain Linux.
    """
    for name in programs:
        host.symlink(f"{ASIDE}/{name}", "/bin/true")
    try:
        yield ("-o", f"DPkg::Path={ASIDE}:/usr/sbin:/usr/bin:/sbin:/bin")
    finally:
        for name in programs:
            host.remove(f"{ASIDE}/{name}")
        host.remove_directory(ASIDE)


def statuses(host: Host, names: Sequence[str], *, all_names: bool = False) -> dict[str, State]:
    """dpkg's status of each package that it knows; with `all_names`, in their order, None for each that it does not."""
    found: dict[str, State] = dict.fromkeys(names) if all_names else {}
    if not names:
        return found
    output = host.query("dpkg-query", "--show", "--showformat", "${binary:Package} ${Status}\\n", *names)
    for line in output.stdout.splitlines():
        name, _, status = line.partition(" ")
        if status not in ("unknown ok not-installed", "deinstall ok not-installed"):
            found[name.partition(":")[0]] = {"status": status}
    return found


def simulate(host: Host, names: Sequence[str]) -> list[str]:
    """Packages that apt would install for `names`, these included; HostError where it knows one of them not.

    apt-get takes an unknown name with a dot for a pattern (apt-get(8), install), so that its consent is not enough.
    """
    text = host.ask("apt-get", "--simulate", "--no-install-recommends", "install", *names, timeout=THINKING)
    found: list[str] = re.findall(r"^Inst ([^\s:]+)", text, re.MULTILINE)
    if unknown := [name for name in names if name not in found and not statuses(host, [name])]:
        raise HostError(
            f"this machine's apt sources have no package {unknown[0]}", "look at packages.extra and at apt's sources"
        )
    return found


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


def wait_for_apt(host: Host) -> Iterator[Said]:
    """Say whom we wait for as long as another apt or dpkg holds a lock."""
    while holders := [(name, pid) for name in LOCKS if (pid := host.lock_holder(name))]:
        name, pid = holders[0]
        who = (host.read(f"/proc/{pid}/comm") or "").strip() or "a process"
        yield Progress(text=f"waiting for {who} (pid {pid}), which holds {name}")
        host.query("tail", "--pid", str(pid), "--follow", "/dev/null", timeout=1800)


def unrest(host: Host) -> str:
    """What dpkg says is half installed or half configured, on one line; "" when it is at rest (dpkg(1), --audit)."""
    return " ".join(host.query("dpkg", "--audit").stdout.split())


def mend_dpkg(host: Host) -> Iterator[Said]:
    """Finish what an interrupted dpkg left half done."""
    if host.names("/var/lib/dpkg/updates") or unrest(host):
        yield Progress(text="finishing an interrupted dpkg")
        host.run("dpkg", "--force-confdef", "--force-confold", "--configure", "--pending", env=ENVIRONMENT)


def apt(host: Host, verb: str, *words: str) -> Iterator[Said]:
    """Run apt-get and pass on its progress; HostError where it fails."""
    verbing = {"update": "fetching package lists", "install": "installing", "purge": "removing", "remove": "removing"}[
        verb
    ]
    try:
        for line in host.stream("apt-get", *OPTIONS, verb, *words, env=ENVIRONMENT):
            if match := STATUS_LINE.fullmatch(line):
                yield Progress(text=f"{verbing}: {match['text']}", percent=round(float(match["percent"]), 1))
    except HostError as error:
        broken, why = unrest(host), complaints(error.said.splitlines()) or error.fact
        raise HostError(
            f"apt-get {verb} failed: {why}" + (f"; dpkg is not at rest: {broken}" if broken else ""),
            Package.remedy if broken else f"nothing is half installed; {way_on(error.said, NETWORK)}, then apply again",
        ) from error
