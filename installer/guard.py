"""Judging the new bridge by what answered before it: kept, or the former network given back, files and kernel alike."""

from collections.abc import Callable, Collection, Iterable
from functools import partial

from installer.answers import Answers
from installer.engine import apply
from installer.errors import XenstrapError
from installer.facts import Facts
from installer.headless import applied, touched
from installer.host import Host
from installer.journal import Journal, Network
from installer.network.reach import LATELY, Clock, lost, measure, shortcomings, wait_for
from installer.network.switch import Span, bring_up, obey, port_orders, replay_orders, take_down
from installer.plan import Plan, draw_plan
from installer.resources.guard import HAND, Measured, NetworkGuard, read_measure
from installer.resources.kinds import rebuild
from installer.stage import Guarded
from installer.steps.bridge import BridgeStep
from installer.steps.bridge_guard import GUARD
from installer.steps.bridge_verify import LOOK
from installer.trial import boot_id, read_guarded, read_stage

GRACE = 75.0
"""A switch that runs STP lets nothing through for 30 s, and DHCP then asks again after up to 20 s."""
RETURN = 20.0
CONFIRMED = "/run/xenstrap/confirmed"
"""Made by who confirms the bridge while the guard holds the lock, and waits."""
UNPROVED = "nothing had answered before that could prove it, and nobody confirmed it"


