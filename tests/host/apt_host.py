"""A machine of apt and dpkg alone, in memory."""

from collections.abc import Iterator

from installer.commands import Output
from installer.host import Host
from installer.resources.apt import INSTALLED
from installer.resources.bringing import BRINGING

DEPENDENCIES = {"xen-system-amd64": ["xen-hypervisor-4.20-amd64", "libxen4.20"], "bridge-utils": []}


class AptHost(Host):
    """A dpkg database in memory, with an apt that knows a few packages."""

    def __init__(self, installed: set[str] | None = None) -> None:
        super().__init__()
        self.installed = set(installed or ())
        self.asked: list[tuple[str, ...]] = []
        self.audit = ""
        self.locks: list[tuple[str, int]] = []
        self.needed_by_others: list[str] = []
        self.owned: dict[str, str] = {}
        self.emptied: list[str] = []
        self.bringing: str | None = None
        self.synced: list[str | None] = []

    def names(self, name: str) -> list[str]:
        return []

    def read(self, name: str) -> str | None:
        return {"/proc/77/comm": "unattended-upgr\n", BRINGING: self.bringing}.get(name)

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        assert name == BRINGING
        self.bringing = text

    def remove(self, name: str) -> None:
        if name == BRINGING:
            self.bringing = None
        else:
            super().remove(name)

    def lock_holder(self, name: str) -> int | None:
        return next((pid for lock, pid in self.locks if lock == name), None)

    def query(self, *argv: str, timeout: float = 0) -> Output:
        match argv:
            case ("dpkg-query", "--show", "--showformat", _, *names):
                return Output(0, "".join(f"{name} {INSTALLED}\n" for name in names if name in self.installed), "")
            case ("dpkg-query", "--listfiles", *_):
                return Output(0, "/.\n/etc\n" + "".join(f"{name}\n{name}/file\n" for name in self.owned), "")
            case ("dpkg-query", "--search", *names):
                return Output(0, "".join(f"{self.owned[name]}: {name}\n" for name in names), "")
            case ("apt-get", "indextargets", *_):
                return Output(0, "", "")
            case ("dpkg", "--audit"):
                return Output(0, self.audit, "")
            case ("tail", "--pid", "77", *_):
                self.locks.clear()
                return Output(0, "", "")
            case ("apt-get", "--simulate", "--no-install-recommends", "install", *names):
                new = [*(each for name in names for each in DEPENDENCIES[name]), *names]
                return Output(0, "".join(f"Inst {name} (1.0 Debian:13 [amd64])\n" for name in new), "")
            case ("apt-get", "--simulate", "purge", *names):
                return Output(0, "".join(f"Purg {name} [1.0]\n" for name in [*names, *self.needed_by_others]), "")
        raise AssertionError(argv)

    def exists(self, name: str) -> bool:
        return self.bringing is not None if name == BRINGING else name != "/etc/gone"

    def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        if argv == ("sync",):
            self.synced.append(self.bringing)
            return Output(0, "", "")
        assert argv[0] == "find"
        assert argv[2:] == ("-depth", "-type", "d", "-empty", "-delete")
        self.emptied.append(argv[1])
        return Output(0, "", "")

    def stream(self, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
        assert env is not None
        assert env["DEBIAN_FRONTEND"] == "noninteractive"
        words = [word for word in argv[1:] if not word.startswith("-") and "=" not in word]
        self.asked.append(tuple(words))
        match words:
            case ["install", *names]:
                yield "dlstatus:1:20.5:Retrieving file 1 of 2"
                yield "pmstatus:libxen4.20:60.0:Unpacking libxen4.20 (amd64)"
                self.installed |= {each for name in names for each in [name, *DEPENDENCIES[name]]}
            case ["purge", *names]:
                self.installed -= set(names)
