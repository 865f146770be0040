"""One machine and its state directory, as a front end with a person before it uses them."""

import os
import signal
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from installer import headless, newroot
from installer.answers import Answers
from installer.commands import Output
from installer.engine import Event
from installer.errors import HostError, remedy
from installer.facts import Facts
from installer.files import write_atomically
from installer.finding import Finding
from installer.hooks import told_run
from installer.host import Host, LookOnlyHost
from installer.journal import Journal
from installer.live import go_live, keep_bridge
from installer.lock import BusyError, Lock
from installer.network.reach import Clock
from installer.notice import renew_notices
from installer.occupant import Occupant, find_occupant
from installer.plan import Plan
from installer.standing import Standing, read_standing
from installer.toml_write import written
from installer.trial import boot_id
from installer.try_port import Asked, Outcome, try_port
from installer.verdict import Bench


class Watched(LookOnlyHost):
    """A machine that is only looked at, and that says what it is being asked: a slow disk or NIC has a name then."""

    waits_for = ""

    def read_bytes(self, name: str) -> bytes | None:
        self.waits_for = name
        return super().read_bytes(name)

    def names(self, name: str) -> list[str]:
        self.waits_for = name
        return super().names(name)

    def query(self, *argv: str, timeout: float = 60.0) -> Output:
        self.waits_for = " ".join(argv[:2])
        return super().query(*argv, timeout=timeout)


