"""What answered before the bridge was made: the measure by which the guard judges it afterwards."""

from collections.abc import Collection, Iterable

from installer.host import Host
from installer.model import Model
from installer.network.reach import Clock, Reach, measure
from installer.network.switch import Kernel, Span, kernel_state
from installer.resources.base import Resource, Said, State

MEASURE = "/var/lib/xenstrap/network.json"
BOOT_ID = "/proc/sys/kernel/random/boot_id"
PATIENCE = 8.0
HAND = 300.0
"""For how many seconds somebody may come after a start and confirm a bridge that nothing else can prove."""


class Measured(Model):
    """The network before the bridge: what answered, in which boot, and what the kernel had."""

    guards: str
    boot: str
    reach: Reach
    kernel: Kernel

    def proves(self, families: Collection[int]) -> bool:
        """Whether something had answered over the interface that can answer over the bridge."""
        return bool(self.reach.families() & {*families} or (self.reach.names_tell and families))

    def had_addresses(self, families: Collection[int]) -> bool:
        """Whether the interface had an address of one of these families, by which somebody may come."""
        return any((6 if ":" in address else 4) in families for address in self.kernel.addresses)


class NetworkGuard(Resource):
    """The measure of the network before the bridge that `guards` names is made; taken when this is settled.

    A new Debian is measured on the live system, where the port of the `span` may still be called otherwise: `here`.
    `families` are those of which a gateway is expected afterwards, `addressed` those of which the bridge shall have
    addresses, `client` where somebody is connected from.
    """

    kind = "guard"
    guards: str
    span: Span
    here: str = ""
    families: tuple[int, ...] = ()
    addressed: tuple[int, ...] = ()
    client: str = ""
    live: bool = False

    @property
    def title(self) -> str:
        return "the guard of the network"

    def expected(self) -> State:
        return {"guards": self.guards}

    def observe(self, host: Host) -> State:
        known = read_measure(host)
        return None if known is None else {"guards": known.guards}

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        if state is None:
            host.remove(MEASURE)
            return ()
        span = self.span.model_copy(update={"port": self.here or self.span.port})
        reach = measure(host, self.client, span, Clock(), bridged=False, patience=PATIENCE)
        boot = (host.read(BOOT_ID) or "").strip()
        kernel = kernel_state(host, span.port)
        taken = Measured(guards=str(state["guards"]), boot=boot, reach=reach, kernel=kernel)
        host.write(MEASURE, taken.model_dump_json(indent=2) + "\n", 0o600)
        return ()

    def describe(self, state: State) -> list[str]:
        return [] if state is None else ["keeps what of the network answers now"]


def read_measure(host: Host) -> Measured | None:
    """What was measured before the bridge, None where nothing is guarded."""
    text = host.read(MEASURE)
    return None if text is None else Measured.model_validate_json(text)
