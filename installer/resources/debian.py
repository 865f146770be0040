"""A Debian below a directory: its base by mmdebstrap, packages by its own apt, accounts."""

import hashlib
import re
from collections.abc import Iterable, Sequence

from installer.errors import HostError
from installer.host import Host
from installer.network.interfaces_text import without_marks
from installer.resources.apt import INSTALLED, statuses
from installer.resources.base import Progress, Said, State
from installer.resources.complaints import complaints, way_on
from installer.resources.fetching import Fetching
from installer.resources.files import File
from installer.resources.filesystem import MEDIA, PartOfNewSystem
from installer.resources.packages import Package
from installer.templates import render

MARK = "/etc/xenstrap/debian"
POLICY = "/usr/sbin/policy-rc.d"
STATE = "/var/lib/xenstrap"

FETCHES = ("I: running apt-get update", "I: downloading packages")
"""How mmdebstrap's lines begin after which it fetches."""
APART = ("unshare", "--mount")
"""In a mount namespace of its own: mmdebstrap makes / private (1.5, setup_mounts), for the whole machine else, and what
is mounted then no longer goes from the namespaces of services when it goes here (mount_namespaces(7))."""


class Base(PartOfNewSystem):
    """The base of a Debian in the directory `name`: `sources` are lines of sources.list, the first one's suite."""

    kind = "debian"
    suite: str
    sources: tuple[str, ...]
    options: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"Debian {self.suite} in {self.name}"

    def expected(self) -> State:
        return {"suite": self.suite}

    def observe(self, host: Host) -> State:
        text = host.read(f"{self.name}{MARK}")
        return None if text is None else {"suite": text.strip()}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        host.run("find", self.name, "-xdev", "-mindepth", "1", "-delete")
        options = [f"--aptopt={option}" for option in self.options]
        if any(" https:" in line for line in self.sources):
            options.append("--include=ca-certificates")
        words = ("--mode=root", "--variant=minbase", "--format=directory", "--logfile=/dev/fd/{fd}", *options)
        lines: list[str] = []
        fetching = Fetching(host, self.name, lambda: addresses(self.sources))
        try:
            with host.watched(fetching.look):
                for line in host.stream(*APART, "mmdebstrap", *words, self.suite, self.name, *self.sources):
                    lines.append(line)
                    fetching.under_way = line.startswith(FETCHES)
                    if line.startswith("I: "):
                        yield Progress(text=line.removeprefix("I: ").rstrip("."))
        except HostError as error:
            why, where = complaints(lines) or error.fact, "medium" if " copy:" in self.sources[0] else "network"
            hint = way_on("\n".join(lines), f"look at the {where} and at install.mirror")
            raise HostError(f"Debian {self.suite} could not be fetched: {why}", f"{hint}, then apply again") from error
        finally:
            host.log("\n".join(("what mmdebstrap said:", *(f"  {line}" for line in lines))))
        # It writes without syncing: what has not come to the disk shows now, and not after a restart.
        host.run("sync", "--file-system", self.name)
        host.write(f"{self.name}{MARK}", f"{self.suite}\n")


def addresses(sources: Iterable[str]) -> str:
    """The archives of lines of sources.list, for people."""
    return " or ".join(dict.fromkeys(re.findall(r"\S+:/\S+", "\n".join(sources))))


class NewFile(PartOfNewSystem, File):
    """A file of a new system, to which packages and xenstrap itself may add lines, or put ours out of force."""

    kind = "new-file"

    def observe(self, host: Host) -> State:
        state = super().observe(host)
        lines = without_marks(str(state["text"])).splitlines() if state else []
        return self.expected() if state and set(self.text.splitlines()) <= set(lines) else state


class WithoutImage(Package):
    """A package of a system whose initial RAM disks are made once, when all is there that goes into them."""

    aside = (*Package.aside, "update-initramfs", "dracut")


class DebianPackages(PartOfNewSystem):
    """Packages of the Debian in the directory `name`, installed by its own apt, without starting anything.

    `sources` are what that goes by meanwhile, where they are not its own.
    """

    kind = "debian-packages"
    packages: tuple[str, ...]
    sources: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"packages in {self.name}"

    def expected(self) -> State:
        return {"packages": list(self.packages)}

    def observe(self, host: Host) -> State:
        if host.read(f"{self.name}{MARK}") is None:
            return None
        found = statuses(host.rooted(self.name), self.packages)
        return {"packages": [name for name in self.packages if found.get(name) == {"status": INSTALLED}]}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        new = with_sources(host.rooted(self.name), self.sources)
        wanted: State = {"status": INSTALLED}
        with_nothing_started(new)
        changes = [(WithoutImage(name=name), wanted) for name in self.packages]
        yield from (said for said in WithoutImage.settle_all(new, changes) if isinstance(said, Progress))
        new.remove(POLICY)


def with_nothing_started(new: Host) -> None:
    """Forbid the packages of a system that does not run to start their services (invoke-rc.d(8))."""
    new.write(POLICY, "#!/bin/sh\nexit 101\n", 0o755)


def with_sources(new: Host, sources: Sequence[str]) -> Host:
    """The same system, whose apt goes by these sources alone until it starts by itself; by its own without any."""
    if not sources:
        return new
    new.write(f"{MEDIA}/sources.list", "".join(f"{line}\n" for line in sources))
    new.write(f"{MEDIA}/apt.conf", render("debian/apt.conf", folder=MEDIA))
    return new.knowing(APT_CONFIG=f"{MEDIA}/apt.conf")


class Account(PartOfNewSystem):
    """A user of the Debian in `folder`, or root: the hash of a password ("" for none), ssh keys, sudo.

    Of the hash only a digest is shown or kept.
    """

    kind = "account"
    folder: str
    password: str = ""
    keys: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"the account {self.name}"

    @property
    def home(self) -> str:
        """The home directory."""
        return "/root" if self.name == "root" else f"/home/{self.name}"

    def fields(self) -> dict[str, object]:
        return super().fields() | {"password": ""}

    def expected(self) -> State:
        return {"password": digest(self.password), "ssh keys": list(self.keys)}

    def observe(self, host: Host) -> State:
        lines = (host.read(f"{self.folder}/etc/shadow") or "").splitlines()
        found = [line.split(":")[1] for line in lines if line.startswith(f"{self.name}:")]
        if not found:
            return None
        keys = (host.read(f"{self.folder}{self.home}/.ssh/authorized_keys") or "").splitlines()
        return {"password": digest(found[0]), "ssh keys": list(keys)}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        new = host.rooted(self.folder)
        if self.name != "root" and self.observe(host) is None:
            new.run("useradd", "--create-home", "--shell", "/bin/bash", "--groups", "sudo", self.name)
        if self.password:
            new.giving(f"{self.name}:{self.password}\n").run("chpasswd", "--encrypted")
        if self.keys:
            folder = f"{self.home}/.ssh"
            new.run("install", "--directory", "--mode=0700", f"--owner={self.name}", f"--group={self.name}", folder)
            new.write(f"{folder}/authorized_keys", "".join(f"{key}\n" for key in self.keys), 0o600)
            new.run("chown", f"{self.name}:", f"{folder}/authorized_keys")
        return ()


def digest(password: str) -> str:
    """A password's hash as it may be shown: "none", or what tells it from another."""
    return hashlib.sha256(password.encode()).hexdigest()[:12] if password.startswith("$") else "none"
