"""LUKS below the guests' volume group of a new system (cryptsetup(8))."""

from collections.abc import Iterable

from installer.blocks import amount
from installer.errors import HostError
from installer.host import Host
from installer.resources.apart import by_whom, naming_holders
from installer.resources.base import Progress, Said, State
from installer.resources.disk import BY_ID, device_at
from installer.resources.filesystem import PartOfNewSystem
from installer.resources.lvm import release
from installer.resources.table import settle_udev

CONTENT = "crypto_LUKS"
MEMORY_KIB = 256 << 10
"""What Argon2 may take while it is opened: dom0 has less memory than the machine that it is made on."""


def opened_as(uuid: str, name: str) -> str:
    """The name in /dev/disk/by-id of LUKS with that UUID, opened as `name` (60-persistent-storage-dm.rules of udev)."""
    return f"dm-uuid-CRYPT-LUKS2-{uuid.replace('-', '')}-{name}"


class Luks(PartOfNewSystem):
    """LUKS2 on the partition of `disk` (a name in /dev/disk/by-id) from byte `start`, on an array as a whole from 0.

    It is open as /dev/mapper/`name`. The passphrase is neither shown nor kept: cryptsetup reads it, as all of its
    standard input, so that no line may end in it.
    """

    kind = "luks"
    disk: str
    start: int
    uuid: str
    passphrase: str = ""

    @property
    def title(self) -> str:
        return f"the encryption (LUKS) {self.name} on {self.disk}"

    @property
    def device(self) -> str:
        """Its name in /dev while it is open."""
        return f"{BY_ID}/{opened_as(self.uuid, self.name)}"

    def fields(self) -> dict[str, object]:
        return super().fields() | {"passphrase": ""}

    def expected(self) -> State:
        return {"uuid": self.uuid, "open": True}

    def observe(self, host: Host) -> State:
        part = device_at(host, self.disk, self.start)
        if part is None or part.content != CONTENT:
            return None
        found = host.query("cryptsetup", "luksUUID", f"/dev/{part.name}").stdout.strip()
        return {"uuid": found, "open": host.exists(self.device)}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        part = device_at(host, self.disk, self.start)
        if part is None:
            raise HostError(f"{self.disk} has no partition that begins at byte {self.start}", "apply again")
        there = self.observe(host)
        if there is None or there["uuid"] != self.uuid:
            yield Progress(text=f"encrypting {part.name}")
            self.make(host, part.name)
        self.open(host, part.name)
        settle_udev(host, f"/dev/{part.name}")

    def make(self, host: Host, part: str) -> None:
        """Write its header, bare of whatever an earlier life left there."""
        host.run("wipefs", "--all", f"/dev/{part}")
        how = ("--type", "luks2", "--uuid", self.uuid, "--pbkdf-memory", str(MEMORY_KIB), "--key-file", "-")
        host.giving(self.passphrase).run("cryptsetup", "luksFormat", "--batch-mode", *how, f"/dev/{part}")

    def open(self, host: Host, part: str) -> None:
        """Open it; HostError with what helps where it does not open: a wrong passphrase is but one of the reasons."""
        try:
            how = ("--type", "luks2", "--key-file", "-")
            host.giving(self.passphrase).run("cryptsetup", "open", *how, f"/dev/{part}", self.name)
        except HostError as error:
            more, hint = self.why(host, part, error.status)
            raise HostError(f"the encryption on {self.disk} cannot be opened: {error.fact}{more}", hint) from error

    def why(self, host: Host, part: str, status: int) -> tuple[str, str]:
        """What is known of a failure beyond cryptsetup's own words, and what helps (cryptsetup(8), return codes)."""
        match status:
            case 2:
                return "", ("install.passphrase has to be the one that it was made with; or `wipefs --all"
                            f" /dev/{part}` gives up what is in it")  # fmt: skip
            case 3:
                need = amount(MEMORY_KIB << 10)
                return "", f"that takes {need} of memory: end what else is running, then apply again"
            case 5 if who := by_whom(host, part):
                return f"; {part} is in use{who}", "end that, then apply again"
            case 5:
                return "", f"`dmsetup ls --tree` shows what is open as {self.name}: close that, then apply again"
        return "", ""

    def close(self, host: Host) -> None:
        """Close it, and the volume group in it."""
        if host.exists(self.device):
            release(host, self.device)
            with naming_holders(host, self.name):
                host.run("cryptsetup", "close", self.name)
            settle_udev(host)
