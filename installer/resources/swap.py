"""Swap space on a logical volume, and lines of fstab."""

from collections.abc import Iterable

from installer.blocks import block, kernel_name, list_blocks
from installer.host import Host
from installer.resources.base import Progress, Resource, Said, State
from installer.resources.files import remove_file
from installer.resources.table import settle_udev

FSTAB = "/etc/fstab"


class SwapSpace(Resource):
    """A labelled swap area on a logical volume; `name` is its device."""

    kind = "swap"
    label: str

    @property
    def title(self) -> str:
        return f"swap on {self.name}"

    def expected(self) -> State:
        return {"content": "swap", "label": self.label}

    def observe(self, host: Host) -> State:
        if not host.exists(self.name):
            return None
        found = [block(host, node) for node in list_blocks(host, self.name)]
        return {"content": found[0].content, "label": found[0].label} if found and found[0].content else None

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        if state is None:
            if self.active(host):
                host.run("swapoff", self.name)
            host.run("wipefs", "--all", self.name)
        else:
            yield Progress(text=f"making swap on {self.name}")
            host.run("mkswap", "--label", self.label, self.name)
        settle_udev(host, self.name)

    def active(self, host: Host) -> bool:
        """Whether the kernel swaps to it."""
        lines = (host.read("/proc/swaps") or "").splitlines()[1:]
        return any(kernel_name(host, line.split()[0]) == kernel_name(host, self.name) for line in lines)


class FstabLine(Resource):
    """One line of /etc/fstab (fstab(5)), told by its first field, which is the resource's name."""

    kind = "fstab-line"
    rest: str

    @property
    def title(self) -> str:
        return f"{self.name} in {FSTAB}"

    def expected(self) -> State:
        return {"line": f"{self.name} {self.rest}"}

    def observe(self, host: Host) -> State:
        lines = [line for line in (host.read(FSTAB) or "").splitlines() if line.split()[:1] == [self.name]]
        return {"line": "\n".join(lines)} if lines else None

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        text = host.read(FSTAB) or ""
        others = [line for line in text.splitlines(keepends=True) if line.split()[:1] != [self.name]]
        if others and not others[-1].endswith("\n"):
            others[-1] += "\n"
        wanted = "".join(others) + ("" if state is None else f"{state['line']}\n")
        if wanted:
            host.write(FSTAB, wanted, int(host.mode(FSTAB) or "0644", 8))
        else:
            remove_file(host, FSTAB)
        return ()
