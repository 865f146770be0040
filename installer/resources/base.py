"""The shape of a resource: expected state, observed state, and how to settle one into the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
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

    `destructive` cannot be undone; `derived` follows from others and is settled last; `batch` resources that
    follow each other are settled in one go by `settle_all`. What is `plain` needs no more than its title when it
    appears or goes.
    """

    kind: ClassVar[str]
    destructive: ClassVar[bool] = False
    derived: ClassVar[bool] = False
    plain: ClassVar[bool] = False
    batch: ClassVar[bool] = False

    name: str
    because: str = ""
    remedy: ClassVar[str] = "look at the log beside the journal, then apply again"

    @property
    def id(self) -> str:
        """Identity in plans and in the journal, as `file:/etc/xen/xl.conf`."""
        return f"{self.kind}:{self.name}"

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.kind} {self.name}"

    @property
    def erases(self) -> str:
        """Identity of the disk whose content a destructive change loses."""
        return ""

    @abstractmethod
    def expected(self) -> State:
        """The state that should be true."""

    @abstractmethod
    def observe(self, host: Host) -> State:
        """The state that is true; HostError where that cannot be told."""

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


def shown(value: Value) -> str:
    """A value as people read it."""
    return " ".join(value) if isinstance(value, list) else str(value)
