"""The entry that GRUB starts at the next boot alone, and then forgets."""

from collections.abc import Iterable

from installer.errors import HostError
from installer.host import Host
from installer.resources.base import Resource, Said, State
from installer.resources.boot import GRUB_CFG, GRUBENV, menu_items, replacing

SIGNATURE, SIZE = b"# GRUB Environment Block\n", 1024


class Once(Resource):
    """`next_entry` in GRUB's environment block: `entry` where it is `armed`, else none.

    GRUB leaves an empty one when it has used it up; where none is wanted, that is as good as none.
    """

    kind = "once"
    derived = True
    remedy = "look at `grub-editenv list` and at the entries of /boot/grub/grub.cfg"
    entry: str
    armed: bool = True

    @property
    def title(self) -> str:
        return "what GRUB starts at the next boot alone"

    def expected(self) -> State:
        return {"next_entry": self.entry} if self.armed else None

    def observe(self, host: Host) -> State:
        entry = next_entry(host)
        return None if entry is None or not (entry or self.armed) else {"next_entry": entry}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        if state is None:
            edit_environment(host, "unset", "next_entry")
            return ()
        if state == self.expected():
            require_entry(host, self.entry)
        edit_environment(host, "set", f"next_entry={state['next_entry']}")
        return ()


def edit_environment(host: Host, *words: str) -> None:
    """Edit a copy of GRUB's environment block, and put it in place: grub-editenv(1) empties a file before it writes.

    A block that is gone, or that a power cut has emptied, is made anew.
    """
    block = host.read_bytes(GRUBENV) or b""
    with replacing(host, GRUBENV) as copy:
        if block.startswith(SIGNATURE) and len(block) >= SIZE:
            host.run("cp", "--preserve=mode", GRUBENV, copy)
        else:
            host.run("grub-editenv", copy, "create")
        host.run("grub-editenv", copy, *words)


def next_entry(host: Host) -> str | None:
    """The entry for the next boot alone: "" where GRUB has used it up, None where nobody ever named one."""
    lines = (host.read(GRUBENV) or "").splitlines()
    return next((line.removeprefix("next_entry=") for line in lines if line.startswith("next_entry=")), None)


def require_entry(host: Host, name: str) -> None:
    """HostError unless exactly one entry at the top of the menu has this id, and starts an image that GRUB can."""
    tops = [item for item in menu_items(host.read(GRUB_CFG) or "") if item.depth == 0]
    found = [item for item in tops if name in (item.id, item.title)]
    if len(found) != 1 or found[0].submenu or found[0].hypervisor.endswith(".efi"):
        fact = f"{GRUB_CFG} has {len(found)} entries {name} that start Xen at its top, and just one is wanted"
        raise HostError(fact, Once.remedy)
