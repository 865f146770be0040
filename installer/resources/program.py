"""xenstrap itself in a new system."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from installer import __version__
from installer.host import Host
from installer.resources.base import Progress, Said, State
from installer.resources.debian import STATE
from installer.resources.filesystem import PartOfNewSystem

AUTHORITIES = "/usr/local/share/ca-certificates"
"""Certificates of the place's own, which Debian's know nothing of (update-ca-certificates(8))."""
WHOLE = "/etc/xenstrap/program"
"""Says that nothing of the program is missing, as what is copied when a disk fails may be."""


class Program(PartOfNewSystem):
    """xenstrap itself in the directory `name` of the Debian in `folder`, copied from `source`, and ready to start."""

    kind = "program"
    folder: str
    source: str
    carried: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"xenstrap in {self.name}"

    def expected(self) -> State:
        return {"version": __version__, "ready": True}

    def observe(self, host: Host) -> State:
        if not host.exists(f"{self.folder}{self.name}/xenstrap"):
            return None
        text = host.read(f"{self.folder}{self.name}/installer/__init__.py") or ""
        ready = host.exists(self.folder + WHOLE) and any(
            name.startswith("python3") for name in host.names(self.folder + STATE)
        )
        return {"version": __version__ if f'"{__version__}"' in text else "another", "ready": ready}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        yield Progress(text="putting xenstrap on the new system")
        place = f"{self.folder}{self.name}"
        if host.exists(self.folder + WHOLE):
            host.remove(self.folder + WHOLE)
        if host.exists(place):
            host.run("rm", "--recursive", place)
        host.run("mkdir", "--parents", place)
        parts = [f"{self.source}/{name}" for name in ("xenstrap", "installer", "plain", "screens", "templates",
                                                      "textual_serial")]  # fmt: skip
        host.run("cp", "--recursive", "--no-preserve=ownership", *parts, place)
        for path in self.carried:
            if host.exists(path):
                host.run("mkdir", "--parents", str(PurePosixPath(self.folder + path).parent))
                host.run("cp", "--recursive", "--no-target-directory", path, self.folder + path)
        new = host.rooted(self.folder)
        if new.names(AUTHORITIES):
            new.run("update-ca-certificates")
        self.copy_environments(host, new)
        new.run(f"{self.name}/xenstrap", "--version")
        host.run("sync", "--file-system", self.folder)
        host.write(self.folder + WHOLE, f"{__version__}\n")

    def copy_environments(self, host: Host, new: Host) -> None:
        """Take our environment along where the new system has the same Python: it need not be fetched again."""
        python = (new.link("/usr/bin/python3") or "").rpartition("/")[2]
        for name in (python, f"{python}-wizard"):
            there = f"{STATE}/{name}"
            if not python or not host.exists(f"{there}/bin/python"):
                continue
            host.run("mkdir", "--parents", self.folder + STATE)
            host.run("cp", "--archive", "--no-target-directory", there, self.folder + there)
            if new.query(f"{there}/bin/python", "-c", "import jinja2, parted, pydantic, pyudev").status:
                host.run("rm", "--recursive", self.folder + there)