class NetworkJudge:
    """The one who judges, on this machine and by its journal."""

    def __init__(self, host: Host, journal: Journal, clock: Clock, say: Callable[[str], None]) -> None:
        self.host = host
        self.journal = journal
        self.clock = clock
        self.say = say
        self.began = self.since = clock.now()
        self.halfway = False

    @property
    def answers(self) -> Answers:
        """What was applied."""
        return Answers.model_validate(applied(self.journal).answers)

    @property
    def guarded(self) -> Guarded:
        """How the bridge stands."""
        return read_guarded(self.journal, self.answers)

    def guard(self) -> NetworkGuard | None:
        """The guard that the journal knows, None where nothing is guarded."""
        before = self.journal.touched().get(("guard", "network"))
        made = rebuild(before.kind, before.fields) if before else None
        return made if isinstance(made, NetworkGuard) else None

    def is_due(self, *, may_make: bool = False) -> bool:
        """Whether a bridge of ours is in force and nobody has judged it, or what was judged was cut off.

        One that is to be made in the running boot counts for who may make it.
        """
        run, guard, measured = self.journal.last_run(), self.guard(), read_measure(self.host)
        if run is None or run.verb != "apply" or guard is None or measured is None:
            return False
        return measured.boot != boot_id(self.host) or (guard.live and (may_make or self.is_up(guard.span)))

    def is_live(self, guard: NetworkGuard, measured: Measured) -> bool:
        """Whether the bridge is to be made in the running boot."""
        return guard.live and measured.boot == boot_id(self.host)

    def missing(self, guard: NetworkGuard, measured: Measured, *, client: bool = False) -> list[str]:
        """What answered before and does not now; the ssh client, where asked for, has to be heard from since."""
        lately = min(LATELY, self.clock.now() - self.since)
        before = measured.reach
        now = measure(self.host, guard.client, guard.span, self.clock, bridged=True, lately=lately, former=before)
        return lost(before, now, frozenset(guard.families), client=client)

    def needs_somebody(self, guard: NetworkGuard, measured: Measured) -> bool:
        """Whether a bridge that came with this start has addresses to be lost, and nothing can prove that it has not.

        No connection outlives a restart: who was there by ssh has to come again, and is not asked for as a gateway is.
        """
        unproved = not self.is_live(guard, measured) and not measured.proves(guard.families)
        return unproved and self.is_up(guard.span) and measured.had_addresses(guard.addressed)

    def wait_for_somebody(self, guard: NetworkGuard) -> list[str]:
        """Wait for the same ssh client over the bridge, a gateway that answers by now, or somebody's word."""

        def look() -> list[str]:
            if self.host.exists(CONFIRMED):
                return []
            lately = min(LATELY, self.clock.now() - self.since)
            now = measure(self.host, guard.client, guard.span, self.clock, bridged=True, lately=lately)
            return [] if now.client or now.families() else [UNPROVED]

        return wait_for(look, self.clock, HAND)

    def wait(self, guard: NetworkGuard, measured: Measured) -> list[str]:
        """What is still lost when the grace is over, which begins with the bridge; nothing as soon as nothing is.

        At a start the bridge has to be there too: others may be so before it, and nothing else be asked for.
        Where the bridge is waited for as long, ifupdown may be busy with an interface that comes before it. A bridge
        that was made in this boot had its grace from when we began to make it, and needs a proof.
        """
        there, live = f"/sys/class/net/{guard.span.bridge}", self.is_live(guard, measured)
        absent = [f"{guard.span.bridge} is not over {guard.span.port}"]
        provable = not live or measured.proves(guard.families) or measured.reach.client

        def look() -> list[str]:
            if self.host.exists(CONFIRMED):
                return []
            return self.missing(guard, measured, client=live) or ([] if provable else [UNPROVED])

        if live:
            return wait_for(look, self.clock, GRACE - (self.clock.now() - self.began))

        def look_over() -> list[str]:
            return look() or ([] if self.is_up(guard.span) or self.host.exists(CONFIRMED) else absent)

        early = wait_for(lambda: [] if self.host.exists(there) else look_over(), self.clock, GRACE)
        missing = wait_for(look_over, self.clock, GRACE) if self.host.exists(there) else early
        return [] if missing == absent else missing

    def is_up(self, span: Span) -> bool:
        """Whether the bridge is there, over its port."""
        return self.host.exists(f"/sys/class/net/{span.bridge}/brif/{span.port}")

    def stands(self, span: Span) -> bool:
        """Whether it is, and all its files are: else it is not the one to be judged."""
        return self.is_up(span) and not self.plan().pending

    def is_half_applied(self) -> bool:
        """Whether the apply did not come to its end, and some of the bridge's files are not there yet."""
        end = self.journal.last_end()
        unfinished = end is None or end.status != "done"
        return unfinished and self.guarded.name == "untried" and bool(self.plan().pending)

    def put_back(self, guard: NetworkGuard, measured: Measured) -> list[str]:
        """Undo a half-applied bridge, which says nothing of it: the next apply makes it. What is lost even then."""
        self.halfway = True
        if any(change.resource.id not in GUARD for change in self.plan(undone=True).pending):
            return self.give_back(guard, measured, [])
        self.say_failed(attempted(self.settle))
        return []

    def switch(self, span: Span) -> None:
        """From the interface to the bridge while the machine runs; what came of it is judged afterwards."""
        failed = take_down(self.host, span, bridge=False)
        failed += bring_up(self.host, span, bridge=True, limit=int(GRACE))
        for each in failed:
            self.say(f"(while making the bridge: {each})")
        self.since = self.clock.now()

    def keep(self) -> None:
        """Confirm the bridge: the guard is not needed any more. A second call ends what a power cut left open."""
        if self.guarded.name == "untried":
            self.journal.add(Network(verdict="kept"))
        self.forget_word()
        self.settle()

    def forget_word(self) -> None:
        """Somebody's confirmation is for one bridge only."""
        if self.host.exists(CONFIRMED):
            self.host.remove(CONFIRMED)

    def give_back(self, guard: NetworkGuard, measured: Measured, missing: list[str]) -> list[str]:
        """Put the former files back and bring the former network up; what is lost even then.

        The guard goes last: whatever ends this half-way, a second call goes on, and leaves alone what answers by then.
        """
        span = guard.span
        look = partial(self.missing, guard, measured)
        if self.guarded.name == "given back" and not wait_for(look, self.clock, RETURN):
            self.say_failed(attempted(self.settle))
            return []
        failed = self.former_files(span, missing)
        if self.host.exists(f"/sys/class/net/{span.port}"):  # a VLAN or a bond goes with the bridge
            failed += obey(self.host, port_orders(measured.kernel, span))
        failed += bring_up(self.host, span, bridge=False)
        still = wait_for(look, self.clock, RETURN)
        if still:
            failed += obey(self.host, replay_orders(measured.kernel, span))
            still = look()
        if self.guarded.name == "given back" or self.halfway:
            failed += attempted(self.settle)
        self.say_failed(failed)
        return still

    def say_failed(self, failed: Iterable[str]) -> None:
        """Say what did not go well on the way back."""
        for each in failed:
            self.say(f"(while giving the network back: {each})")

    def former_files(self, span: Span, missing: list[str]) -> list[str]:
        """Take the bridge down and put the former files back; what failed, for the network is what counts."""
        text = "; ".join([*missing, *shortcomings(self.host, span)])
        return [
            *attempted(lambda: self.record_back(text, LOOK[span.manager])),
            *attempted(lambda: take_down(self.host, span, bridge=True)),
            *attempted(lambda: self.settle(but=GUARD)),
        ]

    def record_back(self, text: str, hint: str) -> tuple[()]:
        """Keep why, once, before anything is changed."""
        if self.guarded.name != "given back" and not self.halfway:
            self.journal.add(Network(verdict="given back", text=text, hint=hint))
        return ()

    def plan(self, *, undone: bool = False) -> Plan:
        """What the bridge's step wants of the machine as it now stands, and nothing of the other steps.

        `undone` wants no bridge, whatever the verdict is.
        """
        known = self.journal.touched()
        mine = [
            former
            for former in touched(self.journal)
            if known[former.resource.kind, former.resource.name].step == BridgeStep.name
        ]
        stage = read_stage(self.journal, self.answers, self.host)
        if undone:
            stage = stage.model_copy(update={"network": Guarded(name="given back")})
        step = BridgeStep().at(stage)
        facts = Facts.model_validate(applied(self.journal).facts)
        return draw_plan([step], self.answers, facts, self.host, mine, notes=False)

    def settle(self, but: Collection[str] = ()) -> tuple[()]:
        """Bring the bridge's files to what the verdict wants, as part of the run that made them; not those in `but`."""
        plan = self.plan(undone=self.halfway)
        if but:
            steps = [
                step.model_copy(update={"changes": tuple(each for each in step.changes if each.resource.id not in but)})
                for step in plan.steps
            ]
            plan = Plan(steps=tuple(steps))
        for _ in apply(plan, self.host, self.journal):
            pass
        return ()


def attempted(deed: Callable[[], Iterable[str]]) -> list[str]:
    """What failed, in words: whoever can log in can mend the rest."""
    try:
        return [*deed()]
    except XenstrapError as error:
        return [error.fact]