class Machine:
    """What can be done with one machine. Every method may take a while, and none of them knows who looks on.

    `make_host` makes the host that may be changed; without it (no root, or facts of another machine) nothing is, and
    `here` says whether it is the machine that we run on, `seen` are its facts as they were probed last.
    """

    def __init__(
        self,
        directory: Path,
        look_only: Host,
        look: Callable[[Host], Facts],
        make_host: Callable[[], Host] | None = None,
        *,
        here: bool = True,
    ) -> None:
        self.directory = directory
        self.look_only = look_only
        self.may_change = make_host is not None
        self.here = here
        self.seen: Facts | None = None
        self._look = look
        self._make_host = make_host
        self._lock = Lock(directory)
        self._held = False

    # --- looking -----------------------------------------------------------------------------------------------

    @property
    def waits_for(self) -> str:
        """What is being asked of the machine at this moment, as far as it tells."""
        return str(getattr(self.look_only, "waits_for", ""))

    def facts(self) -> Facts:
        """Probe it."""
        self.seen = self._look(self.look_only)
        return self.seen

    def standing(self) -> Standing:
        """Where it stands."""
        return read_standing(self.journal(), self.look_only) if self.may_change else Standing()

    def boot(self) -> str:
        """The id of the running boot."""
        return boot_id(self.look_only)

    def journal(self) -> Journal:
        """The journal as it is now."""
        return Journal(self.directory)

    def plan(self, answers: Answers, facts: Facts) -> Plan:
        """What would be changed."""
        return newroot.draw(answers, facts, self.look_only, self.journal() if self.may_change else None)

    def plan_back(self) -> Plan:
        """What a rollback would change."""
        return headless.draw_undo(self.look_only, self.journal())

    # --- changing ----------------------------------------------------------------------------------------------

    def apply(
        self,
        plan: Plan,
        answers: Answers,
        facts: Facts,
        show: Callable[[Event], None],
        stopped: Callable[[], bool],
    ) -> bool:
        """Apply a plan that was shown, and keep the answers; True when it was stopped before its end.

        DriftError, before anything is written, where the machine as it is now does not allow what the plan erases.
        """
        host, journal = self._host(), self.journal()
        if any(change.resource.destructive for change in plan.changes):
            now = newroot.draw(answers, self.facts(), self.look_only, journal, notes=False)
            headless.require_shown(now, plan)
        self._keep("answers.toml", written(answers))
        early = newroot.run(plan, answers, facts, host, journal, show, stopped)
        renew_notices(host, journal, self.directory)
        return early or (answers.bridge.live and self._go_live(host, len(plan.changes), show, stopped))

    def _go_live(self, host: Host, of: int, show: Callable[[Event], None], stopped: Callable[[], bool]) -> bool:
        """Let the guard make the bridge, which takes the lock for itself."""

        def shown(text: str) -> None:
            show(
                Event(event="progress", step="bridge", id="", title="the bridge", action="~", text=text, done=of, of=of)
            )

        held = self._held
        self.release()
        try:
            return go_live(host, self.directory, Clock(), shown, stopped)
        finally:
            if held:
                self.hold()

    def roll_back(self, plan: Plan, show: Callable[[Event], None], stopped: Callable[[], bool]) -> bool:
        """Roll everything back; True when it was stopped before its end."""
        host, journal = self._host(), self.journal()
        early = told_run(plan, "rollback", None, None, host, journal, show, stopped)
        renew_notices(host, journal, self.directory)
        return early

    def verify(self) -> list[Finding]:
        """Prove what is in force, on fresh facts; a trial that passes makes Xen the default."""
        return self._bench().judge()

    def try_port(self, facts: Facts, asked: Asked, seconds: float = 0.0) -> Outcome:
        """Write a line to a serial port; with `seconds`, listen that long for an echo."""
        return try_port(self._host(), facts, asked, seconds)

    def try_again(self) -> None:
        """Arm Xen for one more boot, after a trial that failed."""
        self._bench().arm()

    def restart(self) -> None:
        """Restart it."""
        self._host().run("systemctl", "reboot")

    def _bench(self) -> Bench:
        guard = lambda: nullcontext(lambda: False)  # noqa: E731 - the screen has the signals
        return Bench(self._host(), self.journal(), lambda _: self.facts(), self.directory, lambda _: None, guard)

    def _host(self) -> Host:
        if self._make_host is None:
            raise HostError("this machine is only looked at", "run xenstrap with sudo")
        return self._make_host()

    # --- one at a time -----------------------------------------------------------------------------------------

    def hold(self) -> None:
        """Keep others from changing it; BusyError where one of them is at work."""
        if self.may_change and not self._held:
            self._lock.__enter__()
            self._held = True

    def release(self) -> None:
        """Let others in again."""
        if self._held:
            self._lock.__exit__(None, None, None)
            self._held = False

    def occupant(self, busy: BusyError) -> Occupant:
        """Who the one at work is."""
        return find_occupant(self.look_only, busy)

    def keep_bridge(self) -> None:
        """Tell the guard at work that the bridge works."""
        keep_bridge(self._host())

    def ask_to_stop(self, busy: BusyError) -> None:
        """Ask the one at work to stop between two changes; HostError where it cannot be asked."""
        other = self.occupant(busy)
        if other.unit or other.left:
            raise HostError(f"{other.unit or other.left} is at work, and is not interrupted", "it ends by itself")
        if busy.pid is None:
            raise HostError("the other xenstrap does not say who it is", "end it by hand")
        try:
            os.kill(busy.pid, signal.SIGTERM)
        except ProcessLookupError:
            return  # it has ended by itself
        except OSError as error:
            raise HostError(f"process {busy.pid} cannot be asked to stop: {error.strerror}") from error

    # --- what is kept ------------------------------------------------------------------------------------------

    def keep_draft(self, text: str) -> None:
        """Keep unfinished answers, for root alone."""
        self._keep("draft.json", text)

    def draft(self) -> str | None:
        """Unfinished answers, None where there are none."""
        path = self.directory / "draft.json"
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise HostError(f"{path} cannot be read: {error}", "move it away; it holds unfinished answers") from error

    def drop_draft(self) -> None:
        """Forget unfinished answers."""
        (self.directory / "draft.json").unlink(missing_ok=True)

    def save(self, name: str, text: str) -> Path:
        """Write a new file where the user wants it, readable for this user alone; HostError where that cannot be."""
        path = Path(name).expanduser().absolute()
        if path.exists():
            raise HostError(f"{path} is there already", "choose another name")
        try:
            write_atomically(path, text.encode("utf-8", "backslashreplace"), 0o600)
        except OSError as error:
            raise HostError(f"{path} cannot be written: {error.strerror}", "choose another name") from error
        return path

    def _keep(self, name: str, text: str) -> None:
        try:
            write_atomically(self.directory / name, text.encode(), 0o600)
        except OSError as error:
            raise HostError(f"{self.directory / name} cannot be written: {error.strerror}", remedy(error)) from error
