"""The shape of a resource: expected state, observed state, and how to settle one into the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, ClassVar, Self

from installer.host import Host
from installer.model import Model

Value = str | int | bool | list[str] | None
State = dict[str, Value] | None
"""Flat plain data; None means "not there"."""


class Progress(Model):
    """How far a change has come: a sentence, and a percentage where one is known."""

    text: str
    percent: float | None = None


class Touched(Model):
    """Something else that a change is about to change too, with its state now: journalled before it happens."""

    kind: str
    name: str
    before: State


Said = Progress | Touched


class Resource(Model, ABC):
    """One thing on the host with a stable identity, `kind` and `name`.

    `derived` follows from others and is settled last; `batch` resources that
    follow each other are settled in one go by `settle_all`. What is `plain` needs no more than its title when it
    appears or goes. One that `goes_last` is taken away when all else is settled: after a cut it is what goes on.
    """

    kind: ClassVar[str]
    derived: ClassVar[bool] = False
    plain: ClassVar[bool] = False
    batch: ClassVar[bool] = False
    goes_last: bool = False

    name: str
    because: str = ""
    remedy: ClassVar[str] = "look at /var/lib/xenstrap/log, then apply again"

    @property
    def id(self) -> str:
        """Identity in plans and in the journal, as `file:/etc/xen/xl.conf`."""
        return f"{self.kind}:{self.name}"

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.kind} {self.name}"

    @property
    def destructive(self) -> bool:
        """Whether settling it cannot be undone."""
        return False

    @property
    def erases(self) -> tuple[str, ...]:
        """Names of the disk whose content a destructive change loses; the first one is that of its by-id link."""
        return ()

    @property
    def needs(self) -> tuple[str, ...]:
        """Ids of the resources that stay where this one does."""
        return ()

    def stays(self, host: Host) -> str:
        """Why it cannot go back to its former state now: what others have put on it since; "" where it can."""
        return ""

    @abstractmethod
    def expected(self) -> State:
        """The state that should be true."""

    @abstractmethod
    def observe(self, host: Host) -> State:
        """The state that is true; HostError where that cannot be told."""

    @classmethod
    def observe_all(cls, host: Host, resources: Sequence[Self]) -> list[State]:
        """The states of several of this kind; one by one unless the kind can tell them all at once."""
        return [resource.observe(host) for resource in resources]

    @abstractmethod
    def settle(self, host: Host, state: State) -> Iterable[Said]:
        """Bring the host to `state`: the expected one, or a former one."""

    @classmethod
    def settle_all(cls, host: Host, changes: Sequence[tuple[Self, State]]) -> Iterator[Said]:
        """Settle several of this kind; one after the other unless the kind knows better."""
        for resource, state in changes:
            yield from resource.settle(host, state)

    @classmethod
    def preview(cls, host: Host, changes: Sequence[tuple[Self, State]]) -> str:
        """A sentence for the plan about what these changes bring along, without changing anything."""
        return ""

    def since(self, former: Resource | None) -> Self:
        """The same resource, aware of what an earlier run wanted of it and no longer is wanted."""
        return self

    def describe(self, state: State) -> list[str]:
        """A state as lines for people, to be compared line by line."""
        return [] if state is None else [f"{key} = {shown(value)}" for key, value in state.items()]

    def fields(self) -> dict[str, Any]:
        """What the journal keeps, so that this resource can be built again."""
        return self.model_dump(mode="json", exclude={"because"})


def observe_many(host: Host, resources: Sequence[Resource]) -> list[State]:
    """The states of resources of any kinds, neighbours of one kind at once."""
    groups = (list(group) for _, group in groupby(resources, key=type))
    return [state for group in groups for state in type(group[0]).observe_all(host, group)]


def shown(value: Value) -> str:
    """A value as people read it."""
    return " ".join(value) if isinstance(value, list) else str(value)
