"""Other people's files of interfaces(5), where lines about the bridge's port are put out of force."""

from collections.abc import Iterable

from installer.errors import HostError
from installer.host import Host
from installer.network.interfaces_text import OUR_FILE, marked_lines, reads_ours, with_marks, without_marks
from installer.resources.base import Resource, Said, State


class InterfacesFile(Resource):
    """A file of interfaces(5) that is not ours; `name` is its absolute path.

    The `lines` that configure the interfaces `names` become comments with our mark, and with `source` the file reads
    ours. Both ways the rest of the file, whatever it is meanwhile, stays as it is.
    """

    kind = "interfaces"
    names: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    source: bool = False

    @property
    def title(self) -> str:
        return self.name

    def expected(self) -> State:
        return {"released": list(self.lines), "source": self.source}

    def observe(self, host: Host) -> State:
        if host.link(self.name) is not None:
            raise HostError(f"{self.name} is a symbolic link", "put the file itself there; a link would be lost")
        text = host.read(self.name)
        return None if text is None else {"released": [*marked_lines(text)], "source": reads_ours(text)}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        text = host.read(self.name)
        if text is None and state is None:
            return ()
        if text is None or state is None:
            raise HostError(
                f"{self.name} is {'no longer there' if text is None else 'there now'}", "look at the network's files"
            )
        released = state["released"]
        lines = released if isinstance(released, list) else []
        wanted = with_marks(without_marks(text), self.names, lines, bool(state["source"]))
        host.write(self.name, wanted, int(host.mode(self.name) or "0644", 8))
        return ()

    def describe(self, state: State) -> list[str]:
        if state is None:
            return []
        released = state["released"]
        lines = [f"out of force: {line}" for line in released] if isinstance(released, list) else []
        return ([f"reads {OUR_FILE}"] if state["source"] else []) + lines
