"""Configuration files of a package that we replace whole, without a question at the package's next upgrade."""

from collections.abc import Iterable

from installer.host import Host
from installer.resources.base import Said, State
from installer.resources.files import File

SUFFIX = ".xenstrap-orig"


class DivertedFile(File):
    """A conffile of a Debian package that lies aside (dpkg-divert(1), `--local`) while our file stands in its place.

    dpkg then upgrades the file that lies aside, so that neither its text nor ours is lost.
    """

    kind = "diverted"

    @property
    def aside(self) -> str:
        """Where the package's own file lies meanwhile."""
        return self.name + SUFFIX

    def expected(self) -> State:
        return {"text": self.text, "mode": self.mode, "diverted": True}

    def observe(self, host: Host) -> State:
        state = super().observe(host)
        diverted = host.ask("dpkg-divert", "--truename", self.name).strip() == self.aside
        if state is None:
            return {"diverted": True} if diverted else None
        return state | {"diverted": diverted}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        wanted = bool(state and state["diverted"])
        diverted = host.ask("dpkg-divert", "--truename", self.name).strip() == self.aside
        if diverted and not wanted:
            if host.exists(self.name):
                host.remove(self.name)
            host.run("dpkg-divert", "--local", "--rename", "--remove", self.name)
        if wanted and not diverted:
            host.run("dpkg-divert", "--local", "--rename", "--divert", self.aside, "--add", self.name)
        if wanted and state and "text" in state:
            yield from super().settle(host, state)
        return

    def describe(self, state: State) -> list[str]:
        if state is None or "text" not in state:
            return []
        return super().describe(state)
