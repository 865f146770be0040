"""Fetching from an archive: an end to it where nothing more comes."""

import time
from collections.abc import Callable

from installer.errors import HostError
from installer.files import bytes_below
from installer.host import Host

FETCHED = ("/var/lib/apt/lists", "/var/cache/apt/archives")
PATIENCE = 300.0
PAUSE = 5.0


class Fetching:
    """What apt fetches into the system in `folder`; `look` raises HostError once nothing more has come for a while.

    Where an archive, or a proxy before it, takes requests and says nothing more, apt waits for each file by itself,
    half a minute and several times (apt.conf(5), Acquire::Retries): hours for a system. `under_way` says whether
    it is fetching just now, and `archive` whom that is from.
    """

    def __init__(
        self, host: Host, folder: str, archive: Callable[[], str], now: Callable[[], float] = time.monotonic
    ) -> None:
        self.under_way = True
        self._host = host
        self._folder = folder
        self._archive = archive
        self._now = now
        self._bytes = 0
        self._percent = 0.0
        self._grew = self._looked = now()

    def come(self, percent: float) -> None:
        """Hear from apt how much has come, which counts wherever it keeps its files; it begins again with less."""
        if percent > self._percent:
            self._percent, self._grew = percent, self._now()

    def look(self) -> None:
        """See whether more has come."""
        if (at := self._now()) - self._looked < PAUSE:
            return
        self._looked = at
        fetched = sum(bytes_below(self._host.path(self._folder + name)) for name in FETCHED)
        if fetched > self._bytes or not self.under_way:
            self._grew = at
        self._bytes = fetched
        if at - self._grew >= PATIENCE:
            raise HostError(f"nothing more has come from {self._archive()} for {PATIENCE / 60:.0f} minutes")
