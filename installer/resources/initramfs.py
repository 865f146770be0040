"""The initial RAM disks: what each of them really carries."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from installer.errors import HostError
from installer.host import Host
from installer.resources.base import Progress, Resource, Said, State

COMPRESSED = re.compile(r"(\.ko)\.(xz|zst|gz)$")
LISTERS = (("/usr/bin/lsinitrd", "lsinitrd"), ("/usr/bin/lsinitramfs", "lsinitramfs"))


class Initramfs(Resource):
    """Files that the initial RAM disk of every installed kernel must carry, by the end of their names.

    A module is named without its compression ("xen-pciback.ko"); a kernel that does not have it needs not carry
    anything. `name` says whose they are.
    """

    kind = "initramfs"
    derived = True
    batch = True
    remedy = "`update-initramfs -u -k all` must succeed; a full /boot is the usual reason"
    files: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"initial RAM disks ({self.name})"

    def expected(self) -> State:
        return {"files": list(self.files)}

    def observe(self, host: Host) -> State:
        carried = [list_image(host, f"/boot/initrd.img-{version}") for version in self.kernels(host)]
        files = [file for file in self.files if carried and all(carries(names, file) for names in carried)]
        return {"files": list[str](files)} if files else None

    def kernels(self, host: Host) -> list[str]:
        """Installed kernels that have our modules; an image that a removed kernel left behind counts for nothing."""
        modules = [file for file in self.files if file.endswith(".ko")]
        versions = [name.removeprefix("vmlinuz-") for name in host.names("/boot") if name.startswith("vmlinuz-")]
        there = {version: host.read(f"/lib/modules/{version}/modules.dep") or "" for version in versions}
        return [version for version in versions if all(f"/{module}" in there[version] for module in modules)]

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        return self.settle_all(host, [(self, state)])

    @classmethod
    def settle_all(cls, host: Host, changes: Sequence[tuple[Self, State]]) -> Iterator[Said]:
        """Build them anew, once for all."""
        yield Progress(text="building the initial RAM disks (update-initramfs); this takes a minute or more")
        host.run("update-initramfs", "-u", "-k", "all")


def list_image(host: Host, image: str) -> set[str]:
    """Names in an image, without the leading slash and a module's compression.

    None where there is no image, or one that a power cut has torn: it is to be built anew.
    """
    if not host.exists(image):
        return set()
    program = next((program for path, program in LISTERS if host.exists(path)), LISTERS[-1][1])
    said = host.query(program, image)
    if said.status == 127:
        raise HostError(said.stderr, "install initramfs-tools, or dracut")
    words = (line.split() for line in said.stdout.splitlines() if not said.status)
    return {COMPRESSED.sub(r"\1", line[-1]).removeprefix("./").lstrip("/") for line in words if line}


def carries(names: set[str], file: str) -> bool:
    """Whether an image has a file, in whatever directory."""
    return file in names or any(name.endswith(f"/{file}") for name in names)
