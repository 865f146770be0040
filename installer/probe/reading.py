"""Files that only root may read, remembered where we are not root."""

from installer.errors import HostError
from installer.host import Host


class Unread:
    """The names of files that could not be read; a plan that depends on one of them must not be believed."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def read(self, host: Host, name: str) -> str | None:
        """Text of a file, None where there is none or we may not read it."""
        try:
            return host.read(name)
        except HostError:
            self.names.append(name)
            return None
