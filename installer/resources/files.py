"""Files that we own whole."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from installer.errors import HostError
from installer.host import Host
from installer.resources.base import Resource, Said, State


class File(Resource):
    """A file owned by root, with its whole text; `name` is its absolute path.

    A `secret` file's text is never shown, only that it differs.
    """

    kind = "file"
    text: str
    mode: str = "0644"
    secret: bool = False

    @property
    def title(self) -> str:
        return self.name

    def expected(self) -> State:
        return {"text": self.text, "mode": self.mode}

    def observe(self, host: Host) -> State:
        text = host.read(self.name)
        return None if text is None else {"text": text, "mode": host.mode(self.name)}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        if state is None:
            remove_file(host, self.name)
        else:
            host.write(self.name, str(state["text"]), int(str(state["mode"]), 8))
        return ()

    def describe(self, state: State) -> list[str]:
        if state is None:
            return []
        if self.secret:
            return ["(not shown: it may hold secrets)"]
        mode = [f"(mode {state['mode']})"] if state["mode"] != "0644" else []
        return mode + str(state["text"]).splitlines()


class Link(Resource):
    """A symbolic link; `name` is its absolute path."""

    kind = "link"
    target: str

    @property
    def title(self) -> str:
        return self.name

    def expected(self) -> State:
        return {"target": self.target}

    def observe(self, host: Host) -> State:
        if not host.exists(self.name):
            return None
        target = host.link(self.name)
        if target is None:
            raise HostError(f"{self.name} is there, but is no symbolic link", "move it out of the way")
        return {"target": target}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        if state is None:
            remove_file(host, self.name)
        else:
            host.symlink(self.name, str(state["target"]))
        return ()


class Directory(Resource):
    """A directory that root alone may enter; `name` is its absolute path."""

    kind = "directory"
    mode: str = "0700"

    @property
    def title(self) -> str:
        return f"the directory {self.name}"

    def expected(self) -> State:
        return {"directory": True}

    def observe(self, host: Host) -> State:
        return {"directory": True} if host.exists(self.name) else None

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        if state is None:
            host.remove_directory(self.name)
        else:
            host.run("install", "--directory", f"--mode={self.mode}", self.name)
        return ()

    def stays(self, host: Host) -> str:
        files = host.names(self.name)
        return f"it holds {', '.join(files[:4])}" + (" and more" if len(files) > 4 else "") if files else ""


def remove_file(host: Host, name: str) -> None:
    """Remove a file that was not there before us, and its directory where that is empty and no package owns it."""
    if host.exists(name):
        host.remove(name)
    parent = str(PurePosixPath(name).parent)
    if host.exists(parent) and not host.names(parent) and host.query("dpkg-query", "--search", parent).status:
        host.remove_directory(parent)
