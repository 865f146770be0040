"""A host that is a dictionary, and resources that live in it: the engine's properties need no machine."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Self

from installer.answers import Answers
from installer.facts import Facts
from installer.host import Host
from installer.resources.base import Progress, Resource, Said, State
from installer.steps.base import Step


class PowerCut(BaseException):
    """The machine lost its power."""


class ToyHost(Host):
    """States by identity; dies at the change number `cut`."""

    def __init__(self, states: dict[str, State] | None = None, cut: int | None = None) -> None:
        super().__init__()
        self.states: dict[str, State] = dict(states or {})
        self.cut = cut
        self.changes = 0

    def put(self, key: str, state: State) -> None:
        """Change one state, unless the power goes."""
        if self.changes == self.cut:
            raise PowerCut
        self.changes += 1
        if state is None:
            self.states.pop(key, None)
        else:
            self.states[key] = state


class Toy(Resource):
    """One entry of the dictionary."""

    kind = "toy"
    value: str = ""

    def expected(self) -> State:
        return {"value": self.value}

    def observe(self, host: Host) -> State:
        assert isinstance(host, ToyHost)
        return host.states.get(self.id)

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        assert isinstance(host, ToyHost)
        host.put(self.id, state)
        return ()


class BatchToy(Toy):
    """Settled together."""

    kind = "batchtoy"
    batch = True

    @classmethod
    def settle_all(cls, host: Host, changes: Sequence[tuple[Self, State]]) -> Iterator[Said]:
        yield Progress(text="all at once", percent=50)
        for resource, state in changes:
            yield from resource.settle(host, state)


class DerivedToy(Resource):
    """What follows from all toys: their values, sorted."""

    kind = "derivedtoy"
    derived = True
    value: str = ""

    def expected(self) -> State:
        return {"value": self.value} if self.value else None

    def observe(self, host: Host) -> State:
        assert isinstance(host, ToyHost)
        return host.states.get(self.id)

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        assert isinstance(host, ToyHost)
        values = sorted(
            str(state["value"]) for key, state in host.states.items() if state and not key.startswith("derived")
        )
        host.put(self.id, {"value": ",".join(values)} if values else None)
        return ()


class DestructiveToy(Toy):
    """Cannot be undone."""

    kind = "destructivetoy"

    @property
    def destructive(self) -> bool:
        return True

    @property
    def erases(self) -> tuple[str, ...]:
        return (self.name, f"serial of {self.name}")


class ToyStep(Step):
    """A step of given resources."""

    name: ClassVar[str] = "toys"
    title: ClassVar[str] = "Toys"

    def __init__(self, wanted: Sequence[Resource]) -> None:
        self.wanted = wanted

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        yield from self.wanted
