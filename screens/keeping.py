"""Keeping what was typed: in a thread, so that typing never waits for a disk, and at the end at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from installer.errors import HostError
from screens.draft import written_draft
from screens.work import in_thread

if TYPE_CHECKING:
    from screens.app import Wizard


class Keeping:
    """The draft on disk, as far as it goes with the one in memory."""

    def __init__(self, wizard: Wizard) -> None:
        self._wizard = wizard
        self._kept = wizard.known.draft
        self._at_work = False

    def is_kept(self) -> None:
        """The draft in memory is the one on disk, or need not be there."""
        self._kept = self._wizard.known.draft

    def keep(self) -> None:
        """Keep the draft, in a thread; while that runs, the newest one waits."""
        if not self._at_work:
            self._at_work = True
            self._wizard.run_worker(self._keep(), group="draft")

    async def _keep(self) -> None:
        try:
            while self._kept is not self._wizard.known.draft:
                await in_thread(self._keep_now)
        except HostError as error:
            self._wizard.notify(error.fact, severity="warning")
        finally:
            self._at_work = False

    def end(self) -> None:
        """Keep it at once, before the program ends."""
        if self._kept is not self._wizard.known.draft:
            self._keep_now()

    def _keep_now(self) -> None:
        draft = self._wizard.known.draft
        self._wizard.machine.keep_draft(written_draft(draft))
        self._kept = draft

    def drop(self) -> None:
        """What was typed need not be kept any more."""
        self.is_kept()
        self._wizard.machine.drop_draft()
