"""apt-get(8) and dpkg(1): asked, run, and brought to rest where they were interrupted."""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from installer.errors import HostError
from installer.host import Host
from installer.resources.base import Progress, Said, State, Touched
from installer.resources.complaints import NETWORK, complaints, room, way_on
from installer.resources.fetching import Fetching
from installer.resources.lists import torn_lists

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
PATH = f"{ASIDE}:/usr/sbin:/usr/bin:/sbin:/bin"
INSTALLED = "install ok installed"
STATUS_LINE = re.compile(r"(?P<kind>dlstatus|pmstatus|pmerror):(?P<what>.*?):(?P<percent>[0-9.]+):(?P<text>.*)")
LISTS = "/var/lib/apt/lists"
UNREADABLE = "could not be parsed or opened"
"""What apt-get(8) says where a package list breaks off."""
COMES = re.compile(r"^Inst ([^\s:]+)", re.MULTILINE)
"""A package that apt-get --simulate would install."""
REMEDY = "`dpkg --audit` lists what is half installed; mend that, then apply again"
TO_REST = ("--fix-broken", "--no-remove", "--no-install-recommends")
SOME = 5
"""Packages that are named where there are many."""
WITHOUT = tuple(f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"))


@contextmanager
def set_aside(host: Host, programs: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Options of apt-get with which packages that come or go find programs that do nothing (apt.conf(5), DPkg::Path).

    The boot menu is written once, checked, when all is done. Until then the old one holds: while packages come, every
    kernel of it is still there; once Xen has gone, its fallback is plain Linux.
    """
    for name in programs:
        host.symlink(f"{ASIDE}/{name}", "/bin/true")
    try:
        yield ("-o", f"DPkg::Path={PATH}")
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
        if not status.endswith(" not-installed"):
            found[name.partition(":")[0]] = {"status": status}
    return found


def simulate(host: Host, names: Sequence[str]) -> list[str]:
    """Packages that apt would install for `names`, these included; HostError where it knows one of them not.

    apt-get takes an unknown name with a dot for a pattern (apt-get(8), install), so that its consent is not enough.
    """
    if not names:
        return []
    text = host.ask("apt-get", "--simulate", "--no-install-recommends", "install", *names, timeout=THINKING)
    found: list[str] = COMES.findall(text)
    if unknown := [name for name in names if name not in found and not statuses(host, [name])]:
        raise HostError(
            f"this machine's apt sources have no package {unknown[0]}", "look at packages.extra and at apt's sources"
        )
    return found


def refresh(host: Host, names: Sequence[str] = ()) -> Generator[Said, None, list[str]]:
    """Fresh package lists, in which `names` are found; returns what apt would install for these."""
    try:
        yield from apt(host, "update")
    except HostError as error:
        if UNREADABLE not in error.said:
            raise
        yield from fetch_anew(host)
    if any(torn_lists(host)):
        yield from fetch_anew(host)
    return simulate(host, names)


def fetch_anew(host: Host) -> Iterator[Said]:
    """All package lists once more: apt takes one that is as new as the archive's for whole, whatever tore it."""
    for name in host.names(LISTS):
        if "_" in name:
            host.remove(f"{LISTS}/{name}")
    yield from apt(host, "update")


def wait_for_apt(host: Host) -> Iterator[Said]:
    """Say whom we wait for as long as another apt or dpkg holds a lock."""
    while holders := [(name, pid) for name in LOCKS if (pid := host.lock_holder(name))]:
        name, pid = holders[0]
        who = (host.read(f"/proc/{pid}/comm") or "").strip() or "a process"
        yield Progress(text=f"waiting for {who} (pid {pid}), which holds {name}")
        host.query("tail", "--pid", str(pid), "--follow", "/dev/null", timeout=1800)


def unrest(host: Host) -> str:
    """The packages that are half installed or half configured; "" when dpkg is at rest (dpkg(1), --audit)."""
    lines = host.query("dpkg", "--audit").stdout.splitlines()
    names = [line.split()[0] for line in lines if line.startswith(" ") and line.strip()]
    more = f" and {len(names) - SOME} more" if len(names) > SOME else ""
    return ", ".join(names[:SOME]) + more if names else " ".join(" ".join(lines).split())


def mend_dpkg(host: Host, aside: Sequence[str], wanted: Sequence[str]) -> Iterator[Said]:
    """Finish what an interrupted dpkg left half done; its packages too find programs that do nothing.

    What could not be unpacked is missing then, and whatever needs it cannot be configured: apt brings it where `wanted`
    packages need it. Where none is wanted, what goes may be what is half done: apt says if not.
    """
    if not host.names("/var/lib/dpkg/updates") and not unrest(host):
        return
    yield Progress(text="finishing an interrupted dpkg")
    with set_aside(host, aside) as options:
        words = ("--force-confdef", "--force-confold", "--configure", "--pending")
        try:
            host.run("dpkg", *words, env=ENVIRONMENT | {"PATH": PATH})
        except HostError as error:
            if not wanted:
                return
            yield from refresh(host)
            missing = lacking(host)
            if not missing or not {*missing} <= needed(host, wanted):
                why = complaints(error.said.splitlines())
                fact = f"dpkg could not finish what it had begun: {why}" if why else error.fact
                raise HostError(fact, again(error.said)) from error
            yield from coming_along(host, missing, wanted)
            yield from apt(host, "install", *options, *TO_REST, "--yes")


def lacking(host: Host) -> list[str]:
    """Packages without which some that are unpacked cannot be configured."""
    text = host.query("apt-get", "--simulate", *TO_REST, "install", timeout=THINKING).stdout
    return COMES.findall(text)


def needed(host: Host, names: Sequence[str]) -> set[str]:
    """Packages, and all that they may need."""
    lines = host.query("apt-cache", "depends", "--recurse", *WITHOUT, *names).stdout.splitlines()
    return {*names, *(line.partition(":")[0] for line in lines if not line.startswith((" ", "<")))}


def coming_along(host: Host, names: Sequence[str], wanted: Sequence[str]) -> Iterator[Said]:
    """How those of `names` stand that nobody asked for, before apt brings them."""
    along = [name for name in names if name not in wanted]
    for name, status in statuses(host, along, all_names=True).items():
        if status != {"status": INSTALLED}:
            yield Touched(kind="package", name=name, before=status)


def again(said: str) -> str:
    """What to do where dpkg has begun something and could not end it."""
    missing = room(said)
    return f"{missing}, then apply again: it finishes what dpkg has begun" if missing else REMEDY


def sites(host: Host) -> str:
    """Whom apt fetches from, for people (apt-get(8), indextargets)."""
    found = host.query("apt-get", "indextargets", "--format", "$(SITE)").stdout.split()
    return " or ".join(dict.fromkeys(found)) or "apt's sources"


def apt(host: Host, verb: str, *words: str) -> Iterator[Said]:
    """Run apt-get and pass on its progress; HostError where it fails."""
    verbing = {"update": "fetching package lists", "install": "installing", "purge": "removing", "remove": "removing"}[
        verb
    ]
    fetching = Fetching(host, "", lambda: sites(host))
    fetching.under_way = False  # it says so twice a second, and may wait for another apt before
    try:
        with host.watched(fetching.look):
            for line in host.stream("apt-get", *OPTIONS, verb, *words, env=ENVIRONMENT):
                if match := STATUS_LINE.fullmatch(line):
                    fetching.under_way = match["kind"] == "dlstatus"
                    if fetching.under_way:
                        fetching.come(float(match["percent"]))
                    yield Progress(text=f"{verbing}: {match['text']}", percent=round(float(match["percent"]), 1))
    except HostError as error:
        broken, why = unrest(host), complaints(error.said.splitlines()) or error.fact
        raise HostError(
            f"apt-get {verb} failed: {why}" + (f"; dpkg is not at rest: {broken}" if broken else ""),
            again(error.said)
            if broken
            else f"nothing is half installed; {way_on(error.said, NETWORK)}, then apply again",
            error.said,
        ) from error
