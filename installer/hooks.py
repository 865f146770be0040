"""Telling the operator: a command or a web address for each kind of news, which never makes a run fail."""

import json
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

from installer.answers import Answers, Hooks
from installer.engine import Event
from installer.errors import HostError, XenstrapError
from installer.facts import Facts
from installer.headless import run_plan
from installer.host import Host
from installer.journal import Journal, now
from installer.plan import Plan
from installer.terminal import say

TIMEOUT = 20.0
News = Literal["start", "progress", "ok", "failed"]


class Teller:
    """The news of one run: begun, at the next step, well, or failed and why.

    As the context of the run it tells the beginning, and the end that the run came to. A hook that fails is said,
    and not asked again in this run.
    """

    def __init__(self, hooks: Hooks, host: Host, verb: str, say: Callable[[str], None]) -> None:
        self._hooks = {"start": hooks.on_progress, "progress": hooks.on_progress}
        self._hooks |= {"ok": hooks.on_success, "failed": hooks.on_failure}
        self._host = host
        self._verb = verb
        self._say = say
        self._step = ""
        self._stopped = ""
        self._broken: set[tuple[str, ...]] = set()

    def __enter__(self) -> Self:
        self.tell("start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, XenstrapError):
            self.tell("failed", error.fact)
        elif error is None:
            self.tell("failed" if self._stopped else "ok", self._stopped)

    def watching(self, show: Callable[[Event], None]) -> Callable[[Event], None]:
        """Show events, and tell each step that something is changed for."""

        def shown(event: Event) -> None:
            show(event)
            if event.event == "settling" and event.step != self._step:
                self._step = event.step
                self.tell("progress")

        return shown

    def stop(self, reason: str) -> None:
        """Note that the run was stopped before its end."""
        self._stopped = reason

    def tell(self, news: News, reason: str = "") -> None:
        """Tell one piece of news to whom it concerns."""
        hook = self._hooks[news]
        if not hook or hook in self._broken:
            return
        try:
            self._pass_on(hook, news, reason)
        except Exception as error:  # whatever it is, the run goes on
            self._broken.add(hook)
            fact = error.fact if isinstance(error, XenstrapError) else type(error).__name__
            self._host.log(f"hook: {fact}")
            self._say(f"Note: a hook did not work, which changes nothing else: {fact}")

    def _pass_on(self, hook: tuple[str, ...], news: News, reason: str) -> None:
        facts = {
            "event": news,
            "verb": self._verb,
            "hostname": (self._host.read("/proc/sys/kernel/hostname") or "").strip(),
            "step": self._step,
            "reason": reason,
            "time": now(),
        }
        if hook[0].startswith("/"):
            env = {f"XENSTRAP_{key.upper()}": value.replace("\0", "") for key, value in facts.items()}
            self._host.run(*hook, timeout=TIMEOUT, env=env)
        else:
            post(hook[0], json.dumps(facts).encode())


def told_run(
    plan: Plan,
    verb: Literal["apply", "rollback"],
    answers: Answers | None,
    facts: Facts | None,
    host: Host,
    journal: Journal,
    show: Callable[[Event], None],
    stopped: Callable[[], bool],
    approved: str | None = None,
) -> bool:
    """Apply a plan as `run_plan` does, and tell the hooks of its answers, or of the last ones that were applied."""
    last = journal.last_run()
    hooks = (answers or Answers.model_validate(last.answers if last else {})).hooks
    with Teller(hooks, host, verb, say) as teller:
        early = run_plan(plan, verb, answers, facts, host, journal, teller.watching(show), stopped, approved)
        if early:
            teller.stop("stopped between two changes, as asked")
        return early


def post(url: str, body: bytes) -> None:
    """Send JSON to a web address, whose path is never shown; HostError where that fails or takes too long."""
    import urllib.request  # It takes 4 MiB, and hardly anybody names an address.
    from http.client import HTTPException

    place = f"{urlsplit(url).scheme}://{urlsplit(url).hostname}"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    failed: list[str] = []

    def send() -> None:
        try:
            urllib.request.urlopen(request, timeout=TIMEOUT).close()
        except (OSError, ValueError) as error:
            failed.append(str(getattr(error, "reason", error)))
        except HTTPException as error:  # may quote the whole address
            failed.append(type(error).__name__)

    # Asking for a name has no time-out of its own: the thread is left behind.
    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    sender.join(TIMEOUT)
    if sender.is_alive():
        raise HostError(f"{place} did not answer within {TIMEOUT:.0f} s")
    if failed:
        raise HostError(f"{place}: {failed[0]}")
